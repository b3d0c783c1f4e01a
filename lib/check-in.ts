import { type EventParts, parseCloudEvent } from "./cloud-event.ts";
import type { Config } from "./config.ts";
import type { Attempt, Produce } from "./data-stream/produce.ts";
import { type ClaimCheck, toClaimCheck } from "./object-storage/claim-check.ts";
import { toStorageEnding } from "./object-storage/failure.ts";
import type { NotStored, Stored } from "./object-storage/request.ts";
import { type Faulted, type Refused, unexpected } from "./outcome.ts";
import { type Message, messageBytes, type StreamRecord, toMessage } from "./record.ts";
import { attemptMsMin } from "./retry.ts";

type Sendable = {
  readonly message: Message;
  /** What a dead letter keeps: with its data, unless that is in the bucket already. */
  readonly letter: Message;
};

/** A message that goes out as it is, one whose data goes into the bucket first, or one that cannot. */
export type Fitted =
  | (Sendable & { readonly kind: "fits" })
  | (Sendable & { readonly kind: "light"; readonly claim: ClaimCheck })
  | Refused
  | Faulted;

/** Never throws. */
export type ToFitted = (record: StreamRecord) => Fitted;

/** What the event of a message was made of; undefined for a message that is no event. */
export type PartsOf = (message: Message) => EventParts | undefined;

/** Of messages that came as text: dead letters, the lines of a file. */
export const partsOfText: PartsOf = ({ value }) => parseCloudEvent(value);

/** `partsOf` is asked of a message over the limit only. */
export function createToFitted(partsOf: PartsOf, config: Config): ToFitted {
  return (record) => {
    try {
      return fitMessage(toMessage(record), partsOf, config);
    } catch (error) {
      // JSON.parse takes any depth, JSON.stringify as much as the stack holds.
      return error instanceof RangeError ? tooDeep : unexpected(error);
    }
  };
}

const tooDeep: Refused = {
  kind: "refused",
  code: "RECORD_REFUSED",
  reason: "it is nested too deep for JSON",
};

function fitMessage(
  message: Message,
  partsOf: PartsOf,
  { messageBytesMax, claimCheckBucket: bucket, storage: { endpoint } }: Config,
): Fitted {
  if (messageBytes(message) <= messageBytesMax) {
    return { kind: "fits", message, letter: message };
  }
  const parts = partsOf(message);
  const claim =
    parts === undefined || bucket === undefined
      ? undefined
      : toClaimCheck(parts.attributes, parts.data, { endpoint, bucket });
  const light = claim === undefined ? undefined : { ...message, value: claim.value };
  if (claim === undefined || light === undefined || messageBytes(light) > messageBytesMax) {
    const reason = `key and value are over ${messageBytesMax} bytes (DATASTREAM_MESSAGE_BYTES_MAX)`;
    return { kind: "refused", code: "RECORD_TOO_LARGE", reason };
  }
  return { kind: "light", message: light, claim, letter: message };
}

type Storing = {
  readonly put: (claim: ClaimCheck, timeoutMs: number) => Promise<Stored<undefined>>;
  readonly now: () => number;
};

export type FittingProduce = {
  readonly produce: (record: StreamRecord, timeoutMs: number) => Promise<Attempt>;
  /** What would go out now: without its data what has that in the bucket already. */
  readonly fitted: ToFitted;
};

type Light = Extract<Fitted, { kind: "light" }>;

/** Produces what fits; a record's data is left in the bucket before its message goes out, and once. */
export function createFittingProduce(
  produce: Produce,
  toFitted: ToFitted,
  { put, now }: Storing,
): FittingProduce {
  const stored = new WeakMap<StreamRecord, Message>();
  const storeAndProduce = async (
    record: StreamRecord,
    { message, claim }: Light,
    timeoutMs: number,
  ): Promise<Attempt> => {
    const startedMs = now();
    const answer = await put(claim, timeoutMs);
    if (!answer.ok) {
      return notStored(answer);
    }
    stored.set(record, message);
    const leftMs = timeoutMs - (now() - startedMs);
    return leftMs < attemptMsMin ? notStored(noTime) : produce(message, leftMs);
  };
  const fitted: ToFitted = (record) => {
    const message = stored.get(record);
    return message === undefined ? toFitted(record) : { kind: "fits", message, letter: message };
  };
  return {
    fitted,
    produce: (record, timeoutMs) => {
      const one = fitted(record);
      switch (one.kind) {
        case "fits":
          return produce(one.message, timeoutMs);
        case "light":
          return storeAndProduce(record, one, timeoutMs);
        default:
          return Promise.resolve({ ...unsent, verdict: one });
      }
    },
  };
}

/** An attempt without a produce request. */
const unsent = { isProduced: false, uncertain: false, neverSent: false, free: undefined } as const;

const noTime: NotStored = {
  ok: false,
  status: undefined,
  reason: "no time left after the claim check",
};

/** The bucket's failure as that of an attempt before which it came. */
function notStored(failure: NotStored): Attempt {
  return { ...unsent, verdict: toStorageEnding(failure, "CLAIM_CHECK_BUCKET") };
}
