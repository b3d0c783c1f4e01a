/** Bounds the number of tasks at once. The waiting task with the highest priority goes first. */
export type PrioritySemaphore = {
  /** Waits for a slot; undefined if one is free. The priority is a whole number from 1. */
  readonly acquire: (priority: number) => Promise<void> | undefined;
  readonly release: () => void;
  /** Releases the caller's slot to waiting tasks of higher priority and waits for it again; undefined without such tasks. */
  readonly yieldTo: (priority: number) => Promise<void> | undefined;
};

/** Creates a semaphore. `takeNext`: among equal priorities the newest (`pop`) or the oldest (`shift`) goes first. */
export function createPrioritySemaphore(
  count: number,
  takeNext: "pop" | "shift" = "pop",
): PrioritySemaphore {
  let free = count;
  /** Waiting tasks by priority. */
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
