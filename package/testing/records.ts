import type { TopicRecord } from "../../local/data-stream/storage/record-log.ts";
import type { Topics } from "../../local/data-stream/topics/topics.ts";
import type { Waiters } from "../../local/data-stream/wait/waiters.ts";

/** A record as it lies on its topic. */
export type StoredRecord = {
  readonly topic: string;
  readonly partition: number;
  /** From 0, within its partition. */
  readonly offset: number;
  /** Time of storing, in epoch milliseconds. */
  readonly timestamp: number;
  readonly key: string;
  readonly value: string;
  /** The value as parsed JSON; undefined if it is not JSON. */
  readonly json: unknown;
};

export type WaitOptions = {
  /** Time to wait, in milliseconds from now. Default: 4,000, less than the 5 s after which test runners give up. */
  readonly within?: number | undefined;
};

/**
 * Resolves with the oldest record for which the predicate returns true. It sees records that are there already. It rejects
 * when the time is over, when the data stream closes, with whatever the predicate throws, and with a TypeError if an argument
 * is of a wrong type.
 */
export type WaitFor = (
  predicate: (record: StoredRecord) => boolean,
  options?: WaitOptions,
) => Promise<StoredRecord>;

const withinMsDefault = 4_000;
/** Longest wait of a timer. */
const withinMsMax = 2_147_483_647;

export function toStoredRecord(record: TopicRecord): StoredRecord {
  const { topic, partition, offset, timestamp, key, value } = record;
  return { topic, partition, offset, timestamp, key, value, json: parse(value) };
}

function parse(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

type WaitContext = {
  readonly topics: Topics;
  readonly waiters: Waiters;
  readonly closing: AbortSignal;
};

export function createWaitFor({ topics, waiters, closing }: WaitContext): WaitFor {
  return async (predicate, options) => {
    const { within = withinMsDefault } = options ?? {};
    checkWait(predicate, within);
    let failure: { readonly error: unknown } | undefined;
    let found: StoredRecord | undefined;
    // An exception must not reach the request that stores the record.
    const matches = (record: TopicRecord): boolean => {
      const stored = toStoredRecord(record);
      try {
        found = check(predicate, stored) ? stored : undefined;
      } catch (error) {
        failure = { error };
      }
      return found !== undefined || failure !== undefined;
    };
    if (closing.aborted) {
      throw new Error("the data stream is closed");
    }
    if (waiters.isFull()) {
      throw new Error("too many waits at once");
    }
    const timeoutMs = Math.min(Math.max(within, 0), withinMsMax);
    if (![...topics.records.after(0)].some(matches)) {
      await waiters.next({ matches, timeoutMs, signal: closing });
    }
    if (failure !== undefined) {
      throw failure.error;
    }
    return found ?? fail(timeoutMs, { topics, closing });
  };
}

function checkWait(predicate: unknown, within: unknown): void {
  if (typeof predicate !== "function") {
    throw new TypeError("the predicate of waitFor must be a function");
  }
  if (typeof within !== "number" || Number.isNaN(within)) {
    throw new TypeError("within must be a number of milliseconds");
  }
}

function check(predicate: (record: StoredRecord) => unknown, record: StoredRecord): boolean {
  const result = predicate(record);
  if (typeof result === "object" && result !== null && "then" in result) {
    throw new TypeError("the predicate of waitFor must not be asynchronous");
  }
  return Boolean(result);
}

function fail(timeoutMs: number, { topics, closing }: Omit<WaitContext, "waiters">): never {
  const count = [...topics.records.after(0)].length;
  throw new Error(
    closing.aborted
      ? "the data stream was closed before a record matched"
      : `no record matched within ${timeoutMs} ms; records on all topics: ${count}`,
  );
}
