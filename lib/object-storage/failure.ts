import type { Faulted, Unavailable } from "../outcome.ts";
import type { NotStored } from "./request.ts";

/** What a failure of the storage comes to: ours to repair, or an outage. */
export function toStorageEnding(
  { status, reason }: NotStored,
  bucketSetting: string,
): Faulted | Unavailable {
  return status === 401 || status === 403 || status === 404
    ? {
        kind: "faulted",
        code: "STORAGE_REJECTED",
        reason: `${reason}: check ${bucketSetting} and the key pair's rights to it`,
      }
    : { kind: "unavailable", code: "STORAGE_UNAVAILABLE", reason, retryAfterMs: undefined };
}
