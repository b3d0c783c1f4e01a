export type Queue<Item> = ReturnType<typeof createQueue<Item>>;

const sweepItemsMin = 1024;

/** Creates a first-in, first-out queue. Both operations have a constant cost on average. */
export function createQueue<Item>() {
  const state: { items: (Item | undefined)[]; head: number } = { items: [], head: 0 };
  return {
    size: (): number => state.items.length - state.head,
    first: (): Item | undefined => state.items[state.head],
    push(item: Item): void {
      state.items.push(item);
    },
    shift(): Item | undefined {
      const first = state.items[state.head];
      if (state.head < state.items.length) {
        // The item is released at once. Its slot in the array is removed now and then.
        state.items[state.head] = undefined;
        state.head += 1;
        sweep(state);
      }
      return first;
    },
    clear(): void {
      state.items = [];
      state.head = 0;
    },
  };
}

function sweep(state: { items: unknown[]; head: number }): void {
  if (state.head >= sweepItemsMin && state.head * 2 >= state.items.length) {
    state.items.splice(0, state.head);
    state.head = 0;
  }
}
