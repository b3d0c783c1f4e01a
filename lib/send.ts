import { type CheckIn, type CheckingProduce, fitRecord, withCheckIns } from "./check-in.ts";
import type { Clocks } from "./clock.ts";
import type { EventParts } from "./cloud-event.ts";
import type { Config } from "./config.ts";
import { createProduce } from "./data-stream/produce.ts";
import { type Delivery, deliver } from "./deliver.ts";
import type { Effects } from "./effects.ts";
import { toDeadLetterName, toLine, toLines } from "./object-storage/dead-letters.ts";
import { createObjectStorage } from "./object-storage/object-storage.ts";
import { createPatientStorage } from "./object-storage/patient-storage.ts";
import type { RecordEnding } from "./outcome.ts";
import type { StreamRecord } from "./record.ts";
import { attemptMsMin, replyReserveMs } from "./retry.ts";

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
  readonly warnings: readonly string[];
};

/** Kept free of attempts, so that dead letters are stored while there is time to store them. */
export const storeMsReserved = 1_000;
/** …and no more than this part of a call that has little time. */
const storePartReserved = 0.4;

/** Delivers what may be sent and keeps what could not be delivered in time, if there is a bucket for it. */
export async function send(records: readonly StreamRecord[], sending: Sending): Promise<Sent> {
  const { config, startedMs, deadlineMs } = sending;
  const reservedMs = config.deadLetterBucket === undefined ? 0 : toReserve(deadlineMs - startedMs);
  const partsOf = ({ event }: StreamRecord) => event;
  const delivery = await deliverFitting(records, partsOf, {
    ...sending,
    deadlineMs: deadlineMs - reservedMs,
  });
  const kept = await keep(records.map(delivery.lightened), delivery.endings, sending);
  return { ...delivery, ...kept };
}

/** Time for the dead letters of a call, and never so much that the stream is not asked at all. */
function toReserve(totalMs: number): number {
  const spareMs = totalMs - replyReserveMs - attemptMsMin;
  return Math.max(0, Math.min(storeMsReserved, storePartReserved * totalMs, spareMs));
}

/** Delivers the records that fit, or whose data can be left in a bucket; the others are refused unsent. */
export async function deliverFitting(
  records: readonly StreamRecord[],
  partsOf: (record: StreamRecord) => EventParts | undefined,
  { config, deadlineMs, clocks, effects }: Omit<Sending, "invocationId" | "startedMs">,
): Promise<Delivery & { readonly lightened: CheckingProduce["lightened"] }> {
  const checkIns = new Map<StreamRecord, CheckIn>();
  const refusals = new Map<StreamRecord, RecordEnding>();
  for (const record of records) {
    const fitted = fitRecord(record, partsOf, config);
    if (fitted.kind === "refused") {
      refusals.set(record, fitted);
    } else if (fitted.checkIn !== undefined) {
      checkIns.set(record, fitted.checkIn);
    }
  }
  const { produce, lightened } = withCheckIns(
    createProduce(config, { ...effects, clock: clocks.stream }),
    checkIns,
    {
      bucket: config.claimCheckBucket,
      put: ({ name, body }, bucket, timeoutMs) => {
        // A request that is signed anew by a corrected clock has what the first one left.
        const untilMs = effects.now() + timeoutMs;
        const leftMs = () => Math.max(1, untilMs - effects.now());
        const context = { ...effects, clock: clocks.storage };
        return createObjectStorage(config.storage, context, leftMs).put({ bucket, name }, body);
      },
      now: effects.now,
    },
  );
  const sendable = records.filter((record) => !refusals.has(record));
  const delivery = await deliver(sendable, { ...config, deadlineMs }, { produce, effects });
  const endingOf = new Map(sendable.map((record, index) => [record, delivery.endings[index]]));
  const endings = records.map(
    (record): RecordEnding =>
      refusals.get(record) ?? endingOf.get(record) ?? { kind: "notAttempted" },
  );
  return { ...delivery, endings, lightened };
}

type Kept = { readonly endings: readonly RecordEnding[]; readonly warnings: readonly string[] };

/** Writes whatever a later run can still deliver as one object, in order. */
async function keep(
  records: readonly StreamRecord[],
  endings: readonly RecordEnding[],
  { config, invocationId, deadlineMs, clocks, effects }: Sending,
): Promise<Kept> {
  const bucket = config.deadLetterBucket;
  const letters = records.filter((_, index) => isUndelivered(endings[index]));
  if (bucket === undefined || letters.length === 0) {
    return { endings, warnings: [] };
  }
  const storage = createPatientStorage(config, { ...effects, clock: clocks.storage }, deadlineMs);
  const name = toDeadLetterName(effects.now(), invocationId);
  const stored = await storage.put({ bucket, name }, toLines(letters.map(toLine)));
  if (!stored.ok) {
    return { endings, warnings: [`dead letters could not be stored: ${stored.reason}`] };
  }
  return {
    endings: endings.map((ending) => (isUndelivered(ending) ? toStored(ending) : ending)),
    warnings: [`${letters.length} dead letters stored as ${name}`],
  };
}

function toStored(ending: RecordEnding): RecordEnding {
  const reason = "code" in ending ? `${ending.code}: ${ending.reason}` : "not attempted";
  return { kind: "stored", reason, isFault: ending.kind === "faulted" };
}

function isUndelivered(ending: RecordEnding | undefined): boolean {
  return ending !== undefined && ["unavailable", "faulted", "notAttempted"].includes(ending.kind);
}
