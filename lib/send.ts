import type { Clocks } from "./clock.ts";
import type { Config } from "./config.ts";
import { createProduce } from "./data-stream/produce.ts";
import { type Delivery, deliver, laneOf } from "./deliver.ts";
import type { Effects } from "./effects.ts";
import { toClaimCheck } from "./object-storage/claim-check.ts";
import { toDeadLetterName, toLine, toLines } from "./object-storage/dead-letters.ts";
import { createPatientStorage, type PatientStorage } from "./object-storage/patient-storage.ts";
import type { RecordEnding } from "./outcome.ts";
import { recordBytes, type StreamRecord } from "./record.ts";
import { attemptMsMin, replyReserveMs } from "./retry.ts";
import { createSlots } from "./slots.ts";

export type Sending = {
  readonly config: Config;
  readonly invocationId: string;
  readonly startedMs: number;
  readonly deadlineMs: number;
  readonly clocks: Clocks;
  readonly effects: Effects;
};

export type Sent = Delivery & {
  /** What happened beside the stream: for the log. */
  readonly notes: readonly string[];
};

/** Kept free of attempts, so that dead letters are stored while there is time to store them. */
const storeMsReserved = 1_000;
/** …and no more than this part of a call that has little time. */
const storePartReserved = 0.4;
/** The part of a call's time after which no claim check is waited for: others are to be delivered too. */
const claimPartMax = 0.5;
/** Claim checks stored at once. */
const claimChecksMax = 4;

/**
 * Delivers what may be sent, after leaving the data of records over the limit in a bucket; keeps what
 * could not be delivered in time. Without a bucket for it each is reported as it is.
 */
export async function send(records: readonly StreamRecord[], sending: Sending): Promise<Sent> {
  const { config, effects, clocks, startedMs, deadlineMs } = sending;
  const storageUntil = (untilMs: number) =>
    createPatientStorage(config, { ...effects, clock: clocks.storage }, untilMs);
  const totalMs = deadlineMs - startedMs;
  const claims = storageUntil(startedMs + claimPartMax * totalMs);
  const fitted = stopLanes(records, await fitAll(records, config, claims));
  const sendable = fitted.filter(isRecord);
  const reservedMs = config.deadLetterBucket === undefined ? 0 : toReserve(totalMs);
  const produce = createProduce(config, { ...effects, clock: clocks.stream });
  const limits = { ...config, deadlineMs: deadlineMs - reservedMs };
  const delivery = await deliver(sendable, limits, { produce, effects });
  const endingOf = new Map(sendable.map((record, index) => [record, delivery.endings[index]]));
  const endings = fitted.map(
    (one): RecordEnding => (isRecord(one) ? (endingOf.get(one) ?? { kind: "notAttempted" }) : one),
  );
  const kept = await keep(fitted, endings, { ...sending, storage: storageUntil(deadlineMs) });
  return { ...delivery, ...kept };
}

/** Time for the dead letters of a call, and never so much that the stream is not asked at all. */
function toReserve(totalMs: number): number {
  const spareMs = totalMs - replyReserveMs - attemptMsMin;
  return Math.max(0, Math.min(storeMsReserved, storePartReserved * totalMs, spareMs));
}

/** A record as it can be sent, or how it ended without being sent. */
type Fitted = StreamRecord | RecordEnding;

function isRecord(one: Fitted): one is StreamRecord {
  return !("kind" in one);
}

async function fitAll(
  records: readonly StreamRecord[],
  config: Config,
  storage: PatientStorage,
): Promise<readonly Fitted[]> {
  const slots = createSlots(claimChecksMax);
  return Promise.all(
    records.map(async (record) => {
      if (recordBytes(record) <= config.messageBytesMax) {
        return record;
      }
      await slots.acquire(1);
      const fitted = await checkIn(record, config, storage);
      slots.release();
      return fitted;
    }),
  );
}

/** What comes after a record whose data could not be left in the bucket must not overtake it. */
function stopLanes(records: readonly StreamRecord[], fitted: readonly Fitted[]): readonly Fitted[] {
  const stopped = new Set<string>();
  return records.map((record, index): Fitted => {
    const one = fitted[index] ?? record;
    if ("kind" in one && one.kind === "unavailable") {
      stopped.add(laneOf(record));
    }
    return isRecord(one) && stopped.has(laneOf(record)) ? { kind: "notAttempted" } : one;
  });
}

/** Leaves the data of a record that is too large in the claim-check bucket. */
async function checkIn(
  record: StreamRecord,
  { claimCheckBucket: bucket, messageBytesMax, storage: { endpoint } }: Config,
  storage: PatientStorage,
): Promise<Fitted> {
  const tooLarge: RecordEnding = {
    kind: "refused",
    code: "RECORD_TOO_LARGE",
    reason: `key and value are over ${messageBytesMax} bytes (DATASTREAM_MESSAGE_BYTES_MAX)`,
  };
  const { event } = record;
  const claim =
    event === undefined || bucket === undefined
      ? undefined
      : toClaimCheck(event.attributes, event.data, { endpoint, bucket });
  if (claim === undefined || bucket === undefined) {
    return tooLarge;
  }
  const checked = { ...record, value: claim.value };
  if (recordBytes(checked) > messageBytesMax) {
    return tooLarge;
  }
  const stored = storage.hasTime()
    ? await storage.put({ bucket, name: claim.name }, claim.body)
    : { ok: false as const, reason: "no time left for a claim check" };
  return stored.ok
    ? checked
    : {
        kind: "unavailable",
        code: "STORAGE_UNAVAILABLE",
        reason: stored.reason,
        retryAfterMs: undefined,
      };
}

type Kept = { readonly endings: readonly RecordEnding[]; readonly notes: readonly string[] };

/** Writes whatever a later run can still deliver as one object, in order. */
async function keep(
  fitted: readonly Fitted[],
  endings: readonly RecordEnding[],
  { config, invocationId, effects, storage }: Sending & { readonly storage: PatientStorage },
): Promise<Kept> {
  const bucket = config.deadLetterBucket;
  const letters = fitted.flatMap((one, index) =>
    isRecord(one) && isUndelivered(endings[index]) ? [{ record: one, index }] : [],
  );
  if (bucket === undefined || letters.length === 0) {
    return { endings, notes: [] };
  }
  const name = toDeadLetterName(effects.now(), invocationId);
  const lines = toLines(letters.map(({ record }) => toLine(record)));
  const stored = await storage.put({ bucket, name }, lines);
  if (!stored.ok) {
    return { endings, notes: [`dead letters could not be stored: ${stored.reason}`] };
  }
  const indexes = new Set(letters.map(({ index }) => index));
  return {
    endings: endings.map((ending, index) =>
      indexes.has(index) ? { kind: "stored", reason: reasonOf(ending) } : ending,
    ),
    notes: [`${letters.length} dead letters stored as ${name}`],
  };
}

function reasonOf(ending: RecordEnding): string {
  return "code" in ending ? `${ending.code}: ${ending.reason}` : "not attempted";
}

function isUndelivered(ending: RecordEnding | undefined): boolean {
  return ending !== undefined && ["unavailable", "faulted", "notAttempted"].includes(ending.kind);
}
