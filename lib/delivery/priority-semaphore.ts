/** Bounds the number of tasks at once. The waiting task with the highest priority goes first. */
export type PrioritySemaphore = {
  free: number;
  /** Waiting tasks by priority. */
  readonly waiting: Map<number, (() => void)[]>;
  highest: number;
  readonly takeNext: "pop" | "shift";
};

/** Creates a semaphore. `takeNext`: among equal priorities the newest (`pop`) or the oldest (`shift`) goes first. */
export function createPrioritySemaphore(
  count: number,
  takeNext: "pop" | "shift" = "pop",
): PrioritySemaphore {
  return { free: count, waiting: new Map(), highest: 0, takeNext };
}

/** Waits for a slot; undefined if one is free. The priority is a whole number from 1. */
export function acquireSlot(
  semaphore: PrioritySemaphore,
  priority: number,
): Promise<void> | undefined {
  if (semaphore.free > 0) {
    semaphore.free -= 1;
    return undefined;
  }
  return new Promise<void>((resolve) => {
    const equals = semaphore.waiting.get(priority) ?? [];
    equals.push(resolve);
    semaphore.waiting.set(priority, equals);
    semaphore.highest = Math.max(semaphore.highest, priority);
  });
}

export function releaseSlot(semaphore: PrioritySemaphore): void {
  const { waiting, takeNext } = semaphore;
  const next = waiting.get(semaphore.highest)?.[takeNext]();
  while (semaphore.highest > 0 && !waiting.get(semaphore.highest)?.length) {
    waiting.delete(semaphore.highest);
    semaphore.highest -= 1;
  }
  if (next === undefined) {
    semaphore.free += 1;
  } else {
    next();
  }
}

/** Releases the caller's slot to waiting tasks of higher priority and waits for it again; undefined without such tasks. */
export function yieldSlot(
  semaphore: PrioritySemaphore,
  priority: number,
): Promise<void> | undefined {
  if (semaphore.highest <= priority) {
    return undefined;
  }
  const again = acquireSlot(semaphore, priority);
  releaseSlot(semaphore);
  return again;
}
