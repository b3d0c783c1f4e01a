export type Timeouts<Task> = {
  readonly set: (task: Task, ms: number) => void;
  readonly clear: (task: Task) => void;
};

/**
 * Creates timeouts that share one timer, which is set for the first that is due. Most of them are cleared long before, and
 * a timer for each of a thousand requests would cost more than the rest of its bookkeeping. `now` returns milliseconds of a
 * clock that nobody sets.
 */
export function createTimeouts<Task>(
  now: () => number,
  expire: (task: Task) => void,
): Timeouts<Task> {
  const dueMsOf = new Map<Task, number>();
  let timer: NodeJS.Timeout | undefined;
  let timerDueMs = Infinity;
  const reset = (dueMs: number): void => {
    if (timer !== undefined) {
      clearTimeout(timer);
    }
    timerDueMs = dueMs;
    timer = dueMs === Infinity ? undefined : setTimeout(expireDue, dueMs - now());
  };
  const expireDue = (): void => {
    timer = undefined;
    timerDueMs = Infinity;
    const nowMs = now();
    for (const [task, dueMs] of [...dueMsOf]) {
      // Node fires up to a millisecond early.
      if (dueMs < nowMs + 1 && dueMsOf.delete(task)) {
        expire(task);
      }
    }
    const firstMs = Math.min(...dueMsOf.values());
    if (firstMs < timerDueMs) {
      reset(firstMs);
    }
  };
  return {
    set: (task, ms) => {
      const dueMs = now() + ms;
      dueMsOf.set(task, dueMs);
      if (dueMs < timerDueMs) {
        reset(dueMs);
      }
    },
    clear: (task) => {
      if (dueMsOf.delete(task) && dueMsOf.size === 0) {
        reset(Infinity);
      }
    },
  };
}
