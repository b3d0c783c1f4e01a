import { createHmac, type KeyObject } from "node:crypto";
import { sha256Hex } from "../encoding/sha256.ts";
import type { KeyPair } from "../model/key-pair.ts";

/** What AWS Signature Version 4 signs of a request (AWS General Reference, "Create a signed request"). */
export type SigningRequest = {
  /** In upper case. */
  readonly method: string;
  /** The path as it will be sent: each segment percent-encoded once, as S3 wants it. */
  readonly path: string;
  /** Names and values, not encoded. */
  readonly query: ReadonlyMap<string, string>;
  /** Names in lower case; all of them are signed. */
  readonly headers: ReadonlyMap<string, string>;
  /** Lower hex SHA-256 of the body. */
  readonly bodyHash: string;
};

export type CredentialScope = {
  readonly region: string;
  readonly service: string;
  /** Epoch milliseconds; the same instant stands in the header `x-amz-date`. */
  readonly timestampMs: number;
};

const algorithm = "AWS4-HMAC-SHA256";

/** The value of the header `Authorization`. */
export function toAuthorization(
  request: SigningRequest,
  scope: CredentialScope,
  { accessKey, secretKey }: KeyPair,
): string {
  const stringToSign = toStringToSignV4(toCanonicalRequest(request), scope);
  const signature = hmac(toSigningKey(secretKey, scope), stringToSign).toString("hex");
  return (
    `${algorithm} Credential=${accessKey}/${formatScope(scope)}, ` +
    `SignedHeaders=${toSignedHeaderNames(request)}, Signature=${signature}`
  );
}

export function toCanonicalRequest(request: SigningRequest): string {
  const { method, path, headers, bodyHash } = request;
  const lines = sorted(headers).map(([name, value]) => `${name}:${trim(value)}\n`);
  return [
    method,
    path,
    toCanonicalQuery(request.query),
    lines.join(""),
    toSignedHeaderNames(request),
    bodyHash,
  ].join("\n");
}

export function toStringToSignV4(canonicalRequest: string, scope: CredentialScope): string {
  return [
    algorithm,
    toAmzDate(scope.timestampMs),
    formatScope(scope),
    sha256Hex(canonicalRequest),
  ].join("\n");
}

/** `20130524T000000Z`. */
export function toAmzDate(timestampMs: number): string {
  return `${new Date(timestampMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

/** The query as it is signed, and as it may be sent. */
export function toCanonicalQuery(query: ReadonlyMap<string, string>): string {
  return sorted(
    new Map([...query].map(([name, value]) => [percentEncode(name), percentEncode(value)])),
  )
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** RFC 3986: everything but unreserved characters, as UTF-8. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function toSigningKey(
  secretKey: KeyObject,
  { region, service, timestampMs }: CredentialScope,
): Buffer {
  const date = toAmzDate(timestampMs).slice(0, 8);
  return [date, region, service, "aws4_request"].reduce<Buffer>(
    (key, part) => hmac(key, part),
    Buffer.concat([Buffer.from("AWS4"), secretKey.export()]),
  );
}

function formatScope({ region, service, timestampMs }: CredentialScope): string {
  return `${toAmzDate(timestampMs).slice(0, 8)}/${region}/${service}/aws4_request`;
}

function toSignedHeaderNames({ headers }: SigningRequest): string {
  return sorted(headers)
    .map(([name]) => name)
    .join(";");
}

/** By code unit, as the specification sorts; localeCompare would not. */
function sorted(map: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
}

function trim(value: string): string {
  return value.trim().replaceAll(/ +/g, " ");
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
