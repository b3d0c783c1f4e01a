import { sha256Hex } from "../sha256.ts";
import { parseListing, type StoredObject } from "./listing.ts";
import {
  type Ask,
  hashHeader,
  headerOf,
  type ObjectName,
  objectBytesMax,
  type Proof,
  type Stored,
  tooLarge,
} from "./request.ts";

/** What may be asked of a bucket, each a function of its own: most artifacts hold but one of them. */

const isEmpty: Proof = ({ body }) => body === "";
const isPut: Proof = (answer) => isEmpty(answer) && headerOf(answer, "etag") !== undefined;

export async function putObject(
  ask: Ask,
  object: ObjectName,
  body: string | Uint8Array,
): Promise<Stored<undefined>> {
  return Buffer.byteLength(body) > objectBytesMax
    ? tooLarge
    : dropBody(await ask({ method: "PUT", ...object, body }, isPut));
}

/** As it was put, or put there by somebody else and still no page. */
const isContent: Proof = (answer) => {
  const hash = headerOf(answer, hashHeader);
  return hash === undefined
    ? headerOf(answer, "etag") !== undefined && !headerOf(answer, "content-type")?.includes("html")
    : hash === sha256Hex(answer.body);
};

export function getObject(ask: Ask, object: ObjectName): Promise<Stored<string>> {
  return ask({ method: "GET", ...object }, isContent);
}

/** Removing what is not there is no error. */
export async function removeObject(ask: Ask, object: ObjectName): Promise<Stored<undefined>> {
  const removed = await ask({ method: "DELETE", ...object }, isEmpty);
  const isGone = !removed.ok && removed.status === 404;
  return isGone ? { ok: true, value: undefined } : dropBody(removed);
}

function dropBody(stored: Stored<string>): Stored<undefined> {
  return stored.ok ? { ok: true, value: undefined } : stored;
}

export type ListQuery = {
  readonly bucket: string;
  readonly prefix: string;
  /** Names up to this one are left out: the last of the page before. */
  readonly after?: string | undefined;
  readonly max: number;
};

const isListing: Proof = ({ body }) => body.includes("<ListBucketResult");

/** In the order of the names' bytes. */
export async function listObjects(
  ask: Ask,
  { bucket, prefix, after, max }: ListQuery,
): Promise<Stored<readonly StoredObject[]>> {
  const query = new Map([
    ["list-type", "2"],
    ["encoding-type", "url"],
    ["prefix", prefix],
    ["max-keys", String(max)],
    ...(after === undefined ? [] : ([["start-after", after]] as const)),
  ]);
  const answer = await ask({ method: "GET", bucket, name: "", query }, isListing);
  return answer.ok ? { ok: true, value: parseListing(answer.value) } : answer;
}
