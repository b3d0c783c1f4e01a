import type { TopicRecord } from "../storage/record-log.ts";

export type Waiters = ReturnType<typeof createWaiters>;

type Wait = {
  readonly matches: (record: TopicRecord) => boolean;
  readonly timeoutMs: number;
  /** Aborts when nobody wants the record any more. */
  readonly signal: AbortSignal;
};

/** Each waiter looks at every new record, so their number is bounded. */
const waitersMax = 100;

/** Creates the list of those who wait for a record. */
export function createWaiters() {
  const waiting = new Set<(record: TopicRecord) => void>();
  return {
    isFull: (): boolean => waiting.size >= waitersMax,
    /** Resolves with the next record that matches. Resolves with undefined at the timeout, or when it is aborted. */
    next({ matches, timeoutMs, signal }: Wait): Promise<TopicRecord | undefined> {
      if (signal.aborted) {
        return Promise.resolve(undefined);
      }
      return new Promise((resolve) => {
        const end = (record?: TopicRecord): void => {
          clearTimeout(timer);
          waiting.delete(look);
          signal.removeEventListener("abort", abort);
          resolve(record);
        };
        const look = (record: TopicRecord): void => {
          if (matches(record)) {
            end(record);
          }
        };
        const abort = (): void => end();
        const timer = setTimeout(end, timeoutMs);
        waiting.add(look);
        signal.addEventListener("abort", abort);
      });
    },
    record(record: TopicRecord): void {
      // A waiter that has its record leaves the set, which a loop over a set allows.
      for (const look of waiting) {
        look(record);
      }
    },
  };
}
