import { type Fault, fault, type Outage, outage } from "../model/result.ts";
import type { StorageFailure } from "./client.ts";

const rejectedStatuses = [400, 401, 403, 404, 405];

/** Turns a failure of the storage into a fault, if a setting or a right is wrong, or into an outage. */
export function toFaultOrOutage(
  { status, reason }: StorageFailure,
  bucketSetting: string,
): Fault | Outage {
  const isRejected = isRedirect(status) || rejectedStatuses.includes(status ?? 0);
  const isMisplaced = isRedirect(status) || status === 400;
  const advice = isMisplaced
    ? "check OBJECT_STORAGE_REGION and OBJECT_STORAGE_ENDPOINT"
    : `check ${bucketSetting} and the key pair's rights to it`;
  return isRejected
    ? fault("STORAGE_REJECTED", `${reason}: ${advice}`)
    : outage("STORAGE_UNAVAILABLE", reason);
}

/** S3 sends 301 or 307 if a bucket is in another region. Redirects are not followed. */
function isRedirect(status = 0): boolean {
  return status >= 300 && status < 400;
}
