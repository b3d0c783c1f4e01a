import type { Attempt, Produce } from "./data-stream/produce.ts";
import type { Effects } from "./effects.ts";
import type { RecordEnding } from "./outcome.ts";
import type { StreamRecord } from "./record.ts";
import { attemptTimeMs, nextWaitMs } from "./retry.ts";

export type DeliveryLimits = {
  readonly deadlineMs: number;
  readonly attemptsMax: number;
  readonly attemptTimeoutMs: number;
  /** Records in flight at once, each with a different key. */
  readonly concurrency: number;
};

export type Delivery = {
  /** One ending per record, in the records' order. */
  readonly endings: readonly RecordEnding[];
  readonly attempts: number;
  readonly uncertain: number;
};

/** An outage must not multiply traffic: attempts of a call stay under twice its records plus this. */
const spareAttempts = 20;

type Effected = Pick<Effects, "now" | "sleep" | "random">;

/**
 * Produces every record at least once or says which were not. Records with one key go one after
 * the other, in order; different keys go in parallel, the key with most records first.
 */
export async function deliver(
  records: readonly StreamRecord[],
  limits: DeliveryLimits,
  { produce, effects }: { readonly produce: Produce; readonly effects: Effected },
): Promise<Delivery> {
  const endings: RecordEnding[] = records.map(() => ({ kind: "notAttempted" }));
  const tally = { attempts: 0, uncertain: 0, stopped: false };
  const attemptsMaxOfCall = records.length * 2 + spareAttempts;
  const attempt = async (record: StreamRecord, timeoutMs: number): Promise<Attempt> => {
    tally.attempts += 1;
    const made = await produce(record, timeoutMs);
    tally.uncertain += made.uncertain ? 1 : 0;
    return made;
  };
  const mayAttempt = () => !tally.stopped && tally.attempts < attemptsMaxOfCall;

  const runLane = async (lane: readonly number[]): Promise<void> => {
    for (const index of lane) {
      const record = records[index];
      if (record === undefined) {
        return;
      }
      const ending = await deliverOne(record, limits, { attempt, mayAttempt, effects });
      endings[index] = ending;
      // What is wrong with every record stops the call; what failed here stops its key's lane.
      tally.stopped ||= ending.kind === "faulted";
      if (ending.kind === "unavailable" || ending.kind === "notAttempted") {
        return;
      }
    }
  };

  // Every worker takes from the one iterator, so that no slot idles while a key is ready.
  const lanes = toLanes(records).values();
  const work = async (): Promise<void> => {
    for (const lane of lanes) {
      await runLane(lane);
    }
  };
  await Promise.all(Array.from({ length: limits.concurrency }, work));
  return { endings, attempts: tally.attempts, uncertain: tally.uncertain };
}

/** Record indexes by topic and key, in order; the longest lane first. */
function toLanes(records: readonly StreamRecord[]): number[][] {
  const lanes = new Map<string, number[]>();
  for (const [index, { topic, key }] of records.entries()) {
    const name = JSON.stringify([topic, key]);
    const lane = lanes.get(name) ?? [];
    lane.push(index);
    lanes.set(name, lane);
  }
  return [...lanes.values()].sort((a, b) => b.length - a.length);
}

type Attempting = {
  readonly attempt: (record: StreamRecord, timeoutMs: number) => Promise<Attempt>;
  readonly mayAttempt: () => boolean;
  readonly effects: Effected;
};

async function deliverOne(
  record: StreamRecord,
  { deadlineMs, attemptsMax, attemptTimeoutMs }: DeliveryLimits,
  { attempt, mayAttempt, effects }: Attempting,
): Promise<RecordEnding> {
  let attempts = 0;
  let staleSockets = 0;
  let ending: RecordEnding = { kind: "notAttempted" };
  while (mayAttempt()) {
    const timeMs = attemptTimeMs(effects.now(), deadlineMs);
    if (timeMs === 0) {
      break;
    }
    const { verdict, staleSocket } = await attempt(record, Math.min(attemptTimeoutMs, timeMs));
    ending = verdict;
    if (verdict.kind !== "unavailable") {
      break;
    }
    // A socket that the server had closed while idle says nothing about the stream.
    if (staleSocket && staleSockets === 0) {
      staleSockets += 1;
      continue;
    }
    attempts += 1;
    const waitMs = nextWaitMs({
      attempts,
      attemptsMax,
      retryAfterMs: verdict.retryAfterMs,
      nowMs: effects.now(),
      deadlineMs,
      random: effects.random(),
    });
    if (waitMs === undefined) {
      break;
    }
    await effects.sleep(waitMs);
  }
  return ending;
}
