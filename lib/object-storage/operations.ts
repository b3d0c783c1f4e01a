import type { ReceivedResponse } from "../effects/transport.ts";
import {
  headerOf,
  type ObjectName,
  objectBytesMax,
  type ResponseCheck,
  type StorageClient,
  type StorageResult,
  tooLarge,
} from "./client.ts";
import { type ListingPage, opening, parseListing } from "./listing.ts";

/** What may be asked of a bucket, each a function of its own: most artifacts hold but one of them. */

const isEmpty: ResponseCheck = ({ body }) => body === "";
const isPut: ResponseCheck = (response) =>
  isEmpty(response) && headerOf(response, "etag") !== undefined;

export async function putObject(
  client: StorageClient,
  object: ObjectName,
  body: string | Uint8Array,
): Promise<StorageResult<undefined>> {
  return Buffer.byteLength(body) > objectBytesMax
    ? tooLarge
    : dropResponse(await client({ method: "PUT", ...object, body }, isPut));
}

/** Removing what is not there is no error. */
export async function removeObject(
  client: StorageClient,
  object: ObjectName,
): Promise<StorageResult<undefined>> {
  const result = await client({ method: "DELETE", ...object }, isEmpty);
  const isGone = !result.ok && result.status === 404;
  return isGone ? { ok: true, value: undefined } : dropResponse(result);
}

function dropResponse(result: StorageResult<ReceivedResponse>): StorageResult<undefined> {
  return result.ok ? { ok: true, value: undefined } : result;
}

export type ListQuery = {
  readonly bucket: string;
  readonly prefix: string;
  readonly max: number;
  /** Where the page begins; the first one has none. */
  readonly from?: PageStart | undefined;
};

/** `after` and `marker`: a name, in version 2 and in version 1 of the operation. */
export type PageStart =
  | { readonly kind: "token"; readonly value: string }
  | { readonly kind: "after"; readonly value: string }
  | { readonly kind: "marker"; readonly value: string };

const parameterOf = {
  token: "continuation-token",
  after: "start-after",
  marker: "marker",
} as const;
/** 1,000 names of the longest, encoded. */
const listingBytesMax = 8 * 1024 * 1024;

/** From beginning to end: a part of a listing must not pass for all of it. */
const isListing: ResponseCheck = ({ body }) =>
  opening("ListBucketResult").test(body) &&
  /(?:<\/(?:[\w.-]+:)?ListBucketResult\s*|\/)>\s*$/.test(body.slice(-tailChars));
const tailChars = 100;

/** One page, in whatever order the storage gives it. An empty marker asks in version 1 from the beginning. */
export async function listObjects(
  client: StorageClient,
  { bucket, prefix, max, from }: ListQuery,
): Promise<StorageResult<ListingPage>> {
  const query = new Map([
    ...(from?.kind === "marker" ? [] : ([["list-type", "2"]] as const)),
    ["encoding-type", "url"],
    ["prefix", prefix],
    ["max-keys", String(max)],
    ...(from === undefined || from.value === ""
      ? []
      : ([[parameterOf[from.kind], from.value]] as const)),
  ]);
  const request = { method: "GET", bucket, name: "", query, responseBytesMax: listingBytesMax };
  const response = await client(request, isListing);
  return response.ok ? { ok: true, value: parseListing(response.value.body) } : response;
}
