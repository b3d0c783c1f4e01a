import type { EventParts } from "./cloud-event.ts";
import type { Config } from "./config.ts";
import type { Attempt, Produce } from "./data-stream/produce.ts";
import { type ClaimCheck, toClaimCheck } from "./object-storage/claim-check.ts";
import type { ObjectStorage, Stored } from "./object-storage/object-storage.ts";
import type { Refused } from "./outcome.ts";
import { type Message, messageBytes, type StreamRecord, toMessage } from "./record.ts";
import { attemptMsMin } from "./retry.ts";

/** A message that goes out as it is, one whose data goes into the bucket first, or one that cannot. */
export type Fitted =
  | { readonly kind: "fits"; readonly message: Message }
  | { readonly kind: "light"; readonly message: Message; readonly claim: ClaimCheck }
  | Refused;

/** What the event of a message was made of; absent where it is none. Asked of one over the limit only. */
export type PartsOf = (message: Message) => EventParts | undefined;

export function fitRecord(
  record: StreamRecord,
  partsOf: PartsOf,
  { messageBytesMax, claimCheckBucket: bucket, storage: { endpoint } }: Config,
): Fitted {
  const message = toMessage(record);
  if (messageBytes(message) <= messageBytesMax) {
    return { kind: "fits", message };
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
  return { kind: "light", message: light, claim };
}

type Storing = {
  readonly put: (claim: ClaimCheck, timeoutMs: number) => ReturnType<ObjectStorage["put"]>;
  readonly now: () => number;
};

export type FittingProduce = {
  readonly produce: (record: StreamRecord, timeoutMs: number) => Promise<Attempt>;
  /** The record without data whose data is in the bucket already, else the record. */
  readonly lightened: (record: StreamRecord) => StreamRecord;
};

type Light = Extract<Fitted, { kind: "light" }>;

/** Produces what fits; a record's data is left in the bucket before its message goes out, and once. */
export function createFittingProduce(
  produce: Produce,
  toFitted: (record: StreamRecord) => Fitted,
  { put, now }: Storing,
): FittingProduce {
  const stored = new Map<StreamRecord, Message>();
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
  return {
    produce: (record, timeoutMs) => {
      const light = stored.get(record);
      const fitted: Fitted =
        light === undefined ? toFitted(record) : { kind: "fits", message: light };
      switch (fitted.kind) {
        case "fits":
          return produce(fitted.message, timeoutMs);
        case "light":
          return storeAndProduce(record, fitted, timeoutMs);
        case "refused":
          return Promise.resolve({ ...unsent, verdict: fitted });
      }
    },
    lightened: (record) => stored.get(record) ?? record,
  };
}

/** An attempt that made no request. */
const unsent = { isProduced: false, uncertain: false, neverSent: false, free: undefined } as const;

type NotStored = Extract<Stored<unknown>, { ok: false }>;

const noTime: NotStored = {
  ok: false,
  status: undefined,
  reason: "no time left after the claim check",
};

/** The bucket's failure as that of an attempt before which it came. */
function notStored({ status, reason }: NotStored): Attempt {
  const isOurs = status === 401 || status === 403 || status === 404;
  const verdict: Attempt["verdict"] = isOurs
    ? {
        kind: "faulted",
        code: "STORAGE_REJECTED",
        reason: `${reason}: check CLAIM_CHECK_BUCKET and the key pair's rights to it`,
      }
    : { kind: "unavailable", code: "STORAGE_UNAVAILABLE", reason, retryAfterMs: undefined };
  return { ...unsent, verdict };
}
