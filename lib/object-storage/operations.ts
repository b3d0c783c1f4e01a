import type { ReceivedResponse } from "../effects/transport.ts";
import { headerOf } from "../http/response.ts";
import {
  type ObjectName,
  objectBytesMax,
  type ResponseCheck,
  type StorageClient,
  type StorageResult,
  tooLarge,
} from "./client.ts";
import { type ListingPage, opening, parseListing } from "./listing.ts";

/** Requests to a bucket. Each is a function of its own, because most artifacts need only one of them. */

const isEmpty: ResponseCheck = ({ body }) => body === "";
const isPut: ResponseCheck = (response) =>
  isEmpty(response) && headerOf(response, "etag") !== undefined;

/** Writes an object of at most `objectBytesMax` bytes. */
export async function putObject(
  client: StorageClient,
  object: ObjectName,
  body: string | Uint8Array,
): Promise<StorageResult<undefined>> {
  return Buffer.byteLength(body) > objectBytesMax
    ? tooLarge
    : dropResponse(await client({ method: "PUT", ...object, body }, isPut));
}

/** Removes an object. A missing object is not an error. */
export async function removeObject(
  client: StorageClient,
  object: ObjectName,
): Promise<StorageResult<undefined>> {
  const result = await client({ method: "DELETE", ...object }, isEmpty);
  const isGone = !result.ok && result.isMissing === true;
  return isGone ? { ok: true, value: undefined } : dropResponse(result);
}

function dropResponse(result: StorageResult<ReceivedResponse>): StorageResult<undefined> {
  return result.ok ? { ok: true, value: undefined } : result;
}

export type ListQuery = {
  readonly bucket: string;
  readonly prefix: string;
  readonly max: number;
  /** Start of the page; absent for the first page. */
  readonly from?: PageStart | undefined;
};

/** The start of a page: a token, or a name in version 2 (`after`) or version 1 (`marker`) of the operation. */
export type PageStart =
  | { readonly kind: "token"; readonly value: string }
  | { readonly kind: "after"; readonly value: string }
  | { readonly kind: "marker"; readonly value: string };

const parameterOf = {
  token: "continuation-token",
  after: "start-after",
  marker: "marker",
} as const;
/** Size of 1,000 names of maximal length, encoded. */
const listingBytesMax = 8 * 1024 * 1024;

/** Checks both ends of a listing, because a part must not pass for all of it. */
const isListing: ResponseCheck = ({ body }) =>
  opening("ListBucketResult").test(body) &&
  /<(?:\/(?:[\w.-]+:)?ListBucketResult\s*|(?:[\w.-]+:)?ListBucketResult[^<>]*\/)>\s*$/.test(
    body.slice(-tailChars),
  );
const tailChars = 200;

/** Lists one page, in the storage's order. An empty marker asks for the first page in version 1. */
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
