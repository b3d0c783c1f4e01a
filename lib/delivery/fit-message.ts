import type { Produce, ProduceResult } from "../data-stream/produce.ts";
import { toProduceBody } from "../data-stream/produce-api.ts";
import { attemptMsMin } from "../http/backoff.ts";
import { type EventParts, parseCloudEvent } from "../model/cloud-event.ts";
import { type Message, messageBytes, type StreamRecord, toMessage } from "../model/record.ts";
import { type Fault, type Outage, type Refusal, unexpected } from "../model/result.ts";
import { type ClaimCheck, toClaimCheck } from "../object-storage/claim-check.ts";
import type { StorageFailure, StorageResult } from "../object-storage/client.ts";
import { toStorageResult } from "../object-storage/storage-failure.ts";
import type { Config } from "../settings/stream-config.ts";

type Sendable = {
  readonly message: Message;
  /** What a dead letter keeps: with its data, unless that is in the bucket already. */
  readonly letter: Message;
};

/** A message that goes out as it is, one whose data goes into the bucket first, or one that cannot. */
export type SizedMessage =
  | (Sendable & { readonly kind: "fits" })
  | (Sendable & { readonly kind: "light"; readonly claim: ClaimCheck })
  | Refusal
  | Fault;

/** `isRefused`: the API has said that the whole message is too large for it. Never throws. */
export type FitMessage = (record: StreamRecord, isRefused?: boolean) => SizedMessage;

/** What the event of a message was made of; undefined for a message that is no event. */
export type EventPartsReader = (message: Message) => EventParts | undefined;

/** Of messages that came as text: dead letters, the lines of a file. */
export const partsOfText: EventPartsReader = ({ value }) => parseCloudEvent(value);

/** `partsOf` is asked of a message that may be too large only. */
export function createFitMessage(partsOf: EventPartsReader, config: Config): FitMessage {
  return (record, isRefused = false) => {
    try {
      const message = toMessage(record);
      return isRefused || !fits(message, config)
        ? fitTooLarge(message, partsOf, config)
        : { kind: "fits", message, letter: message };
    } catch (error) {
      // JSON.parse takes any depth, JSON.stringify as much as the stack holds.
      return error instanceof RangeError ? tooDeep : unexpected(error);
    }
  };
}

const tooDeep: Refusal = {
  kind: "refused",
  code: "RECORD_REFUSED",
  reason: "it is nested too deep for JSON",
};

/** JSON writes a byte as six characters at most. */
const escapedBytesMax = 6;
/** Names, marks and the partition of a request's body. */
const bodyFrameBytesMax = 64;

/** NAVER Cloud does not say whether its 1 MB is key and value, or the body as it is sent. */
function fits(message: Message, { messageBytesMax }: Config): boolean {
  const bytes = messageBytes(message);
  const bodyBytesMax = (bytes + message.topic.length) * escapedBytesMax + bodyFrameBytesMax;
  return (
    bodyBytesMax <= messageBytesMax ||
    (bytes <= messageBytesMax && Buffer.byteLength(toProduceBody(message)) <= messageBytesMax)
  );
}

/** Only what is surely too large is refused unsent: of the rest the API decides. */
function fitTooLarge(message: Message, partsOf: EventPartsReader, config: Config): SizedMessage {
  const light = toLight(message, partsOf, config);
  if (light !== undefined) {
    return light;
  }
  const { messageBytesMax } = config;
  const reason = `key and value are over ${messageBytesMax} bytes (DATASTREAM_MESSAGE_BYTES_MAX)`;
  return messageBytes(message) > messageBytesMax
    ? { kind: "refused", code: "RECORD_TOO_LARGE", reason }
    : { kind: "fits", message, letter: message };
}

function toLight(
  message: Message,
  partsOf: EventPartsReader,
  { messageBytesMax, claimCheckBucket: bucket, storage: { endpoint } }: Config,
): Light | undefined {
  const parts = bucket === undefined ? undefined : partsOf(message);
  const claim =
    parts === undefined || bucket === undefined
      ? undefined
      : toClaimCheck(parts.attributes, parts.data, { endpoint, bucket });
  if (claim === undefined) {
    return undefined;
  }
  const light = { ...message, value: claim.value };
  const bytesMax = Math.min(messageBytesMax, messageBytes(message) - 1);
  return messageBytes(light) > bytesMax
    ? undefined
    : { kind: "light", message: light, claim, letter: message };
}

type Storing = {
  readonly put: (claim: ClaimCheck, timeoutMs: number) => Promise<StorageResult<undefined>>;
  readonly now: () => number;
};

export type SizedProduce = {
  readonly produce: (record: StreamRecord, timeoutMs: number) => Promise<ProduceResult>;
  /** What would go out now: without its data what has that in the bucket already. */
  readonly fitted: FitMessage;
};

type Light = Extract<SizedMessage, { kind: "light" }>;

/** Produces what fits; a record's data is left in the bucket before its message goes out, and once. */
export function createSizedProduce(
  produce: Produce,
  toFitted: FitMessage,
  { put, now }: Storing,
): SizedProduce {
  const stored = new WeakMap<StreamRecord, Message>();
  const refused = new WeakSet<StreamRecord>();
  const fitted: FitMessage = (record) => {
    const message = stored.get(record);
    return message === undefined
      ? toFitted(record, refused.has(record))
      : { kind: "fits", message, letter: message };
  };
  const storeAndProduce = async (
    record: StreamRecord,
    { message, claim }: Light,
    timeoutMs: number,
  ): Promise<ProduceResult> => {
    const startedMs = now();
    const answer = await put(claim, timeoutMs);
    if (!answer.ok) {
      return notStored(answer);
    }
    stored.set(record, message);
    const leftMs = timeoutMs - (now() - startedMs);
    return leftMs < attemptMsMin ? notStored(noTime) : produce(message, leftMs);
  };
  /** The API's own 413 is final only for what cannot go out without its data. */
  const produceWhole = async (
    record: StreamRecord,
    message: Message,
    timeoutMs: number,
  ): Promise<ProduceResult> => {
    const attempt = await produce(message, timeoutMs);
    if (!isTooLarge(attempt) || stored.has(record) || toFitted(record, true).kind !== "light") {
      return attempt;
    }
    refused.add(record);
    return { ...attempt, verdict: tooLargeAsItIs, free: "tooLarge" };
  };
  return {
    fitted,
    produce: (record, timeoutMs) => {
      const one = fitted(record);
      switch (one.kind) {
        case "fits":
          return produceWhole(record, one.message, timeoutMs);
        case "light":
          return storeAndProduce(record, one, timeoutMs);
        default:
          return Promise.resolve({ ...unsent, verdict: one });
      }
    },
  };
}

function isTooLarge({ verdict }: ProduceResult): boolean {
  return verdict.kind === "refused" && verdict.code === "RECORD_TOO_LARGE";
}

/** What stands of a record for whose claim check there was no more time. */
const tooLargeAsItIs: Outage = {
  kind: "unavailable",
  code: "STREAM_UNAVAILABLE",
  reason: "HTTP 413, and no time left to leave the data in CLAIM_CHECK_BUCKET",
  retryAfterMs: undefined,
};

/** An attempt without a produce request. */
const unsent = { isProduced: false, uncertain: false, neverSent: false, free: undefined } as const;

const noTime: StorageFailure = {
  ok: false,
  status: undefined,
  reason: "no time left after the claim check",
};

/** The bucket's failure as that of an attempt before which it came. */
function notStored(failure: StorageFailure): ProduceResult {
  return { ...unsent, verdict: toStorageResult(failure, "CLAIM_CHECK_BUCKET") };
}
