/** Timeouts that are told apart by the functions that they call. */
export type Timeouts = {
  readonly set: (expire: () => void, ms: number) => void;
  readonly clear: (expire: () => void) => void;
};

/**
 * Creates timeouts that share one timer, which is set for the first that is due. Most of them are cleared long before, and
 * a timer for each of a thousand requests would cost more than the rest of its bookkeeping. `now` returns milliseconds of a
 * clock that nobody sets.
 */
export function createTimeouts(now: () => number): Timeouts {
  const dueMsOf = new Map<() => void, number>();
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
    for (const [expire, dueMs] of [...dueMsOf]) {
      // Node fires up to a millisecond early.
      if (dueMs < nowMs + 1 && dueMsOf.delete(expire)) {
        expire();
      }
    }
    const firstMs = Math.min(...dueMsOf.values());
    if (firstMs < timerDueMs) {
      reset(firstMs);
    }
  };
  return {
    set: (expire, ms) => {
      const dueMs = now() + ms;
      dueMsOf.set(expire, dueMs);
      if (dueMs < timerDueMs) {
        reset(dueMs);
      }
    },
    clear: (expire) => {
      if (dueMsOf.delete(expire) && dueMsOf.size === 0) {
        reset(Infinity);
      }
    },
  };
}
