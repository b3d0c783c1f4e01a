import type { Produce, ProduceResult } from "../data-stream/produce.ts";
import { attemptMsMin } from "../http/backoff.ts";
import type { Message, StreamRecord } from "../model/record.ts";
import { outage } from "../model/result.ts";
import type { ClaimCheck } from "../object-storage/claim-check.ts";
import type { StorageFailure, StorageResult } from "../object-storage/client.ts";
import { toFaultOrOutage } from "../object-storage/storage-failure.ts";
import type { ClaimCheckedMessage, FitMessage } from "./fit-message.ts";

type ClaimCheckStore = {
  /** True if CLAIM_CHECK_BUCKET is set. Without it no message has a claim. */
  readonly isSet: boolean;
  readonly put: (claim: ClaimCheck, timeoutMs: number) => Promise<StorageResult<undefined>>;
  readonly now: () => number;
};

export type SizedProduce = {
  readonly produce: (record: StreamRecord, timeoutMs: number) => Promise<ProduceResult>;
  /** Returns the message as it would be sent now. If its data is already in the bucket, only the reference is sent. */
  readonly fitNow: FitMessage;
};

/** Produces records that fit. The data of a larger record is stored once, before its message is sent. */
export function createSizedProduce(
  produce: Produce,
  fitMessage: FitMessage,
  { isSet, put, now }: ClaimCheckStore,
): SizedProduce {
  const shrunk = createShrunkRecords();
  const fitNow: FitMessage = (record) => {
    const message = shrunk.get(record);
    return message === undefined
      ? fitMessage(record, shrunk.has(record))
      : { kind: "fits", message, deadLetter: message };
  };
  const storeAndProduce = async (
    record: StreamRecord,
    { message, claim }: ClaimCheckedMessage,
    timeoutMs: number,
  ): Promise<ProduceResult> => {
    const startedMs = now();
    const result = await put(claim, timeoutMs);
    if (!result.ok) {
      return toProduceResult(result);
    }
    shrunk.set(record, message);
    const leftMs = timeoutMs - (now() - startedMs);
    return leftMs < attemptMsMin ? toProduceResult(noTime) : produce(message, leftMs);
  };
  /** A 413 of the API is final only if the message cannot be sent without its data. */
  const shrinkAfter = (record: StreamRecord, result: ProduceResult): ProduceResult => {
    const canShrink = isTooLarge(result) && shrunk.get(record) === undefined;
    if (!canShrink || fitMessage(record, true).kind !== "claim") {
      return result;
    }
    shrunk.set(record);
    return { ...result, verdict: tooLargeAsItIs, freeRetry: "tooLarge" };
  };
  return {
    fitNow,
    produce: (record, timeoutMs) => {
      const sized = fitNow(record);
      switch (sized.kind) {
        case "fits": {
          const attempt = produce(sized.message, timeoutMs);
          return isSet ? attempt.then((result) => shrinkAfter(record, result)) : attempt;
        }
        case "claim":
          return storeAndProduce(record, sized, timeoutMs);
        default:
          return Promise.resolve({ ...unsent, verdict: sized });
      }
    },
  };
}

/**
 * Remembers records that the API refused as too large, and the messages of those whose data is stored. Few calls have one,
 * so the map is made for the first.
 */
function createShrunkRecords() {
  let messages: WeakMap<StreamRecord, Message | undefined> | undefined;
  return {
    get: (record: StreamRecord): Message | undefined => messages?.get(record),
    has: (record: StreamRecord): boolean => messages?.has(record) === true,
    set: (record: StreamRecord, message?: Message): void => {
      messages ??= new WeakMap();
      messages.set(record, message);
    },
  };
}

function isTooLarge({ verdict }: ProduceResult): boolean {
  return verdict.kind === "refused" && verdict.code === "RECORD_TOO_LARGE";
}

/** Verdict of a record whose claim check found no more time. */
const tooLargeAsItIs = outage(
  "STREAM_UNAVAILABLE",
  "HTTP 413, and no time left to leave the data in CLAIM_CHECK_BUCKET",
);

/** Facts of an attempt without a produce request. */
const unsent = {
  isProduced: false,
  uncertain: false,
  neverSent: false,
  freeRetry: undefined,
} as const;

const noTime: StorageFailure = {
  ok: false,
  status: undefined,
  reason: "no time left after the claim check",
};

/** Turns a failure of the bucket into the result of the attempt. */
function toProduceResult(failure: StorageFailure): ProduceResult {
  return { ...unsent, verdict: toFaultOrOutage(failure, "CLAIM_CHECK_BUCKET") };
}
