/** A bounded number of things at once; of those that wait, the one with the highest priority goes first. */
export type PrioritySemaphore = {
  /** Waits for a slot, unless one is free; the priority is a whole number from 1 on. */
  readonly acquire: (priority: number) => Promise<void> | undefined;
  readonly release: () => void;
  /** Whoever holds a slot lets those go first that have a higher priority. */
  readonly yieldTo: (priority: number) => Promise<void> | undefined;
};

/** `takeNext`: of equals the newest (`pop`) or the one that waits longest (`shift`). */
export function createPrioritySemaphore(
  count: number,
  takeNext: "pop" | "shift" = "pop",
): PrioritySemaphore {
  let free = count;
  /** Those that wait, by priority; the newest of equals costs nothing to find. */
  const waiting = new Map<number, (() => void)[]>();
  let highest = 0;

  const acquire = (priority: number): Promise<void> | undefined => {
    if (free > 0) {
      free -= 1;
      return undefined;
    }
    return new Promise<void>((resolve) => {
      const equals = waiting.get(priority) ?? [];
      equals.push(resolve);
      waiting.set(priority, equals);
      highest = Math.max(highest, priority);
    });
  };
  const release = (): void => {
    const next = waiting.get(highest)?.[takeNext]();
    while (highest > 0 && !waiting.get(highest)?.length) {
      waiting.delete(highest);
      highest -= 1;
    }
    if (next === undefined) {
      free += 1;
    } else {
      next();
    }
  };
  return {
    acquire,
    release,
    yieldTo: (priority) => {
      if (highest <= priority) {
        return undefined;
      }
      const again = acquire(priority);
      release();
      return again;
    },
  };
}
