import type { ProduceResult } from "../data-stream/produce.ts";
import type { Effects } from "../effects/effects.ts";
import { nextWaitMs } from "../http/backoff.ts";
import type { StreamRecord } from "../model/record.ts";
import {
  isFailure,
  notAttempted,
  type Outage,
  type RecordResult,
  unexpected,
} from "../model/result.ts";
import { createPrioritySemaphore, type PrioritySemaphore } from "./priority-semaphore.ts";
import { createThrottleGate, type Pause } from "./throttle-gate.ts";

export type DeliveryLimits = {
  readonly deadlineMs: number;
  readonly attemptsMax: number;
  readonly attemptTimeoutMs: number;
  /** Number of records in flight, each with a different key. */
  readonly concurrency: number;
  /** Among keys with equally many records left, the newest (`pop`) or the oldest (`shift`) goes first. */
  readonly takeNext?: "pop" | "shift";
  /** Absent: a refused record is not set aside, so it stops the records of its group. */
  readonly deadLetterBucket?: string | undefined;
};

/** The endings of all records, and the attempts that they took. */
export type DeliveryResult = {
  /** One ending for each record, in the order of the records. */
  readonly endings: readonly RecordResult[];
  readonly attempts: number;
  /** Attempts that were sent and have an unknown outcome. */
  readonly uncertain: number;
  /** Attempts that failed before a byte was sent. */
  readonly neverSent: number;
  /** Texts for the log about records that were stored. */
  readonly warnings?: readonly string[];
};

/** An outage must not multiply traffic: a call makes at most two attempts per record plus these. */
const spareAttempts = 20;
const attemptsPerRecord = 2;
/** Pause of all keys if a throttled record gets no further attempt and the stream named no time. */
const throttledMsDefault = 1_000;

/** Records of one group, or else with the same topic and key, are delivered one after the other. */
export type RecordKey = Pick<StreamRecord, "topic" | "key" | "group">;

export type AttemptContext<R> = {
  /** Makes one attempt. An exception is a bug and ends the call as a fault does. */
  readonly produce: (record: R, timeoutMs: number) => Promise<ProduceResult>;
  readonly effects: Pick<Effects, "now" | "sleep" | "random">;
  /** Slots and pause that several calls share. Absent: the call has its own. */
  readonly shared?: { readonly semaphore: PrioritySemaphore; readonly pause: Pause };
};

/**
 * Produces every record at least once, or says which were not. Records with the same key go one after the other, in
 * order. Different keys go in parallel, the key with the most records left first. Never rejects.
 */
export async function deliverInOrder<R extends RecordKey>(
  records: readonly R[],
  limits: DeliveryLimits,
  context: AttemptContext<R>,
): Promise<DeliveryResult> {
  const call = createCall(records.length, limits, context);
  const [only] = records;
  if (only !== undefined && records.length === 1 && context.shared === undefined) {
    const ending = await deliverOne(only, 1, call).catch(unexpected);
    return { endings: [ending], ...call.tally };
  }
  const endings: RecordResult[] = records.map(() => notAttempted);
  const isSetAside = limits.deadLetterBucket !== undefined;
  const runKeyQueue = async (keyQueue: KeyQueue<R>): Promise<void> => {
    await call.semaphore.acquire(keyQueue.length);
    let left = keyQueue.length;
    for (const { index, record } of keyQueue) {
      await call.semaphore.yieldTo(left);
      const ending = await deliverOne(record, left, call).catch(unexpected);
      endings[index] = ending;
      left -= 1;
      // A fault concerns every record and stops the call. Any other failure stops the records of its key.
      if (ending.kind === "faulted") {
        call.stop();
      }
      const isStopped = ending.kind === "refused" && record.group !== undefined && !isSetAside;
      if (isStopped || isFailure(ending)) {
        break;
      }
    }
    call.semaphore.release();
  };
  await Promise.all(toKeyQueues(records).map(runKeyQueue));
  return { endings, ...call.tally };
}

/** The records of one key in order, with their positions. */
type KeyQueue<R> = readonly { readonly index: number; readonly record: R }[];

/** Makes one queue for each topic and key, the longest first. */
function toKeyQueues<R extends RecordKey>(records: readonly R[]): readonly KeyQueue<R>[] {
  const keyQueues = new Map<string, { index: number; record: R }[]>();
  for (const [index, record] of records.entries()) {
    const name = keyQueueNameOf(record);
    const keyQueue = keyQueues.get(name);
    if (keyQueue === undefined) {
      keyQueues.set(name, [{ index, record }]);
    } else {
      keyQueue.push({ index, record });
    }
  }
  return [...keyQueues.values()].sort((a, b) => b.length - a.length);
}

/** Names the queue of a record. A topic's name contains no space and is not empty. */
export function keyQueueNameOf({ topic, key, group }: RecordKey): string {
  return group === undefined ? `${topic} ${key}` : ` ${group}`;
}

export type CallState<R> = ReturnType<typeof createCall<R>>;

/** Creates the state that the key queues of one call share. */
export function createCall<R>(
  recordsCount: number,
  limits: DeliveryLimits,
  { produce, effects, shared }: AttemptContext<R>,
) {
  const tally = { attempts: 0, uncertain: 0, neverSent: 0 };
  let attemptsLeft = recordsCount * attemptsPerRecord + spareAttempts;
  const semaphore =
    shared?.semaphore ?? createPrioritySemaphore(limits.concurrency, limits.takeNext);
  const gate = createThrottleGate(limits, effects, shared?.pause);
  return {
    tally,
    semaphore,
    resumed: gate.resumed,
    stop: gate.stop,
    /** Tells whether no more attempts are made. */
    isOver: () => gate.attemptTimeMs() === 0,
    /** Adds the attempts of another record to the budget. */
    add: () => {
      attemptsLeft += attemptsPerRecord;
    },
    /** Makes an attempt. Returns undefined if the call has stopped or it is too late. */
    attempt: (record: R): Promise<ProduceResult> | undefined => {
      const timeMs = gate.attemptTimeMs();
      if (timeMs === 0 || attemptsLeft <= 0) {
        return undefined;
      }
      attemptsLeft -= 1;
      return produce(record, Math.min(limits.attemptTimeoutMs, timeMs));
    },
    count: ({ verdict, isProduced, uncertain, neverSent }: ProduceResult): void => {
      // Every record brings two attempts to the budget. A record refused before sending gives its second one back.
      attemptsLeft -= verdict.kind === "refused" && !isProduced ? 1 : 0;
      tally.attempts += isProduced ? 1 : 0;
      tally.uncertain += uncertain ? 1 : 0;
      tally.neverSent += neverSent ? 1 : 0;
    },
    /** Returns the wait before the next attempt in milliseconds, or undefined for no further attempt. */
    waitAfter: (attempts: number, { code, retryAfterMs }: Outage): number | undefined => {
      const { attemptsMax, deadlineMs } = limits;
      const now = { nowMs: effects.now(), random: effects.random() };
      const waitMs = nextWaitMs({ attempts, attemptsMax, deadlineMs, retryAfterMs, ...now });
      if (code === "STREAM_THROTTLED") {
        // A stream that throttles one record throttles all, even if this record gets no further attempt.
        gate.pause(waitMs ?? retryAfterMs ?? throttledMsDefault);
      }
      return waitMs;
    },
    /** Releases the slot to other keys during the wait. */
    wait: async (ms: number, left: number): Promise<void> => {
      semaphore.release();
      await gate.sleep(ms);
      await semaphore.acquire(left);
    },
  };
}

/** Makes attempts until the record has ended. While it waits, keys with more than `left` records go first. */
export async function deliverOne<R>(
  record: R,
  left: number,
  call: CallState<R>,
): Promise<RecordResult> {
  let counted = 0;
  const freeRetries: ProduceResult["freeRetry"][] = [];
  let ending: RecordResult = notAttempted;
  for (;;) {
    await call.resumed();
    const result = await call.attempt(record);
    if (result === undefined) {
      return ending;
    }
    call.count(result);
    ending = result.verdict;
    if (ending.kind !== "unavailable") {
      return ending;
    }
    // Each kind is free once: a second closed socket or wrong clock is no accident.
    if (result.freeRetry !== undefined && !freeRetries.includes(result.freeRetry)) {
      freeRetries.push(result.freeRetry);
      continue;
    }
    counted += 1;
    const waitMs = call.waitAfter(counted, ending);
    if (waitMs === undefined) {
      return ending;
    }
    await call.wait(waitMs, left);
  }
}
