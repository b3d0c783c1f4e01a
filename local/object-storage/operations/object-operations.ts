import { createHash } from "node:crypto";
import type { OutgoingResponse } from "../../http/response.ts";
import type { ObjectStorage } from "../object-storage.ts";
import type { HeaderMap } from "../protocol/headers.ts";
import { S3Error } from "../protocol/s3-error.ts";
import type { S3Target } from "../protocol/target.ts";
import type { BucketObject } from "./buckets.ts";
import { toRangeResponse } from "./byte-range.ts";

/** The input of an operation on one object. */
export type ObjectOperation = {
  readonly target: S3Target;
  readonly headers: HeaderMap;
  readonly content: Buffer;
  readonly requestId: string;
  readonly storage: ObjectStorage;
};

const contentTypeDefault = "binary/octet-stream";
const keptHeaders = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

export function handlePutObject({
  target,
  headers,
  content,
  requestId,
  storage,
}: ObjectOperation): OutgoingResponse {
  const { bucket, key } = target;
  const etag = `"${createHash("md5").update(content).digest("hex")}"`;
  const atMs = storage.now();
  storage.buckets.put(bucket, {
    key,
    bytes: content,
    etag,
    headers: headersToKeep(headers),
    lastModifiedMs: atMs,
  });
  const bytes = content.length;
  storage.announce({ kind: "created", bucket, key, bytes, etag, requestId, atMs });
  return { status: 200, headers: { etag, "content-length": "0" }, body: "" };
}

/** Handles GET and HEAD. The body of a HEAD response is left out when it is sent. */
export function handleGetObject({ target, headers, storage }: ObjectOperation): OutgoingResponse {
  const found = storage.buckets.get(target.bucket, target.key);
  if (found === undefined) {
    throw new S3Error("NoSuchKey");
  }
  const whole = { status: 200, headers: headersOf(found), body: found.bytes };
  const range = headers.get("range");
  return range === undefined ? whole : toRangeResponse(whole, found.bytes, range);
}

/** Deletes an object. As in S3, a missing object gives 204 too. Only an existing one makes an event. */
export function handleDeleteObject({
  target,
  requestId,
  storage,
}: ObjectOperation): OutgoingResponse {
  const { bucket, key } = target;
  const removed = storage.buckets.delete(bucket, key);
  if (removed !== undefined) {
    const { bytes, etag } = removed;
    const atMs = storage.now();
    storage.announce({
      kind: "removed",
      bucket,
      key,
      bytes: bytes.length,
      etag,
      requestId,
      atMs,
    });
  }
  return { status: 204, headers: {}, body: "" };
}

/** Returns the headers to store. `aws-chunked` describes the transfer and not the object. */
function headersToKeep(headers: HeaderMap): Readonly<Record<string, string>> {
  const kept = [...headers]
    .filter(([name]) => keptHeaders.includes(name) || name.startsWith("x-amz-meta-"))
    .map(([name, value]) => [name, name === "content-encoding" ? withoutFraming(value) : value])
    .filter(([, value]) => value !== "");
  return Object.fromEntries(kept);
}

function withoutFraming(encoding: string): string {
  const parts = encoding.split(",").map((part) => part.trim());
  return parts.filter((part) => part !== "aws-chunked").join(",");
}

function headersOf({ bytes, etag, headers, lastModifiedMs }: BucketObject) {
  return {
    "content-type": contentTypeDefault,
    ...headers,
    "content-length": String(bytes.length),
    etag,
    "last-modified": new Date(lastModifiedMs).toUTCString(),
  };
}
