import { toProduceBody } from "../data-stream/produce-api.ts";
import { type EventParts, parseCloudEvent } from "../model/cloud-event.ts";
import { type Message, messageBytes, type StreamRecord, toMessage } from "../model/record.ts";
import { type Fault, type Refusal, refusal, unexpected } from "../model/result.ts";
import { type ClaimCheck, toClaimCheck } from "../object-storage/claim-check.ts";
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

export type ClaimCheckedMessage = Extract<SizedMessage, { kind: "claim" }>;

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

const tooDeep = refusal("RECORD_REFUSED", "it is nested too deep for JSON");

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
    ? refusal("RECORD_TOO_LARGE", reason)
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
