import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { HeaderMap } from "./headers.ts";
import { queryPairs, splitTarget } from "./target.ts";
import { uriDecode, uriEncode } from "./uri.ts";

/**
 * The input of Signature Version 4: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 * (read 2026-11-30).
 */
export type SignatureInputV4 = {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderMap;
  readonly signedHeaders: readonly string[];
  /** The value of x-amz-content-sha256, whatever it is. */
  readonly payloadHash: string;
};

export type SigningScope = {
  readonly date: string;
  readonly region: string;
  readonly service: string;
};

export const signatureV4Algorithm = "AWS4-HMAC-SHA256";

export function canonicalRequest(signed: SignatureInputV4): string {
  const { method, target, headers, signedHeaders, payloadHash } = signed;
  const { path, query } = splitTarget(target);
  return [
    method,
    canonicalUri(path),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${canonicalValue(headers.get(name) ?? "")}`),
    "",
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

/**
 * Encodes the path. S3 encodes a name once and leaves its slashes alone. No segment is dropped or resolved, and a
 * sender that sends and signs `%2F` has signed another text.
 */
function canonicalUri(path: string): string {
  return uriDecode(path).split("/").map(uriEncode).join("/");
}

function canonicalQuery(query: string): string {
  return queryPairs(query)
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort((a, b) => compareAscii(a[0], b[0]) || compareAscii(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function compareAscii(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

/**
 * Trims a header's value. It removes blanks and tabs only: `\s` would also match some bytes of UTF-8 that were read
 * as Latin-1.
 */
function canonicalValue(value: string): string {
  return value.replace(/[ \t]+/g, " ").replace(/^ | $/g, "");
}

export function stringToSignV4(timestamp: string, scope: SigningScope, canonical: string): string {
  const { date, region, service } = scope;
  const hash = createHash("sha256").update(canonical, "latin1").digest("hex");
  return [signatureV4Algorithm, timestamp, `${date}/${region}/${service}/aws4_request`, hash].join(
    "\n",
  );
}

export function signatureV4Of(text: string, scope: SigningScope, secretKey: string): string {
  const parts = [scope.date, scope.region, scope.service, "aws4_request"];
  const signingKey = parts.reduce(hmac, Buffer.from(`AWS4${secretKey}`));
  return hmac(signingKey, text).toString("hex");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "latin1").digest();
}

export function isSameSignature(received: string, expected: string): boolean {
  const given = Buffer.from(received);
  const wanted = Buffer.from(expected);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
