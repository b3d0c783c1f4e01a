import { createHmac, timingSafeEqual } from "node:crypto";

/** What a caller signs, in the words of NAVER Cloud's "Ncloud API" page, signature version 2. */
export type Signed = {
  readonly method: string;
  readonly target: string;
  readonly timestamp: string;
  readonly accessKey: string;
};

export function stringToSign({ method, target, timestamp, accessKey }: Signed): string {
  return `${method} ${target}\n${timestamp}\n${accessKey}`;
}

/** Node reads a request line as Latin-1, so Latin-1 gives back the very bytes that were sent. */
export function digest(text: string, secretKey: string): Buffer {
  return createHmac("sha256", secretKey).update(text, "latin1").digest();
}

export function isSignature(received: string, text: string, secretKey: string): boolean {
  const expected = Buffer.from(digest(text, secretKey).toString("base64"));
  const given = Buffer.from(received);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
