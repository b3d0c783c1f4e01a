import { createProduce } from "../data-stream/produce.ts";
import type { Effects } from "../effects/effects.ts";
import { attemptMsMin, replyReserveMs } from "../http/backoff.ts";
import { toBodyLine, toLine } from "../model/dead-letter.ts";
import type { RefusedBody } from "../model/function-definition.ts";
import { type StreamRecord, toMessage } from "../model/record.ts";
import {
  type Fault,
  isFailure,
  notAttempted,
  type RecordResult,
  type Refusal,
} from "../model/result.ts";
import { createStorageClient } from "../object-storage/client.ts";
import { putObject } from "../object-storage/operations.ts";
import type { Config } from "../settings/stream-config.ts";
import type { SigningClocks } from "../signing/clock-skew.ts";
import { type DeliveryResult, deliverInOrder } from "./deliver-in-order.ts";
import type { DeliveryLimits } from "./deliver-one.ts";
import { createFitMessage, type FitMessage } from "./fit-message.ts";
import { createSizedProduce, type SizedProduce } from "./sized-produce.ts";
import { type EndedRecord, storeUndelivered, toReason } from "./store-undelivered.ts";

/** The records of one event, and its bodies that can never become records. */
export type DeliveryBatch = {
  readonly records: readonly StreamRecord[];
  readonly refusedBodies?: readonly RefusedBody[] | undefined;
  /** True if the sender proved nothing; refused records and bodies are then not stored. */
  readonly isUnproved?: boolean | undefined;
};

/** The settings, clocks and limits of a call that delivery needs. Times are epoch milliseconds. */
export type DeliveryContext = {
  readonly config: Config;
  readonly invocationId: string;
  readonly startedMs: number;
  readonly deadlineMs: number;
  readonly clocks: SigningClocks;
  readonly effects: Effects;
};

/** Time at the end of a call without attempts, in which dead letters are stored. */
export const storeMsReserved = 1_000;
/** Largest part of a short call that is reserved for storing. */
const storePartReserved = 0.4;

/**
 * Delivers records. If DEAD_LETTER_BUCKET is set, a record that could not be delivered in time becomes a dead letter,
 * and a record or body that can never be delivered is set aside. In the result, the endings of refused bodies follow
 * those of the records.
 */
export async function deliverOrStore(
  batch: DeliveryBatch,
  context: DeliveryContext,
): Promise<DeliveryResult> {
  const { records, refusedBodies = [] } = batch;
  const { config, startedMs, deadlineMs, effects } = context;
  const { deadLetterBucket: bucket } = config;
  const reservedMs = bucket === undefined ? 0 : toReserve(deadlineMs - startedMs);
  const fitMessage = createFitMessage(({ event }) => event, config);
  const { produce, fitNow } = createSizedDelivery(fitMessage, context);
  const limits = toLimits(config, deadlineMs - reservedMs);
  const delivery = await deliverInOrder(records, limits, { produce, effects });
  if (refusedBodies.length === 0 && delivery.endings.every(({ kind }) => kind === "delivered")) {
    return delivery;
  }
  const endings = delivery.endings.concat(refusedBodies.map(({ refusal }) => refusal));
  if (bucket === undefined) {
    return { ...delivery, endings };
  }
  const results = toEndedRecords(batch, endings, fitNow);
  return { ...delivery, ...(await storeUndelivered(results, { bucket, ...context })) };
}

/** Decides what to store of each record and refused body of an event. */
function toEndedRecords(
  { records, refusedBodies = [], isUnproved = false }: DeliveryBatch,
  endings: readonly RecordResult[],
  fitNow: SizedProduce["fitNow"],
): readonly EndedRecord[] {
  const setAside = isUnproved ? (ending: RecordResult): EndedRecord => ({ ending }) : toSetAside;
  return [
    ...records.map((record, index) =>
      toEndedRecord(record, endings[index] ?? notAttempted, { fitNow, setAside }),
    ),
    ...refusedBodies.map((body) => setAside(body.refusal, () => toBodyLine(body))),
  ];
}

/** Returns the time for dead letters. It always leaves time for one attempt. */
function toReserve(totalMs: number): number {
  const spareMs = totalMs - replyReserveMs - attemptMsMin;
  return Math.max(0, Math.min(storeMsReserved, storePartReserved * totalMs, spareMs));
}

type SizedResult = DeliveryResult & Pick<SizedProduce, "fitNow">;

/** Delivers records that fit, or whose data can be stored in a bucket. The others are refused without sending. */
export async function deliverSized(
  records: readonly StreamRecord[],
  fitMessage: FitMessage,
  context: Omit<DeliveryContext, "invocationId" | "startedMs">,
): Promise<SizedResult> {
  const { config, deadlineMs, effects } = context;
  const { produce, fitNow } = createSizedDelivery(fitMessage, context);
  const limits = toLimits(config, deadlineMs);
  return { fitNow, ...(await deliverInOrder(records, limits, { produce, effects })) };
}

function toLimits(config: Config, deadlineMs: number): DeliveryLimits {
  const { attemptsMax, attemptTimeoutMs, concurrency, deadLetterBucket } = config;
  return { deadlineMs, attemptsMax, attemptTimeoutMs, concurrency, deadLetterBucket };
}

/** Creates the produce function of a call, with the call's clocks and storage. */
export function createSizedDelivery(
  fitMessage: FitMessage,
  { config, clocks, effects }: Pick<DeliveryContext, "config" | "clocks" | "effects">,
): SizedProduce {
  return createSizedProduce(
    createProduce(config, { clock: clocks.stream, transport: effects.transport }),
    fitMessage,
    {
      isSet: config.claimCheckBucket !== undefined,
      put: ({ bucket, name, body }, timeoutMs) => {
        // A request that is signed again after a clock correction gets the time that the first one left.
        const untilMs = effects.now() + timeoutMs;
        const leftMs = () => Math.max(1, untilMs - effects.now());
        const context = { ...effects, clock: clocks.storage };
        return putObject(
          createStorageClient(config.storage, context, leftMs),
          { bucket, name },
          body,
        );
      },
      now: effects.now,
    },
  );
}

type EndedRecordContext = Pick<SizedResult, "fitNow"> & { readonly setAside: typeof toSetAside };

/** Decides what to store of a record. A record that was never attempted has not been size-checked yet, so it is checked now. */
function toEndedRecord(
  record: StreamRecord,
  ending: RecordResult,
  { fitNow, setAside }: EndedRecordContext,
): EndedRecord {
  if (ending.kind === "delivered") {
    return { ending };
  }
  const sized = fitNow(record);
  if (isFailure(ending) && "deadLetter" in sized) {
    return { ending, kept: { folder: "deadLetters", line: toLine(sized.deadLetter) } };
  }
  const final = isFailure(ending) && !("deadLetter" in sized) ? sized : ending;
  return final.kind === "refused"
    ? setAside(final, () => toLine("deadLetter" in sized ? sized.deadLetter : toMessage(record)))
    : { ending: final };
}

/** Stores nothing if the record is nested too deep for JSON.stringify, which is limited by the stack. */
function toSetAside(ending: Refusal | Fault, toContent: () => object): EndedRecord {
  try {
    const line = { ...toContent(), reason: toReason(ending) };
    return { ending, kept: { folder: "setAside", line } };
  } catch {
    return { ending };
  }
}
