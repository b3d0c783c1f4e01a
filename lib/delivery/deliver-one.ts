import type { ProduceResult } from "../data-stream/produce.ts";
import type { Effects } from "../effects/effects.ts";
import { nextWaitMs } from "../http/backoff.ts";
import { notAttempted, type Outage, type RecordResult, unexpected } from "../model/result.ts";
import {
  acquireSlot,
  createPrioritySemaphore,
  type PrioritySemaphore,
  releaseSlot,
  yieldSlot,
} from "./priority-semaphore.ts";
import {
  createThrottleGate,
  type Pause,
  pauseFor,
  pauseOver,
  sleepUnlessStopped,
  type ThrottleGate,
  timeForAttempt,
} from "./throttle-gate.ts";

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

/** An outage must not multiply traffic: a call makes at most two attempts per record plus these. */
const spareAttempts = 20;
const attemptsPerRecord = 2;
/** Pause of all keys if a throttled record gets no further attempt and the stream named no time. */
const throttledMsDefault = 1_000;

export type AttemptContext<R> = {
  /** Makes one attempt. An exception is a bug and ends the call as a fault does. */
  readonly produce: (record: R, timeoutMs: number) => Promise<ProduceResult>;
  readonly effects: Pick<Effects, "now" | "sleep" | "random">;
  /** Slots and pause that several calls share. Absent: the call has its own. */
  readonly shared?: { readonly semaphore: PrioritySemaphore; readonly pause: Pause };
};

/** The counted attempts of a record, the kinds of retries that it had for free, and the records left of its key. */
type Tried = {
  attempts: number;
  readonly free: ProduceResult["freeRetry"][];
  readonly left: number;
};

/** The state that the key queues of one call share. */
export type CallState<R> = {
  readonly limits: DeliveryLimits;
  readonly context: AttemptContext<R>;
  readonly semaphore: PrioritySemaphore;
  readonly gate: ThrottleGate;
  readonly tally: { attempts: number; uncertain: number; neverSent: number };
  attemptsLeft: number;
};

export function createCall<R>(
  recordsCount: number,
  limits: DeliveryLimits,
  context: AttemptContext<R>,
): CallState<R> {
  const { effects, shared } = context;
  return {
    limits,
    context,
    semaphore: shared?.semaphore ?? createPrioritySemaphore(limits.concurrency, limits.takeNext),
    gate: createThrottleGate(limits, effects, shared?.pause),
    tally: { attempts: 0, uncertain: 0, neverSent: 0 },
    attemptsLeft: recordsCount * attemptsPerRecord + spareAttempts,
  };
}

/** Adds the attempts of another record to the budget. */
export function addAttempts<R>(call: CallState<R>): void {
  call.attemptsLeft += attemptsPerRecord;
}

/** Makes an attempt after keys with more than `left` records have had a slot, and after a pause. */
function attemptInTurn<R>(call: CallState<R>, record: R, left: number): Attempt {
  const { semaphore, gate } = call;
  const slot = yieldSlot(semaphore, left);
  const turn = slot === undefined ? pauseOver(gate) : slot.then(() => pauseOver(gate));
  return turn === undefined ? attempt(call, record) : turn.then(() => attempt(call, record));
}

type Attempt = Promise<ProduceResult | undefined> | undefined;

/** Makes an attempt. Returns undefined if the call has stopped or it is too late. */
function attempt<R>(call: CallState<R>, record: R): Attempt {
  const timeMs = timeForAttempt(call.gate);
  if (timeMs === 0 || call.attemptsLeft <= 0) {
    return undefined;
  }
  call.attemptsLeft -= 1;
  return call.context.produce(record, Math.min(call.limits.attemptTimeoutMs, timeMs));
}

function count<R>(
  call: CallState<R>,
  { verdict, isProduced, uncertain, neverSent }: ProduceResult,
): void {
  const { tally } = call;
  // Every record brings two attempts to the budget. A record refused before sending gives its second one back.
  call.attemptsLeft -= verdict.kind === "refused" && !isProduced ? 1 : 0;
  tally.attempts += isProduced ? 1 : 0;
  tally.uncertain += uncertain ? 1 : 0;
  tally.neverSent += neverSent ? 1 : 0;
}

/** Waits until the record may be attempted again, and gives its slot to other keys meanwhile. False: no further attempt. */
async function mayRetry<R>(
  call: CallState<R>,
  tried: Tried,
  { freeRetry, outage }: Pick<ProduceResult, "freeRetry"> & { readonly outage: Outage },
): Promise<boolean> {
  // Each kind is free once: a second closed socket or wrong clock is no accident.
  if (freeRetry !== undefined && !tried.free.includes(freeRetry)) {
    tried.free.push(freeRetry);
    return true;
  }
  tried.attempts += 1;
  const waitMs = waitAfter(call, tried.attempts, outage);
  if (waitMs !== undefined) {
    releaseSlot(call.semaphore);
    await sleepUnlessStopped(call.gate, waitMs);
    await acquireSlot(call.semaphore, tried.left);
  }
  return waitMs !== undefined;
}

/** Returns the wait before the next attempt in milliseconds, or undefined for no further attempt. */
function waitAfter<R>(
  { limits, context, gate }: CallState<R>,
  attempts: number,
  { code, retryAfterMs }: Outage,
): number | undefined {
  const { attemptsMax, deadlineMs } = limits;
  const { effects } = context;
  const now = { nowMs: effects.now(), random: effects.random() };
  const waitMs = nextWaitMs({ attempts, attemptsMax, deadlineMs, retryAfterMs, ...now });
  if (code === "STREAM_THROTTLED") {
    // A stream that throttles one record throttles all, even if this record gets no further attempt.
    pauseFor(gate, waitMs ?? retryAfterMs ?? throttledMsDefault);
  }
  return waitMs;
}

/**
 * Makes attempts until the record has ended. While it waits, keys with more than `left` records go first. Never rejects:
 * an exception is a bug and becomes a fault.
 */
export async function deliverOne<R>(
  record: R,
  left: number,
  call: CallState<R>,
): Promise<RecordResult> {
  let tried: Tried | undefined;
  let ending: RecordResult = notAttempted;
  try {
    for (;;) {
      const result = await attemptInTurn(call, record, left);
      if (result === undefined) {
        return ending;
      }
      count(call, result);
      const { verdict, freeRetry } = result;
      ending = verdict;
      if (verdict.kind !== "unavailable") {
        return ending;
      }
      tried ??= { attempts: 0, free: [], left };
      if (!(await mayRetry(call, tried, { freeRetry, outage: verdict }))) {
        return ending;
      }
    }
  } catch (error) {
    return unexpected(error);
  }
}
