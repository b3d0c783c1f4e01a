import type { ProduceResult } from "../data-stream/produce.ts";
import type { Effects } from "../effects/effects.ts";
import { nextWaitMs } from "../http/backoff.ts";
import type { StreamRecord } from "../model/record.ts";
import { notAttempted, type Outage, type RecordResult, unexpected } from "../model/result.ts";
import { createPrioritySemaphore } from "./priority-semaphore.ts";
import { createThrottleGate } from "./throttle-gate.ts";

export type DeliveryLimits = {
  readonly deadlineMs: number;
  readonly attemptsMax: number;
  readonly attemptTimeoutMs: number;
  /** Records in flight at once, each with a different key. */
  readonly concurrency: number;
  /** Of keys with equally many records left the newest goes first (`pop`), or the one that waits longest. */
  readonly takeNext?: "pop" | "shift";
};

export type DeliveryResult = {
  /** One ending per record, in the records' order. */
  readonly endings: readonly RecordResult[];
  readonly attempts: number;
  /** Attempts that were sent and whose outcome is unknown. */
  readonly uncertain: number;
  /** Attempts of which no byte left. */
  readonly neverSent: number;
  /** What happened to records that were stored; for the log. */
  readonly warnings?: readonly string[];
};

/** An outage must not multiply traffic: attempts of a call stay under twice its records plus this. */
const spareAttempts = 20;
const attemptsPerRecord = 2;
/** How long all keys wait where a throttled record gets no further attempt and no time was named. */
const throttledMsDefault = 1_000;

/** What decides about the order: records of one topic and key go one after the other. */
export type RecordKey = Pick<StreamRecord, "topic" | "key">;

export type AttemptContext<R> = {
  /** One attempt. What it throws is a bug: it ends the call as a fault does. */
  readonly produce: (record: R, timeoutMs: number) => Promise<ProduceResult>;
  readonly effects: Pick<Effects, "now" | "sleep" | "random">;
};

/**
 * Produces every record at least once or says which were not. Records with one key go one after
 * the other, in order; different keys go in parallel, the key with most left first.
 */
export async function deliverInOrder<R extends RecordKey>(
  records: readonly R[],
  limits: DeliveryLimits,
  context: AttemptContext<R>,
): Promise<DeliveryResult> {
  const endings: RecordResult[] = records.map(() => notAttempted);
  const call = createCall(records.length, limits, context);
  const runKeyQueue = async (keyQueue: KeyQueue<R>): Promise<void> => {
    await call.semaphore.acquire(keyQueue.length);
    let left = keyQueue.length;
    for (const { index, record } of keyQueue) {
      await call.semaphore.yieldTo(left);
      const ending = await deliverOne(record, left, call).catch(unexpected);
      endings[index] = ending;
      left -= 1;
      // What is wrong with every record stops the call; what failed here stops its key's lane.
      if (ending.kind === "faulted") {
        call.stop();
      }
      if (ending.kind !== "delivered" && ending.kind !== "refused") {
        break;
      }
    }
    call.semaphore.release();
  };
  await Promise.all(toKeyQueues(records).map(runKeyQueue));
  return { endings, ...call.tally };
}

/** The records of one key, in order. */
type KeyQueue<R> = readonly { readonly index: number; readonly record: R }[];

/** One lane for each topic and key; the longest first. */
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

/** A topic's name has no space in it. */
export function keyQueueNameOf({ topic, key }: RecordKey): string {
  return `${topic} ${key}`;
}

type CallState<R> = ReturnType<typeof createCall<R>>;

/** What the lanes of one call share. */
export function createCall<R>(
  recordsCount: number,
  limits: DeliveryLimits,
  { produce, effects }: AttemptContext<R>,
) {
  const tally = { attempts: 0, uncertain: 0, neverSent: 0 };
  let attemptsLeft = recordsCount * attemptsPerRecord + spareAttempts;
  const semaphore = createPrioritySemaphore(limits.concurrency, limits.takeNext);
  const gate = createThrottleGate(limits, effects);
  return {
    tally,
    semaphore,
    resumed: gate.resumed,
    stop: gate.stop,
    /** Whether no attempt is made any more. */
    isOver: () => gate.attemptTimeMs() === 0,
    /** Tells of another record, which brings its tries. */
    addRecord: () => {
      attemptsLeft += attemptsPerRecord;
    },
    /** Undefined: the call has stopped, or it is too late for another attempt. */
    attempt: (record: R): Promise<ProduceResult> | undefined => {
      const timeMs = gate.attemptTimeMs();
      if (timeMs === 0 || attemptsLeft <= 0) {
        return undefined;
      }
      attemptsLeft -= 1;
      return produce(record, Math.min(limits.attemptTimeoutMs, timeMs));
    },
    count: ({ verdict, isProduced, uncertain, neverSent }: ProduceResult): void => {
      // What is refused unsent leaves nothing to be tried again with: the second of its two goes too.
      attemptsLeft -= verdict.kind === "refused" && !isProduced ? 1 : 0;
      tally.attempts += isProduced ? 1 : 0;
      tally.uncertain += uncertain ? 1 : 0;
      tally.neverSent += neverSent ? 1 : 0;
    },
    /** How long to wait for another attempt, or undefined for none. */
    waitAfter: (attempts: number, { code, retryAfterMs }: Outage): number | undefined => {
      const { attemptsMax, deadlineMs } = limits;
      const now = { nowMs: effects.now(), random: effects.random() };
      const waitMs = nextWaitMs({ attempts, attemptsMax, deadlineMs, retryAfterMs, ...now });
      if (code === "STREAM_THROTTLED") {
        // A stream that throttles one record throttles them all, also when this one is given up.
        gate.pause(waitMs ?? retryAfterMs ?? throttledMsDefault);
      }
      return waitMs;
    },
    /** Another key may use the slot meanwhile. */
    sleepWithoutSlot: async (ms: number, left: number): Promise<void> => {
      semaphore.release();
      await gate.sleep(ms);
      await semaphore.acquire(left);
    },
  };
}

/** Attempts until the record has ended; while it waits, those with more than its `left` records go first. */
export async function deliverOne<R>(
  record: R,
  left: number,
  call: CallState<R>,
): Promise<RecordResult> {
  let counted = 0;
  const free: ProduceResult["free"][] = [];
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
    // Each kind once: a second closed socket or wrong clock is no accident.
    if (result.free !== undefined && !free.includes(result.free)) {
      free.push(result.free);
      continue;
    }
    counted += 1;
    const waitMs = call.waitAfter(counted, ending);
    if (waitMs === undefined) {
      return ending;
    }
    await call.sleepWithoutSlot(waitMs, left);
  }
}
