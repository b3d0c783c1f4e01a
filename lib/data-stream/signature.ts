import { createHmac, type KeyObject } from "node:crypto";
import type { KeyPair } from "../model/key-pair.ts";

/** NAVER Cloud names for the three headers of signature v2. */
export const signatureHeaders = {
  timestamp: "x-ncp-apigw-timestamp",
  accessKey: "x-ncp-iam-access-key",
  signature: "x-ncp-apigw-signature-v2",
} as const;

export type SigningInput = {
  /** In upper case, as it will be sent. */
  readonly method: string;
  /** Path and query exactly as they will be sent, without scheme and host. */
  readonly pathAndQuery: string;
  /** Epoch milliseconds; the same number goes into the header. */
  readonly timestampMs: number;
};

/**
 * The text that signature v2 signs ("Ncloud API", common request headers). The body is not in it,
 * although several of the documents' tables say so.
 */
export function toStringToSignV2(input: SigningInput, accessKey: string): string {
  const { method, pathAndQuery, timestampMs } = input;
  return `${method} ${pathAndQuery}\n${timestampMs}\n${accessKey}`;
}

/** HMAC-SHA256 under the secret key, in Base64 with padding. */
export function toSignature(stringToSign: string, secretKey: KeyObject): string {
  return createHmac("sha256", secretKey).update(stringToSign).digest("base64");
}

/** The three signed headers as a flat list of names and values. */
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
