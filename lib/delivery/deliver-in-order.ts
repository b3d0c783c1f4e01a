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
import { PrioritySemaphore } from "./priority-semaphore.ts";
import { type Pause, ThrottleGate } from "./throttle-gate.ts";

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
  const call = new CallState(records.length, limits, context);
  const [only] = records;
  if (only !== undefined && records.length === 1 && context.shared === undefined) {
    return { endings: [await deliverOne(only, 1, call)], ...call.tally };
  }
  const endings: RecordResult[] = records.map(() => notAttempted);
  const isSetAside = limits.deadLetterBucket !== undefined;
  /** Tells whether an ending stops the records of its key. A fault concerns every record and stops the call. */
  const isStopping = (ending: RecordResult, { group }: R): boolean => {
    if (ending.kind === "faulted") {
      call.gate.stop();
    }
    return isFailure(ending) || (ending.kind === "refused" && group !== undefined && !isSetAside);
  };
  const runKeyQueue = async (keyQueue: KeyQueueItem<R>[]): Promise<void> => {
    await call.semaphore.acquire(keyQueue.length);
    let item = keyQueue.shift();
    while (item !== undefined) {
      const ending = await deliverOne(item.record, keyQueue.length + 1, call);
      endings[item.index] = ending;
      item = isStopping(ending, item.record) ? undefined : keyQueue.shift();
    }
    call.semaphore.release();
  };
  await Promise.all(toKeyQueues(records).map(runKeyQueue));
  return { endings, ...call.tally };
}

/** A record and its position in the call. */
type KeyQueueItem<R> = { readonly index: number; readonly record: R };

/** Makes one queue for each topic and key, the longest first. */
function toKeyQueues<R extends RecordKey>(records: readonly R[]): readonly KeyQueueItem<R>[][] {
  const keyQueues = new Map<string, KeyQueueItem<R>[]>();
  records.forEach((record, index) => {
    const name = keyQueueNameOf(record);
    const keyQueue = keyQueues.get(name);
    if (keyQueue === undefined) {
      keyQueues.set(name, [{ index, record }]);
    } else {
      keyQueue.push({ index, record });
    }
  });
  return [...keyQueues.values()].sort((a, b) => b.length - a.length);
}

/** Names the queue of a record. A topic's name contains no space and is not empty. */
export function keyQueueNameOf({ topic, key, group }: RecordKey): string {
  return group === undefined ? `${topic} ${key}` : ` ${group}`;
}

/** The counted attempts of a record, the kinds of retries that it had for free, and the records left of its key. */
type Tried = {
  attempts: number;
  readonly free: ProduceResult["freeRetry"][];
  readonly left: number;
};

/** The state that the key queues of one call share. */
export class CallState<R> {
  readonly tally = { attempts: 0, uncertain: 0, neverSent: 0 };
  readonly semaphore: PrioritySemaphore;
  readonly gate: ThrottleGate;
  private attemptsLeft: number;
  private readonly limits: DeliveryLimits;
  private readonly context: AttemptContext<R>;

  constructor(recordsCount: number, limits: DeliveryLimits, context: AttemptContext<R>) {
    const { effects, shared } = context;
    this.attemptsLeft = recordsCount * attemptsPerRecord + spareAttempts;
    this.limits = limits;
    this.context = context;
    this.semaphore =
      shared?.semaphore ?? new PrioritySemaphore(limits.concurrency, limits.takeNext);
    this.gate = new ThrottleGate(limits, effects, shared?.pause);
  }

  /** Tells whether no more attempts are made. */
  isOver(): boolean {
    return this.gate.attemptTimeMs() === 0;
  }

  /** Adds the attempts of another record to the budget. */
  add(): void {
    this.attemptsLeft += attemptsPerRecord;
  }

  /**
   * Waits until keys with more than `left` records have had a slot, and for the end of a pause. Returns undefined if there
   * is nothing to wait for.
   */
  turn(left: number): Promise<void> | undefined {
    const turn = this.semaphore.yieldTo(left);
    return turn === undefined ? this.gate.resumed() : turn.then(() => this.gate.resumed());
  }

  /** Makes an attempt. Returns undefined if the call has stopped or it is too late. */
  attempt(record: R): Promise<ProduceResult> | undefined {
    const timeMs = this.gate.attemptTimeMs();
    if (timeMs === 0 || this.attemptsLeft <= 0) {
      return undefined;
    }
    this.attemptsLeft -= 1;
    return this.context.produce(record, Math.min(this.limits.attemptTimeoutMs, timeMs));
  }

  count({ verdict, isProduced, uncertain, neverSent }: ProduceResult): void {
    const { tally } = this;
    // Every record brings two attempts to the budget. A record refused before sending gives its second one back.
    this.attemptsLeft -= verdict.kind === "refused" && !isProduced ? 1 : 0;
    tally.attempts += isProduced ? 1 : 0;
    tally.uncertain += uncertain ? 1 : 0;
    tally.neverSent += neverSent ? 1 : 0;
  }

  /** Waits until the record may be attempted again, and gives its slot to other keys meanwhile. False: no further attempt. */
  async mayRetry({ freeRetry }: ProduceResult, outage: Outage, tried: Tried): Promise<boolean> {
    // Each kind is free once: a second closed socket or wrong clock is no accident.
    if (freeRetry !== undefined && !tried.free.includes(freeRetry)) {
      tried.free.push(freeRetry);
      return true;
    }
    tried.attempts += 1;
    const waitMs = this.waitAfter(tried.attempts, outage);
    if (waitMs !== undefined) {
      this.semaphore.release();
      await this.gate.sleep(waitMs);
      await this.semaphore.acquire(tried.left);
    }
    return waitMs !== undefined;
  }

  /** Returns the wait before the next attempt in milliseconds, or undefined for no further attempt. */
  private waitAfter(attempts: number, { code, retryAfterMs }: Outage): number | undefined {
    const { attemptsMax, deadlineMs } = this.limits;
    const { effects } = this.context;
    const now = { nowMs: effects.now(), random: effects.random() };
    const waitMs = nextWaitMs({ attempts, attemptsMax, deadlineMs, retryAfterMs, ...now });
    if (code === "STREAM_THROTTLED") {
      // A stream that throttles one record throttles all, even if this record gets no further attempt.
      this.gate.pauseFor(waitMs ?? retryAfterMs ?? throttledMsDefault);
    }
    return waitMs;
  }
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
  const tried: Tried = { attempts: 0, free: [], left };
  let ending: RecordResult = notAttempted;
  try {
    for (;;) {
      const turn = call.turn(left);
      if (turn !== undefined) {
        await turn;
      }
      const result = await call.attempt(record);
      if (result === undefined) {
        return ending;
      }
      call.count(result);
      ending = result.verdict;
      if (ending.kind !== "unavailable" || !(await call.mayRetry(result, ending, tried))) {
        return ending;
      }
    }
  } catch (error) {
    return unexpected(error);
  }
}
