import type { StoredObject } from "../object-storage/listing.ts";
import { partBytesMax } from "../object-storage/object-content.ts";
import { type Reading, readDeadLetters } from "./content.ts";
import type { Run } from "./run.ts";

/** Reads objects ahead, limited by concurrency and memory, and yields them in order. */
export async function* readAhead(
  objects: readonly StoredObject[],
  budget: MemoryBudget,
  run: Run,
): AsyncGenerator<Reading> {
  const ahead: Promise<Reading>[] = [];
  let next = 0;
  for (;;) {
    for (
      let object = objects[next];
      object !== undefined &&
      ahead.length < run.concurrency &&
      run.hasTime() &&
      budget.take(object);
      object = objects[next]
    ) {
      ahead.push(readDeadLetters(object, run));
      next += 1;
    }
    const first = ahead.shift();
    if (first !== undefined) {
      yield await first;
    } else if (next < objects.length && run.hasTime()) {
      await budget.released();
    } else {
      return;
    }
  }
}

/** Limit of object bytes in memory. */
const memoryBytesMax = 4 * 1024 * 1024;
/** Memory of an object beside its bytes. */
const objectBytesMin = 2 * 1024;

type MemoryBudget = ReturnType<typeof createMemoryBudget>;

/** Counts the bytes in memory. A single object is always accepted. */
export function createMemoryBudget() {
  let bytes = 0;
  let wake = (): void => undefined;
  return {
    take: (object: StoredObject): boolean => {
      const isRoom = bytes === 0 || bytes + costOf(object) <= memoryBytesMax;
      bytes += isRoom ? costOf(object) : 0;
      return isRoom;
    },
    release: (object: StoredObject): void => {
      bytes -= costOf(object);
      wake();
    },
    released: (): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve;
      }),
  };
}

function costOf({ size }: StoredObject): number {
  // A large object is read in parts. An object of unknown size may be as large as a part.
  const bytes = Number.isNaN(size) ? partBytesMax : Math.min(size, 2 * partBytesMax);
  return bytes + objectBytesMin;
}
