import { createProduce } from "../data-stream/produce.ts";
import type { Effects } from "../effects/effects.ts";
import { attemptMsMin, replyReserveMs } from "../http/backoff.ts";
import { toBodyLine, toLine } from "../model/dead-letter.ts";
import type { RefusedBody } from "../model/function-definition.ts";
import { type StreamRecord, toMessage } from "../model/record.ts";
import { isFailure, notAttempted, type RecordResult, type Refusal } from "../model/result.ts";
import { createStorageClient } from "../object-storage/client.ts";
import { putObject } from "../object-storage/operations.ts";
import type { Config } from "../settings/stream-config.ts";
import type { SigningClocks } from "../signing/clock-skew.ts";
import { type DeliveryResult, deliverInOrder } from "./deliver-in-order.ts";
import {
  createFitMessage,
  createSizedProduce,
  type FitMessage,
  type SizedProduce,
} from "./fit-message.ts";
import { type EndedRecord, storeUndelivered, toReason } from "./store-undelivered.ts";

/** What an event came to. */
export type DeliveryBatch = {
  readonly records: readonly StreamRecord[];
  readonly refusedBodies?: readonly RefusedBody[] | undefined;
  /** Nobody has proved to be its sender: what is refused is not kept. */
  readonly isUnproved?: boolean | undefined;
};

export type DeliveryContext = {
  readonly config: Config;
  readonly invocationId: string;
  readonly startedMs: number;
  readonly deadlineMs: number;
  readonly clocks: SigningClocks;
  readonly effects: Effects;
};

/** Kept free of attempts, so that dead letters are stored while there is time to store them. */
export const storeMsReserved = 1_000;
/** …and no more than this part of a call that has little time. */
const storePartReserved = 0.4;

/**
 * Delivers what may be sent. If there is a bucket, what could not be delivered in time becomes a dead
 * letter, and what can never be delivered is set aside.
 */
export async function deliverOrStore(
  batch: DeliveryBatch,
  context: DeliveryContext,
): Promise<DeliveryResult> {
  const { records, refusedBodies = [], isUnproved = false } = batch;
  const { config, startedMs, deadlineMs } = context;
  const { deadLetterBucket: bucket } = config;
  const reservedMs = bucket === undefined ? 0 : toReserve(deadlineMs - startedMs);
  const fitMessage = createFitMessage(({ event }) => event, config);
  const delivery = await deliverSized(records, fitMessage, {
    ...context,
    deadlineMs: deadlineMs - reservedMs,
  });
  const endings = [...delivery.endings, ...refusedBodies.map(({ refusal }) => refusal)];
  if (bucket === undefined || endings.every(({ kind }) => kind === "delivered")) {
    return { ...delivery, endings };
  }
  const setAside = isUnproved ? (ending: Refusal): EndedRecord => ({ ending }) : toSetAside;
  const results = [
    ...records.map((record, index) =>
      toEndedRecord(record, endings[index] ?? notAttempted, { ...delivery, setAside }),
    ),
    ...refusedBodies.map((body) => setAside(body.refusal, () => toBodyLine(body))),
  ];
  return { ...delivery, ...(await storeUndelivered(results, { bucket, ...context })) };
}

/** Time for the dead letters of a call, and never so much that the stream is not asked at all. */
function toReserve(totalMs: number): number {
  const spareMs = totalMs - replyReserveMs - attemptMsMin;
  return Math.max(0, Math.min(storeMsReserved, storePartReserved * totalMs, spareMs));
}

type SizedResult = DeliveryResult & Pick<SizedProduce, "fitNow">;

/** Delivers the records that fit, or whose data can be left in a bucket; the others are refused unsent. */
export async function deliverSized(
  records: readonly StreamRecord[],
  fitMessage: FitMessage,
  context: Omit<DeliveryContext, "invocationId" | "startedMs">,
): Promise<SizedResult> {
  const { config, deadlineMs, effects } = context;
  const { produce, fitNow } = createSizedDelivery(fitMessage, context);
  const delivery = await deliverInOrder(records, { deadlineMs, ...config }, { produce, effects });
  return { fitNow, ...delivery };
}

/** Attempts of records that fit, over a call's own stream and storage. */
export function createSizedDelivery(
  fitMessage: FitMessage,
  { config, clocks, effects }: Pick<DeliveryContext, "config" | "clocks" | "effects">,
): SizedProduce {
  return createSizedProduce(
    createProduce(config, { clock: clocks.stream, ...effects }),
    fitMessage,
    {
      put: ({ bucket, name, body }, timeoutMs) => {
        // A request that is signed anew by a corrected clock has what the first one left.
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

/** What is to be kept of a record. One that was never attempted has not been looked at before. */
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

/** JSON.parse takes any depth, JSON.stringify as much as the stack holds: such a record cannot be kept. */
function toSetAside(ending: Refusal, toContent: () => object): EndedRecord {
  try {
    const line = { ...toContent(), reason: toReason(ending) };
    return { ending, kept: { folder: "setAside", line } };
  } catch {
    return { ending };
  }
}
