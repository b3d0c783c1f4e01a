import { createHmac, type KeyObject } from "node:crypto";
import type { KeyPair } from "../model/key-pair.ts";

/** Names of the three headers of NAVER Cloud's signature v2. */
export const signatureHeaders = {
  timestamp: "x-ncp-apigw-timestamp",
  accessKey: "x-ncp-iam-access-key",
  signature: "x-ncp-apigw-signature-v2",
} as const;

export type SigningInput = {
  /** In upper case, as it is sent. */
  readonly method: string;
  /** Path and query exactly as they are sent, without scheme and host. */
  readonly pathAndQuery: string;
  /** Epoch milliseconds. The timestamp header has the same number. */
  readonly timestampMs: number;
};

/**
 * Returns the text that signature v2 signs (https://api.ncloud-docs.com/docs/en/common-ncpapi, read 2026-11-30). The body
 * is not in it, although several tables of the documentation say so.
 */
export function toStringToSignV2(input: SigningInput, accessKey: string): string {
  const { method, pathAndQuery, timestampMs } = input;
  return `${method} ${pathAndQuery}\n${timestampMs}\n${accessKey}`;
}

/** Computes HMAC-SHA256 with the secret key, in base64 with padding. */
export function toSignature(stringToSign: string, secretKey: KeyObject | string): string {
  return createHmac("sha256", secretKey).update(stringToSign).digest("base64");
}

/** Returns the three headers as a flat list of names and values. */
export function toSignedHeaders(input: SigningInput, keys: KeyPair): string[] {
  const stringToSign = toStringToSignV2(input, keys.accessKey);
  return [
    signatureHeaders.timestamp,
    String(input.timestampMs),
    signatureHeaders.accessKey,
    keys.accessKey,
    signatureHeaders.signature,
    toSignature(stringToSign, keys.secretKey),
  ];
}
