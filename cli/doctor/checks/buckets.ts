import type { Effects } from "../../../lib/effects/effects.ts";
import { toStoredMs } from "../../../lib/model/dead-letter.ts";
import { reservedPrefixes } from "../../../lib/model/reserved-prefixes.ts";
import { createStorageClient, type StorageResult } from "../../../lib/object-storage/client.ts";
import type { ListingPage } from "../../../lib/object-storage/listing.ts";
import { listObjects } from "../../../lib/object-storage/operations.ts";
import type { Config } from "../../../lib/settings/stream-config.ts";
import { createSigningClocks } from "../../../lib/signing/clock-skew.ts";
import { type Check, failed, ok, skipped, warning } from "./check.ts";

const timeoutMs = 10_000;

/** Lists one of our objects in each bucket. Nothing is written, so the right to write stays unknown. */
export async function checkBuckets(
  { storage: place, deadLetterBucket, claimCheckBucket }: Config,
  effects: Pick<Effects, "now" | "transport">,
): Promise<readonly Check[]> {
  const clock = createSigningClocks(effects.now)();
  const ask = createStorageClient(place, { ...effects, clock }, () => timeoutMs);
  const list = async (bucket: string | undefined, prefix: string) =>
    bucket === undefined ? undefined : listObjects(ask, { bucket, prefix, max: 1 });
  const deadLetters = await list(deadLetterBucket, reservedPrefixes.deadLetters);
  const claimChecks = await list(claimCheckBucket, reservedPrefixes.claimChecks);
  return [toDeadLetterCheck(deadLetters), toClaimCheckCheck(claimChecks)];
}

type ListingResult = StorageResult<ListingPage> | undefined;

const reachable = "can be listed; writing was not tried";

function toDeadLetterCheck(listing: ListingResult): Check {
  const named = { check: "bucket", subject: "DEAD_LETTER_BUCKET" };
  if (listing === undefined) {
    const found =
      "not set: what a function cannot deliver in time is lost, unless its sender sends again";
    return warning(named, found, "make a bucket and set it");
  }
  if (!listing.ok) {
    return toFailed(named.subject, listing);
  }
  const oldest = listing.value.objects[0];
  const storedMs = toStoredMs(oldest?.name ?? "");
  const since = Number.isNaN(storedMs) ? "" : `, the oldest of ${new Date(storedMs).toISOString()}`;
  return oldest === undefined
    ? ok(named, reachable)
    : warning(
        named,
        `${reachable}; it holds dead letters${since}`,
        "see that redrive runs by cron",
      );
}

function toClaimCheckCheck(listing: ListingResult): Check {
  const named = { check: "bucket", subject: "CLAIM_CHECK_BUCKET" };
  if (listing === undefined) {
    return skipped(named, "not set: messages over DATASTREAM_MESSAGE_BYTES_MAX are refused");
  }
  return listing.ok ? ok(named, reachable) : toFailed(named.subject, listing);
}

function toFailed(
  subject: string,
  { status, reason }: Extract<ListingResult, { ok: false }>,
): Check {
  return failed({ check: "bucket", subject }, reason, adviceFor(status));
}

function adviceFor(status: number | undefined): string {
  switch (status) {
    case 400:
      return "check that OBJECT_STORAGE_REGION and OBJECT_STORAGE_ENDPOINT are of one region";
    case 401:
    case 403:
      return "give the Sub Account rights to the bucket; check OBJECT_STORAGE_REGION and the clock";
    case 404:
      return "make the bucket, or correct its name or OBJECT_STORAGE_ENDPOINT: each region has its own";
    default:
      return "check OBJECT_STORAGE_ENDPOINT, and the network between here and there";
  }
}
