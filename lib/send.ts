import {
  createFittingProduce,
  type Fitted,
  type FittingProduce,
  fitRecord,
  type PartsOf,
} from "./check-in.ts";
import type { Clocks } from "./clock.ts";
import type { Config } from "./config.ts";
import { createProduce } from "./data-stream/produce.ts";
import { type Delivery, deliver } from "./deliver.ts";
import type { Effects } from "./effects.ts";
import { toDeadLetterName, toLine, toLines } from "./object-storage/dead-letters.ts";
import { createObjectStorage } from "./object-storage/object-storage.ts";
import { createPatientStorage } from "./object-storage/patient-storage.ts";
import { notAttempted, type RecordEnding } from "./outcome.ts";
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
  const delivery = await deliverFitting(records, ({ event }) => event, {
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
  partsOf: PartsOf,
  { config, deadlineMs, clocks, effects }: Omit<Sending, "invocationId" | "startedMs">,
): Promise<Delivery & Pick<FittingProduce, "lightened">> {
  const toFitted = (record: StreamRecord) => fitRecord(record, partsOf, config);
  const { produce, lightened } = createFittingProduce(
    createProduce(config, { ...effects, clock: clocks.stream }),
    toFitted,
    {
      put: ({ bucket, name, body }, timeoutMs) => {
        // A request that is signed anew by a corrected clock has what the first one left.
        const untilMs = effects.now() + timeoutMs;
        const leftMs = () => Math.max(1, untilMs - effects.now());
        const context = { ...effects, clock: clocks.storage };
        return createObjectStorage(config.storage, context, leftMs).put({ bucket, name }, body);
      },
      now: effects.now,
    },
  );
  const delivery = await deliver(records, { ...config, deadlineMs }, { produce, effects });
  return { ...delivery, endings: refuseUnsendable(records, delivery.endings, toFitted), lightened };
}

/** What no later call could send either is not to be kept, nor sent by its sender again. */
function refuseUnsendable(
  records: readonly StreamRecord[],
  endings: readonly RecordEnding[],
  toFitted: (record: StreamRecord) => Fitted,
): readonly RecordEnding[] {
  return records.map((record, index) => {
    const ending = endings[index] ?? notAttempted;
    const fitted = ending.kind === "notAttempted" ? toFitted(record) : undefined;
    return fitted?.kind === "refused" ? fitted : ending;
  });
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
