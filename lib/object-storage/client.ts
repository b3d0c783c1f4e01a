import type { Effects } from "../effects/effects.ts";
import type { HttpResponse, ReceivedResponse } from "../effects/transport.ts";
import { sha256Hex } from "../encoding/sha256.ts";
import { retryAfterMsOf } from "../http/backoff.ts";
import { otherProtocolOf } from "../http/client.ts";
import type { StorageConfig } from "../model/storage.ts";
import type { SigningClock } from "../signing/clock-skew.ts";
import { percentEncode, toAmzDate, toAuthorization, toCanonicalQuery } from "./signature-v4.ts";

export type StorageResult<T> = { readonly ok: true; readonly value: T } | StorageFailure;

export type StorageFailure = {
  readonly ok: false;
  readonly status: number | undefined;
  /** For the log: a status or a code, never an answer's own text. */
  readonly reason: string;
  /** What the storage asked for in `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
};

export type ObjectName = { readonly bucket: string; readonly name: string };

/** Metadata of what we put: it comes back with the object, and tells whether the content is all of it. */
export const hashHeader = "x-amz-meta-sha256";
/** No larger object is written, and none is read. */
export const objectBytesMax = 64 * 1024 * 1024;
export const tooLarge = {
  ok: false,
  status: 413,
  reason: `object storage: over ${objectBytesMax} bytes`,
} as const;

export type StorageRequest = ObjectName & {
  readonly method: string;
  readonly query?: ReadonlyMap<string, string>;
  /** Beside those that every request has; names in lower case. */
  readonly headers?: ReadonlyMap<string, string>;
  readonly body?: string | Uint8Array;
  /** More of the answer than this is not read. */
  readonly responseBytesMax?: number;
  /** Whether the answer's body is given as bytes, a character for each. */
  readonly isBinary?: boolean;
};

/**
 * Whether a 2xx is the storage's own: a page of some proxy in its place must not pass for a dead
 * letter that was written, or for one that holds nothing.
 */
export type ResponseCheck = (response: ReceivedResponse) => boolean;

/** One request and its answer, or several tries of one. */
export type StorageClient = (
  request: StorageRequest,
  isOwnResponse: ResponseCheck,
) => Promise<StorageResult<ReceivedResponse>>;

/** Asks once, within `timeoutMs()`; whoever asks decides whether to ask again. */
export function createStorageClient(
  config: StorageConfig,
  { transport, clock }: Pick<Effects, "transport"> & { readonly clock: SigningClock },
  timeoutMs: () => number,
): StorageClient {
  const client: StorageClient = async (request, isOwnResponse) => {
    if (isRelative(request.name)) {
      return { ok: false, status: 400, reason: "object storage: a name with a dot segment" };
    }
    const signingTime = clock.time();
    const signed = toHttpRequest(request, config, signingTime.timestampMs);
    const response = await transport({ ...signed, timeoutMs: timeoutMs() });
    const isRefused = response.kind === "response" && response.status === 403;
    // S3 refuses a wrong clock as 403; after a correction the same request is signed anew.
    return isRefused && clock.onAuthFailure(signingTime, headerOf(response, "date"))
      ? client(request, isOwnResponse)
      : toStorageResult(response, isOwnResponse, clock.time().timestampMs);
  };
  return client;
}

const noEntries: ReadonlyMap<string, string> = new Map();

function toHttpRequest(request: StorageRequest, config: StorageConfig, timestampMs: number) {
  const { method, bucket, name, query = noEntries, body = "" } = request;
  const { responseBytesMax = objectBytesMax, isBinary = false } = request;
  const path = `/${[bucket, ...name.split("/")].map(percentEncode).join("/")}`;
  const search = toCanonicalQuery(query);
  const url = new URL(config.endpoint + path + (search === "" ? "" : `?${search}`));
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
    headers: [
      ...[...headers].flat(),
      ...["authorization", authorization],
      ...["content-length", String(Buffer.byteLength(body))],
    ],
    body,
    responseBytesMax,
    isBinary,
  };
}

function toStorageResult(
  response: HttpResponse,
  isOwnResponse: ResponseCheck,
  nowMs: number,
): StorageResult<ReceivedResponse> {
  if (response.kind === "noResponse") {
    const what = otherProtocolOf(response) ?? "no answer";
    return { ok: false, status: undefined, reason: `object storage: ${what} (${response.code})` };
  }
  const { status, headers, truncated } = response;
  if (truncated) {
    return tooLarge;
  }
  if (status < 200 || status >= 300) {
    const retryAfterMs = retryAfterMsOf(headers, nowMs);
    return { ok: false, status, reason: `object storage: HTTP ${status}`, retryAfterMs };
  }
  return isOwnResponse(response)
    ? { ok: true, value: response }
    : {
        ok: false,
        status: undefined,
        reason: `object storage: HTTP ${status}, and not the storage's own answer`,
      };
}

export function headerOf(response: HttpResponse, name: string): string | undefined {
  const value = response.kind === "response" ? response.headers[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** A URL has no dot segments: what is sent would not be what was signed. */
function isRelative(name: string): boolean {
  return name.split("/").some((segment) => segment === "." || segment === "..");
}
