import type { EventParts } from "./cloud-event.ts";
import type { Config } from "./config.ts";
import type { Attempt, Produce } from "./data-stream/produce.ts";
import { type ClaimCheck, toClaimCheck } from "./object-storage/claim-check.ts";
import type { ObjectStorage, Stored } from "./object-storage/object-storage.ts";
import type { Refused } from "./outcome.ts";
import { recordBytes, type StreamRecord } from "./record.ts";
import { attemptMsMin } from "./retry.ts";

/** What a record over the limit needs before it can be sent; nothing for any other. */
export type CheckIn = { readonly claim: ClaimCheck; readonly light: StreamRecord };

/** A record that fits, one whose data goes into the bucket first, or one that cannot be sent at all. */
export type Fitted = { readonly kind: "fits"; readonly checkIn: CheckIn | undefined } | Refused;

/** `partsOf` is asked of a record over the limit only: what its event was made of, absent where it is raw. */
export function fitRecord(
  record: StreamRecord,
  partsOf: (record: StreamRecord) => EventParts | undefined,
  { messageBytesMax, claimCheckBucket: bucket, storage: { endpoint } }: Config,
): Fitted {
  if (recordBytes(record) <= messageBytesMax) {
    return { kind: "fits", checkIn: undefined };
  }
  const parts = partsOf(record);
  const claim =
    parts === undefined || bucket === undefined
      ? undefined
      : toClaimCheck(parts.attributes, parts.data, { endpoint, bucket });
  const light = claim === undefined ? undefined : { ...record, value: claim.value };
  if (claim === undefined || light === undefined || recordBytes(light) > messageBytesMax) {
    const reason = `key and value are over ${messageBytesMax} bytes (DATASTREAM_MESSAGE_BYTES_MAX)`;
    return { kind: "refused", code: "RECORD_TOO_LARGE", reason };
  }
  return { kind: "fits", checkIn: { claim, light } };
}

type Storing = {
  readonly bucket: string | undefined;
  readonly put: (
    object: ClaimCheck,
    bucket: string,
    timeoutMs: number,
  ) => ReturnType<ObjectStorage["put"]>;
  readonly now: () => number;
};

export type CheckingProduce = {
  readonly produce: Produce;
  /** The record without data whose data is in the bucket already, else the record. */
  readonly lightened: (record: StreamRecord) => StreamRecord;
};

/** Produces; a record's data is left in the bucket before its message goes out, and once. */
export function withCheckIns(
  produce: Produce,
  checkIns: ReadonlyMap<StreamRecord, CheckIn>,
  { bucket, put, now }: Storing,
): CheckingProduce {
  const stored = new Set<CheckIn>();
  const produceChecked: Produce = async (record, timeoutMs) => {
    const checkIn = checkIns.get(record);
    if (checkIn === undefined || bucket === undefined) {
      return produce(record, timeoutMs);
    }
    const startedMs = now();
    if (!stored.has(checkIn)) {
      const answer = await put(checkIn.claim, bucket, timeoutMs);
      if (!answer.ok) {
        return notStored(answer);
      }
      stored.add(checkIn);
    }
    const leftMs = timeoutMs - (now() - startedMs);
    return leftMs < attemptMsMin ? notStored(noTime) : produce(checkIn.light, leftMs);
  };
  return {
    produce: produceChecked,
    lightened: (record) => {
      const checkIn = checkIns.get(record);
      return checkIn !== undefined && stored.has(checkIn) ? checkIn.light : record;
    },
  };
}

type NotStored = Extract<Stored<unknown>, { ok: false }>;

const noTime: NotStored = {
  ok: false,
  status: undefined,
  reason: "no time left after the claim check",
};

/** The bucket's failure as that of an attempt before which it came. */
function notStored({ status, reason }: NotStored): Attempt {
  const isOurs = status === 401 || status === 403 || status === 404;
  const attempt = { isProduced: false, uncertain: false, neverSent: false, free: undefined };
  return isOurs
    ? {
        ...attempt,
        verdict: {
          kind: "faulted",
          code: "STORAGE_REJECTED",
          reason: `${reason}: check CLAIM_CHECK_BUCKET and the key pair's rights to it`,
        },
      }
    : {
        ...attempt,
        verdict: {
          kind: "unavailable",
          code: "STORAGE_UNAVAILABLE",
          reason,
          retryAfterMs: undefined,
        },
      };
}
