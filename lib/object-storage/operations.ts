import {
  headerOf,
  type ObjectName,
  objectBytesMax,
  type ResponseCheck,
  type StorageClient,
  type StorageResponse,
  type StorageResult,
  tooLarge,
} from "./client.ts";
import { type ListingPage, opening, parseListing } from "./listing.ts";

/** What may be asked of a bucket, each a function of its own: most artifacts hold but one of them. */

const isEmpty: ResponseCheck = ({ body }) => body === "";
const isPut: ResponseCheck = (answer) => isEmpty(answer) && headerOf(answer, "etag") !== undefined;

export async function putObject(
  ask: StorageClient,
  object: ObjectName,
  body: string | Uint8Array,
): Promise<StorageResult<undefined>> {
  return Buffer.byteLength(body) > objectBytesMax
    ? tooLarge
    : dropAnswer(await ask({ method: "PUT", ...object, body }, isPut));
}

/** Removing what is not there is no error. */
export async function removeObject(
  ask: StorageClient,
  object: ObjectName,
): Promise<StorageResult<undefined>> {
  const removed = await ask({ method: "DELETE", ...object }, isEmpty);
  const isGone = !removed.ok && removed.status === 404;
  return isGone ? { ok: true, value: undefined } : dropAnswer(removed);
}

function dropAnswer(stored: StorageResult<StorageResponse>): StorageResult<undefined> {
  return stored.ok ? { ok: true, value: undefined } : stored;
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
  ask: StorageClient,
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
  const answer = await ask(request, isListing);
  return answer.ok ? { ok: true, value: parseListing(answer.value.body) } : answer;
}
