import { createHmac, timingSafeEqual } from "node:crypto";

/** What a caller signs, in the words of NAVER Cloud's "Ncloud API" page, signature version 2. */
export type SignatureInputV2 = {
  readonly method: string;
  readonly target: string;
  readonly timestamp: string;
  readonly accessKey: string;
};

export function stringToSignV2({ method, target, timestamp, accessKey }: SignatureInputV2): string {
  return `${method} ${target}\n${timestamp}\n${accessKey}`;
}

/** Node reads a request line as Latin-1, so Latin-1 gives back the very bytes that were sent. */
export function hmacSha256(text: string, secretKey: string): Buffer {
  return createHmac("sha256", secretKey).update(text, "latin1").digest();
}

export function isValidSignature(received: string, text: string, secretKey: string): boolean {
  const expected = Buffer.from(hmacSha256(text, secretKey).toString("base64"));
  const given = Buffer.from(received);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
