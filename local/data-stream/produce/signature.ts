import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * The input of signature version 2, as https://api.ncloud-docs.com/docs/common-ncpapi describes it (read
 * 2026-11-30).
 */
export type SignatureInputV2 = {
  readonly method: string;
  readonly target: string;
  readonly timestamp: string;
  readonly accessKey: string;
};

export function stringToSignV2({ method, target, timestamp, accessKey }: SignatureInputV2): string {
  return `${method} ${target}\n${timestamp}\n${accessKey}`;
}

/**
 * Signs a text. Node reads a request line as Latin-1, so encoding it as Latin-1 restores the bytes that were sent.
 */
export function hmacSha256(text: string, secretKey: string): Buffer {
  return createHmac("sha256", secretKey).update(text, "latin1").digest();
}

export function isValidSignature(received: string, text: string, secretKey: string): boolean {
  const expected = expectedSignature(text, secretKey);
  const given = Buffer.from(received);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

type Expectation = { readonly text: string; readonly secretKey: string; readonly bytes: Buffer };
/** The last signature that was computed. The body is not in it, so a caller's requests of one millisecond have the same. */
let last: Expectation | undefined;

function expectedSignature(text: string, secretKey: string): Buffer {
  if (last === undefined || text !== last.text || secretKey !== last.secretKey) {
    const bytes = Buffer.from(hmacSha256(text, secretKey).toString("base64"));
    last = { text, secretKey, bytes };
  }
  return last.bytes;
}
