import type { Effects } from "../effects/effects.ts";
import type { HttpResponse, ReceivedResponse } from "../effects/transport.ts";
import { sha256Hex } from "../encoding/sha256.ts";
import { retryAfterMsOf } from "../http/backoff.ts";
import { headerOf, otherProtocolOf } from "../http/response.ts";
import type { StorageConfig } from "../model/storage.ts";
import type { SigningClock } from "../signing/clock-skew.ts";
import { percentEncode, toAmzDate, toAuthorization, toCanonicalQuery } from "./signature-v4.ts";

export type StorageResult<T> = { readonly ok: true; readonly value: T } | StorageFailure;

export type StorageFailure = {
  readonly ok: false;
  readonly status: number | undefined;
  /** Text for the log: a status or a code, never the response's own text. */
  readonly reason: string;
  /** Value of the storage's `Retry-After`, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** True if the storage itself says that there is no such object. A proxy's 404 does not say so. */
  readonly isMissing?: true | undefined;
};

export type ObjectName = { readonly bucket: string; readonly name: string };

/** Metadata of written objects. It comes back with the object and shows whether the content is complete. */
export const hashHeader = "x-amz-meta-sha256";
/** Limit of objects that are written or read, in bytes. */
export const objectBytesMax = 64 * 1024 * 1024;
/** Limit of a response that has no content to be read. An error of S3 is under 1 KiB. */
const responseBytesMaxDefault = 64 * 1024;
export const tooLarge = toFailure(413, `over ${objectBytesMax} bytes`);

/** Makes a failure. `status`: that of the response, or one whose meaning is that a retry would not help. */
export function toFailure(status: number | undefined, what: string): StorageFailure {
  return { ok: false, status, reason: `object storage: ${what}` };
}

export type StorageRequest = ObjectName & {
  readonly method: string;
  readonly query?: ReadonlyMap<string, string>;
  /** Additional headers; names in lower case. */
  readonly headers?: ReadonlyMap<string, string>;
  readonly body?: string | Uint8Array;
  /** Limit of the response body, in bytes. */
  readonly responseBytesMax?: number;
  /** True: the response body has one character per byte. */
  readonly isBinary?: boolean;
};

/**
 * Tells whether a 2xx comes from the storage itself. A proxy's page must not pass for a written dead letter or an empty
 * listing.
 */
export type ResponseCheck = (response: ReceivedResponse) => boolean;

/** Makes one request, or several attempts of it. Never rejects. */
export type StorageClient = (
  request: StorageRequest,
  isOwnResponse: ResponseCheck,
) => Promise<StorageResult<ReceivedResponse>>;

/** Creates a client that makes one attempt per request, within `timeoutMs()`. */
export function createStorageClient(
  config: StorageConfig,
  { transport, clock }: Pick<Effects, "transport"> & { readonly clock: SigningClock },
  timeoutMs: () => number,
): StorageClient {
  const client: StorageClient = async (request, isOwnResponse) => {
    if (isRelative(request.name)) {
      return toFailure(400, "a name with a dot segment");
    }
    const signingTime = clock.time();
    const signed = toHttpRequest(request, config, signingTime.timestampMs);
    const response = await transport({ ...signed, timeoutMs: timeoutMs() });
    const isRefused = response.kind === "response" && response.status === 403;
    // S3 refuses a wrong clock with 403. After a correction the same request is signed again.
    return isRefused && clock.onAuthFailure(signingTime, headerOf(response, "date"))
      ? client(request, isOwnResponse)
      : toStorageResult(response, isOwnResponse, clock.time().timestampMs);
  };
  return client;
}

const noEntries: ReadonlyMap<string, string> = new Map();

function toHttpRequest(request: StorageRequest, config: StorageConfig, timestampMs: number) {
  const { method, bucket, name, query = noEntries, body = "" } = request;
  const { responseBytesMax = responseBytesMaxDefault, isBinary = false } = request;
  const path = `/${[bucket, ...name.split("/")].map(percentEncode).join("/")}`;
  const url = new URL(config.endpoint + path);
  url.search = toCanonicalQuery(query);
  const bodyHash = sha256Hex(body);
  const headers = new Map([
    ["host", url.host],
    ["x-amz-content-sha256", bodyHash],
    ["x-amz-date", toAmzDate(timestampMs)],
    ...(method === "PUT" ? ([[hashHeader, bodyHash]] as const) : []),
    ...(request.headers ?? noEntries),
  ]);
  const authorization = toAuthorization(
    { method, path, query, headers, bodyHash },
    { region: config.region, service: "s3", timestampMs },
    config.keys,
  );
  return {
    method,
    url,
    headers: [...[...headers].flat(), "authorization", authorization],
    body,
    responseBytesMax,
    isBinary,
  };
}

/** Matches the body of a 404 of a missing object. */
const missing = /^$|<Code>NoSuchKey</;
/** S3 sends this code with a 400 (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, read 2026-12-01). */
const slowRequest = "<Code>RequestTimeout<";

function toStorageResult(
  response: HttpResponse,
  isOwnResponse: ResponseCheck,
  nowMs: number,
): StorageResult<ReceivedResponse> {
  if (response.kind === "noResponse") {
    return toFailure(undefined, `${otherProtocolOf(response) ?? "no answer"} (${response.code})`);
  }
  const { status, headers, body, truncated } = response;
  if (truncated) {
    return tooLarge;
  }
  if (status < 200 || status >= 300) {
    const retryAfterMs = retryAfterMsOf(headers, nowMs);
    const isMissing = (status === 404 && missing.test(body)) || undefined;
    const meant = body.includes(slowRequest) ? 408 : status;
    return { ...toFailure(meant, `HTTP ${status}`), retryAfterMs, isMissing };
  }
  return isOwnResponse(response)
    ? { ok: true, value: response }
    : toFailure(undefined, `HTTP ${status}, and not the storage's own answer`);
}

/** Finds dot segments, which a URL drops, so the request would differ from what was signed. */
function isRelative(name: string): boolean {
  return name.split("/").some((segment) => segment === "." || segment === "..");
}
