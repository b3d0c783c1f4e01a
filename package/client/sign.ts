import type { KeyObject } from "node:crypto";
import {
  signatureHeaders,
  toSignature,
  toStringToSignV2,
} from "../../lib/data-stream/signature.ts";

/** A request to sign. The body is not part of the signature. */
export type RequestToSign = {
  /** HTTP method, such as `GET`. It is signed in upper case, as it has to be sent. */
  readonly method: string;
  /**
   * The URL with its query, or its path and query from the `/` on. A path is signed exactly as it is given, a URL as
   * `fetch` sends it.
   */
  readonly url: string | URL;
  /** Epoch milliseconds. Default: the time of the call. NAVER Cloud refuses a time that is off by 5 minutes or more. */
  readonly timestamp?: number | undefined;
};

/** A Sub Account's key pair, and the request to sign with it. */
export type SignInput = RequestToSign & { readonly accessKey: string; readonly secretKey: string };

/** The three headers of signature v2. The request needs them as they are. */
export type SignedHeaders = Readonly<
  Record<(typeof signatureHeaders)[keyof typeof signatureHeaders], string>
>;

/**
 * Signs a request to any NAVER Cloud API with signature v2
 * (https://api.ncloud-docs.com/docs/en/common-ncpapi, read 2026-11-30) and returns its three headers.
 *
 * @throws TypeError if `method`, `url`, a key or `timestamp` is missing or of another type. It never holds a key.
 */
export function sign(input: SignInput): SignedHeaders {
  requireText("accessKey", input?.accessKey);
  requireText("secretKey", input.secretKey);
  return signWith(input, input);
}

function requireText(name: string, value: unknown): void {
  check(typeof value === "string" && value !== "", `${name} must be text`);
}

function check(isRight: boolean, problem: string): void {
  if (!isRight) {
    throw new TypeError(problem);
  }
}

type Keys = { readonly accessKey: string; readonly secretKey: string | KeyObject };

export function signWith(
  { method, url, timestamp = Date.now() }: RequestToSign,
  { accessKey, secretKey }: Keys,
): SignedHeaders {
  requireText("method", method);
  check(Number.isSafeInteger(timestamp), "timestamp must be epoch milliseconds");
  const request = {
    method: method.toUpperCase(),
    pathAndQuery: toPathAndQuery(url),
    timestampMs: timestamp,
  };
  return {
    [signatureHeaders.timestamp]: String(timestamp),
    [signatureHeaders.accessKey]: accessKey,
    [signatureHeaders.signature]: toSignature(toStringToSignV2(request, accessKey), secretKey),
  };
}

function toPathAndQuery(url: string | URL): string {
  if (typeof url === "string" && url.startsWith("/")) {
    return url;
  }
  check(URL.canParse(url as string), "url must be a URL or a path");
  const { pathname, search } = new URL(url);
  return pathname + search;
}
