import type { Produce, ProduceResult } from "../data-stream/produce.ts";
import { toProduceBody } from "../data-stream/produce-api.ts";
import { attemptMsMin } from "../http/backoff.ts";
import { type EventParts, parseCloudEvent } from "../model/cloud-event.ts";
import { type Message, messageBytes, type StreamRecord, toMessage } from "../model/record.ts";
import { type Fault, type Outage, type Refusal, unexpected } from "../model/result.ts";
import { type ClaimCheck, toClaimCheck } from "../object-storage/claim-check.ts";
import type { StorageFailure, StorageResult } from "../object-storage/client.ts";
import { toFaultOrOutage } from "../object-storage/storage-failure.ts";
import type { Config } from "../settings/stream-config.ts";

type MessagePair = {
  readonly message: Message;
  /** The message for a dead letter. It includes the data, unless the data is already in the bucket. */
  readonly deadLetter: Message;
};

/** A message to send unchanged, a message whose data must be stored first, or the reason why it cannot be sent. */
export type SizedMessage =
  | (MessagePair & { readonly kind: "fits" })
  | (MessagePair & { readonly kind: "claim"; readonly claim: ClaimCheck })
  | Refusal
  | Fault;

/** Checks the size of a record. `isRefused`: the API refused the whole message as too large. Never throws. */
export type FitMessage = (record: StreamRecord, isRefused?: boolean) => SizedMessage;

/** Returns attributes and data of a message's event; undefined for a message that is not an event. */
export type EventPartsReader = (message: Message) => EventParts | undefined;

/** Parses the event out of a message that arrived as text (a dead letter, a line of a file). */
export const readTextParts: EventPartsReader = ({ value }) => parseCloudEvent(value);

/** Creates the size check. It calls `readParts` only for a message that may be too large. */
export function createFitMessage(readParts: EventPartsReader, config: Config): FitMessage {
  return (record, isRefused = false) => {
    try {
      const message = toMessage(record);
      return isRefused || !fits(message, config)
        ? fitTooLarge(message, readParts, config)
        : { kind: "fits", message, deadLetter: message };
    } catch (error) {
      // JSON.parse accepts any depth, but JSON.stringify is limited by the stack.
      return error instanceof RangeError ? tooDeep : unexpected(error);
    }
  };
}

const tooDeep: Refusal = {
  kind: "refused",
  code: "RECORD_REFUSED",
  reason: "it is nested too deep for JSON",
};

/** JSON escapes one byte as at most six characters. */
const escapedBytesMax = 6;
/** Bytes of a request body for field names, punctuation and the partition. */
const bodyFrameBytesMax = 64;

/** A character of UTF-16 has at most three bytes in UTF-8. */
const charBytesMax = 3;

/**
 * NAVER Cloud does not document whether its 1 MB counts key and value or the request body, so both must fit. The bytes
 * of most messages are not counted, because so few characters fit whatever they are.
 */
function fits(message: Message, { messageBytesMax }: Config): boolean {
  const { topic, key, value } = message;
  const bytesMax = (key.length + value.length) * charBytesMax;
  if ((bytesMax + topic.length) * escapedBytesMax + bodyFrameBytesMax <= messageBytesMax) {
    return true;
  }
  const bytes = messageBytes(message);
  const bodyBytesMax = (bytes + topic.length) * escapedBytesMax + bodyFrameBytesMax;
  return (
    bodyBytesMax <= messageBytesMax ||
    (bytes <= messageBytesMax && Buffer.byteLength(toProduceBody(message)) <= messageBytesMax)
  );
}

/** Refuses only what is surely too large. The API decides about the rest. */
function fitTooLarge(message: Message, readParts: EventPartsReader, config: Config): SizedMessage {
  const claimChecked = toClaimChecked(message, readParts, config);
  if (claimChecked !== undefined) {
    return claimChecked;
  }
  const { messageBytesMax } = config;
  const reason = `key and value are over ${messageBytesMax} bytes (DATASTREAM_MESSAGE_BYTES_MAX)`;
  return messageBytes(message) > messageBytesMax
    ? { kind: "refused", code: "RECORD_TOO_LARGE", reason }
    : { kind: "fits", message, deadLetter: message };
}

function toClaimChecked(
  message: Message,
  readParts: EventPartsReader,
  { messageBytesMax, claimCheckBucket: bucket, storage: { endpoint } }: Config,
): ClaimCheckedMessage | undefined {
  const parts = bucket === undefined ? undefined : readParts(message);
  const claim =
    parts === undefined || bucket === undefined
      ? undefined
      : toClaimCheck(parts.attributes, parts.data, { endpoint, bucket });
  if (claim === undefined) {
    return undefined;
  }
  const claimChecked = { ...message, value: claim.value };
  const bytesMax = Math.min(messageBytesMax, messageBytes(message) - 1);
  return messageBytes(claimChecked) > bytesMax
    ? undefined
    : { kind: "claim", message: claimChecked, claim, deadLetter: message };
}

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

type ClaimCheckedMessage = Extract<SizedMessage, { kind: "claim" }>;

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
const tooLargeAsItIs: Outage = {
  kind: "unavailable",
  code: "STREAM_UNAVAILABLE",
  reason: "HTTP 413, and no time left to leave the data in CLAIM_CHECK_BUCKET",
};

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
