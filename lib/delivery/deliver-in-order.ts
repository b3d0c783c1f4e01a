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
};

/** An outage must not multiply traffic: attempts of a call stay under twice its records plus this. */
const spareAttempts = 20;
const triesOfRecord = 2;
/** How long all keys wait where a throttled record gets no further attempt and no time was named. */
const throttledMsDefault = 1_000;

/** What decides about the order: records of one topic and key go one after the other. */
export type Keyed = Pick<StreamRecord, "topic" | "key">;

export type Context<R> = {
  /** One attempt. What it throws is a bug: it ends the call as a fault does. */
  readonly produce: (record: R, timeoutMs: number) => Promise<ProduceResult>;
  readonly effects: Pick<Effects, "now" | "sleep" | "random">;
};

/**
 * Produces every record at least once or says which were not. Records with one key go one after
 * the other, in order; different keys go in parallel, the key with most left first.
 */
export async function deliverInOrder<R extends Keyed>(
  records: readonly R[],
  limits: DeliveryLimits,
  context: Context<R>,
): Promise<DeliveryResult> {
  const endings: RecordResult[] = records.map(() => notAttempted);
  const call = createCall(records.length, limits, context);
  const runLane = async (lane: Lane<R>): Promise<void> => {
    await call.slots.acquire(lane.length);
    let left = lane.length;
    for (const { index, record } of lane) {
      await call.slots.yieldTo(left);
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
    call.slots.release();
  };
  await Promise.all(toLanes(records).map(runLane));
  return { endings, ...call.tally };
}

/** The records of one key, in order. */
type Lane<R> = readonly { readonly index: number; readonly record: R }[];

/** One lane for each topic and key; the longest first. */
function toLanes<R extends Keyed>(records: readonly R[]): readonly Lane<R>[] {
  const lanes = new Map<string, { index: number; record: R }[]>();
  for (const [index, record] of records.entries()) {
    const name = laneOf(record);
    const lane = lanes.get(name);
    if (lane === undefined) {
      lanes.set(name, [{ index, record }]);
    } else {
      lane.push({ index, record });
    }
  }
  return [...lanes.values()].sort((a, b) => b.length - a.length);
}

/** A topic's name has no space in it. */
export function laneOf({ topic, key }: Keyed): string {
  return `${topic} ${key}`;
}

type CallState<R> = ReturnType<typeof createCall<R>>;

/** What the lanes of one call share. */
export function createCall<R>(
  recordsCount: number,
  limits: DeliveryLimits,
  { produce, effects }: Context<R>,
) {
  const tally = { attempts: 0, uncertain: 0, neverSent: 0 };
  let triesLeft = recordsCount * triesOfRecord + spareAttempts;
  const slots = createPrioritySemaphore(limits.concurrency, limits.takeNext);
  const pace = createThrottleGate(limits, effects);
  return {
    tally,
    slots,
    resumed: pace.resumed,
    stop: pace.stop,
    /** Whether no attempt is made any more. */
    isOver: () => pace.attemptTimeMs() === 0,
    /** Tells of another record, which brings its tries. */
    expectOne: () => {
      triesLeft += triesOfRecord;
    },
    /** Undefined: the call has stopped, or it is too late for another attempt. */
    attempt: (record: R): Promise<ProduceResult> | undefined => {
      const timeMs = pace.attemptTimeMs();
      if (timeMs === 0 || triesLeft <= 0) {
        return undefined;
      }
      triesLeft -= 1;
      return produce(record, Math.min(limits.attemptTimeoutMs, timeMs));
    },
    count: ({ verdict, isProduced, uncertain, neverSent }: ProduceResult): void => {
      // What is refused unsent leaves nothing to be tried again with: the second of its two goes too.
      triesLeft -= verdict.kind === "refused" && !isProduced ? 1 : 0;
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
        pace.pause(waitMs ?? retryAfterMs ?? throttledMsDefault);
      }
      return waitMs;
    },
    /** Another key may use the slot meanwhile. */
    sleepWithoutSlot: async (ms: number, left: number): Promise<void> => {
      slots.release();
      await pace.sleep(ms);
      await slots.acquire(left);
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
    const made = await call.attempt(record);
    if (made === undefined) {
      return ending;
    }
    call.count(made);
    ending = made.verdict;
    if (ending.kind !== "unavailable") {
      return ending;
    }
    // Each kind once: a second closed socket or wrong clock is no accident.
    if (made.free !== undefined && !free.includes(made.free)) {
      free.push(made.free);
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
