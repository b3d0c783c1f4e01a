import type { SigningClock } from "../clock.ts";
import type { Effects } from "../effects.ts";
import type { KeyPair } from "../key-pair.ts";
import { sha256Hex } from "../sha256.ts";
import type { HttpAnswer } from "../transport.ts";
import { parseListing, type StoredObject } from "./listing.ts";
import { encode, toAmzDate, toAuthorization, toCanonicalQuery } from "./signature-v4.ts";

/** Where objects are kept, and who asks. Buckets are named in the path: NAVER Cloud's own samples do. */
export type StorageConfig = {
  /** Origin of an S3-compatible API. */
  readonly endpoint: string;
  /** The region that is signed, such as `kr-standard`. */
  readonly region: string;
  readonly keys: KeyPair;
};

export type Stored<T> =
  | { readonly ok: true; readonly value: T }
  /** `reason` is for the log: a status or a code, never an answer's own text. */
  | { readonly ok: false; readonly status: number | undefined; readonly reason: string };

export type ObjectName = { readonly bucket: string; readonly name: string };

export type ListQuery = {
  readonly bucket: string;
  readonly prefix: string;
  /** Names up to this one are left out: the last of the page before. */
  readonly after?: string | undefined;
  readonly max: number;
};

export type ObjectStorage = {
  readonly put: (object: ObjectName, body: string | Uint8Array) => Promise<Stored<undefined>>;
  readonly get: (object: ObjectName) => Promise<Stored<string>>;
  /** In the order of the names' bytes. */
  readonly list: (query: ListQuery) => Promise<Stored<readonly StoredObject[]>>;
  /** Removing what is not there is no error. */
  readonly remove: (object: ObjectName) => Promise<Stored<undefined>>;
};

/** Metadata of what we put: it comes back with the object, and tells whether the content is all of it. */
const hashHeader = "x-amz-meta-sha256";
/** No larger object is written, and none is read. */
const objectBytesMax = 64 * 1024 * 1024;
const tooLarge = {
  ok: false,
  status: 413,
  reason: `object storage: over ${objectBytesMax} bytes`,
} as const;

/** Single requests, each within `timeoutMs()`; whoever asks decides whether to ask again. */
export function createObjectStorage(
  config: StorageConfig,
  { transport, clock }: Pick<Effects, "transport"> & { readonly clock: SigningClock },
  timeoutMs: () => number,
): ObjectStorage {
  const send = async (request: StorageRequest, isProven: Proof): Promise<Stored<string>> => {
    if (isRelative(request.name)) {
      return { ok: false, status: 400, reason: "object storage: a name with a dot segment" };
    }
    const instant = clock.instant();
    const signed = toHttpRequest(request, config, instant.timestampMs);
    const answer = await transport({ ...signed, timeoutMs: timeoutMs() });
    const isRefused = answer.kind === "answer" && answer.status === 403;
    // S3 refuses a wrong clock as 403; after a correction the same request is signed anew.
    return isRefused && clock.refused(instant, headerOf(answer, "date"))
      ? send(request, isProven)
      : toStored(answer, isProven);
  };
  return {
    put: async (object, body) =>
      Buffer.byteLength(body) > objectBytesMax
        ? tooLarge
        : dropBody(await send({ method: "PUT", ...object, body }, isPut)),
    get: (object) => send({ method: "GET", ...object }, isContent),
    remove: async (object) => {
      const removed = await send({ method: "DELETE", ...object }, isEmpty);
      const isGone = !removed.ok && removed.status === 404;
      return isGone ? { ok: true, value: undefined } : dropBody(removed);
    },
    list: async ({ bucket, prefix, after, max }) => {
      const query = new Map([
        ["list-type", "2"],
        ["encoding-type", "url"],
        ["prefix", prefix],
        ["max-keys", String(max)],
        ...(after === undefined ? [] : ([["start-after", after]] as const)),
      ]);
      const answer = await send({ method: "GET", bucket, name: "", query }, isListing);
      return answer.ok ? { ok: true, value: parseListing(answer.value) } : answer;
    },
  };
}

type StorageRequest = ObjectName & {
  readonly method: string;
  readonly query?: ReadonlyMap<string, string>;
  readonly body?: string | Uint8Array;
};

const emptyQuery: ReadonlyMap<string, string> = new Map();

function toHttpRequest(request: StorageRequest, config: StorageConfig, timestampMs: number) {
  const { method, bucket, name, query = emptyQuery, body = "" } = request;
  const path = `/${[bucket, ...name.split("/")].map(encode).join("/")}`;
  const search = toCanonicalQuery(query);
  const url = new URL(config.endpoint + path + (search === "" ? "" : `?${search}`));
  const bodyHash = sha256Hex(body);
  const headers = new Map([
    ["host", url.host],
    ["x-amz-content-sha256", bodyHash],
    ["x-amz-date", toAmzDate(timestampMs)],
    ...(method === "PUT" ? ([[hashHeader, bodyHash]] as const) : []),
  ]);
  const authorization = toAuthorization(
    { method, path, query, headers, bodyHash },
    { region: config.region, service: "s3", timestampMs },
    config.keys,
  );
  return {
    method,
    url,
    headers: [
      ...[...headers].flat(),
      ...["authorization", authorization],
      ...["content-length", String(Buffer.byteLength(body))],
    ],
    body,
    answerBytesMax: objectBytesMax,
  };
}

type Answer = Extract<HttpAnswer, { kind: "answer" }>;

/**
 * Whether a 2xx is the storage's own: a page of some proxy in its place must not pass for a dead
 * letter that was written, or for one that holds nothing.
 */
type Proof = (answer: Answer) => boolean;

const isEmpty: Proof = ({ body }) => body === "";
const isPut: Proof = (answer) => isEmpty(answer) && headerOf(answer, "etag") !== undefined;
const isListing: Proof = ({ body }) => body.includes("<ListBucketResult");
/** As it was put, or put there by somebody else and still no page. */
const isContent: Proof = (answer) => {
  const hash = headerOf(answer, hashHeader);
  return hash === undefined
    ? headerOf(answer, "etag") !== undefined && !headerOf(answer, "content-type")?.includes("html")
    : hash === sha256Hex(answer.body);
};

function toStored(answer: HttpAnswer, isProven: Proof): Stored<string> {
  if (answer.kind === "noAnswer") {
    return { ok: false, status: undefined, reason: `object storage: no answer (${answer.code})` };
  }
  const { status, body, truncated } = answer;
  if (truncated) {
    return tooLarge;
  }
  if (status < 200 || status >= 300) {
    return { ok: false, status, reason: `object storage: HTTP ${status}` };
  }
  return isProven(answer)
    ? { ok: true, value: body }
    : {
        ok: false,
        status: undefined,
        reason: `object storage: HTTP ${status}, and not the storage's own answer`,
      };
}

function headerOf(answer: HttpAnswer, name: string): string | undefined {
  const value = answer.kind === "answer" ? answer.headers[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** A URL has no dot segments: what is sent would not be what was signed. */
function isRelative(name: string): boolean {
  return name.split("/").some((segment) => segment === "." || segment === "..");
}

function dropBody(stored: Stored<string>): Stored<undefined> {
  return stored.ok ? { ok: true, value: undefined } : stored;
}
