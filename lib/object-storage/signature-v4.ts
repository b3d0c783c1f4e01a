import type { KeyObject } from "node:crypto";
import { hmacSha256, sha256Hex } from "../encoding/sha256.ts";
import type { KeyPair } from "../model/key-pair.ts";

/**
 * The parts of a request that AWS Signature Version 4 signs
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export type SigningRequest = {
  /** In upper case. */
  readonly method: string;
  /** Path as it is sent. Each segment is percent-encoded once, as S3 requires. */
  readonly path: string;
  /** Unencoded names and values. */
  readonly query: ReadonlyMap<string, string>;
  /** Signed headers; names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** SHA-256 of the body in lower case hex. */
  readonly bodyHash: string;
};

export type CredentialScope = {
  readonly region: string;
  readonly service: string;
  /** Epoch milliseconds. The header `x-amz-date` has the same time. */
  readonly timestampMs: number;
};

const algorithm = "AWS4-HMAC-SHA256";

/** Returns the value of the header `Authorization`. */
export function toAuthorization(
  request: SigningRequest,
  scope: CredentialScope,
  { accessKey, secretKey }: KeyPair,
): string {
  const stringToSign = toStringToSignV4(toCanonicalRequest(request), scope);
  const signature = hmacSha256(toSigningKey(secretKey, scope), stringToSign).digest("hex");
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

/** Formats a time as `20130524T000000Z`. */
export function toAmzDate(timestampMs: number): string {
  return `${new Date(timestampMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

/** Returns the query as it is signed, which is also a valid form to send. */
export function toCanonicalQuery(query: ReadonlyMap<string, string>): string {
  return sorted(
    new Map([...query].map(([name, value]) => [percentEncode(name), percentEncode(value)])),
  )
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** Percent-encodes all but unreserved characters, as UTF-8 (https://www.rfc-editor.org/rfc/rfc3986#section-2.3). */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The last signing key of a secret key. It serves all requests of a day. */
const signingKeys = new WeakMap<KeyObject, { readonly scope: string; readonly key: Buffer }>();

function toSigningKey(secretKey: KeyObject, credentialScope: CredentialScope): Buffer {
  const scope = formatScope(credentialScope);
  const last = signingKeys.get(secretKey);
  if (last?.scope === scope) {
    return last.key;
  }
  const key = scope
    .split("/")
    .reduce<Buffer>(
      (above, part) => hmacSha256(above, part).digest(),
      Buffer.concat([Buffer.from("AWS4"), secretKey.export()]),
    );
  signingKeys.set(secretKey, { scope, key });
  return key;
}

function formatScope({ region, service, timestampMs }: CredentialScope): string {
  return `${toAmzDate(timestampMs).slice(0, 8)}/${region}/${service}/aws4_request`;
}

function toSignedHeaderNames({ headers }: SigningRequest): string {
  return sorted(headers)
    .map(([name]) => name)
    .join(";");
}

/** Sorts by code unit, as the specification does and localeCompare does not. */
function sorted(map: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
}

function trim(value: string): string {
  return value.trim().replaceAll(/ +/g, " ");
}
