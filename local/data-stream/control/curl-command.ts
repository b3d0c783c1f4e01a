import { hmacSha256, stringToSignV2 } from "../produce/signature.ts";
import type { TopicRecord } from "../storage/record-log.ts";
import { printableJson } from "./printable.ts";

export type CurlSigner = {
  readonly origin: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly nowMs: number;
};

const target = "/api/produce";
/**
 * Linux takes no single argument of 128 KiB or more. `printf` is part of the shell, so its arguments have no such
 * limit.
 */
const argumentBytesMax = 100_000;

/**
 * Returns a command that produces the record again, onto the same partition. The signature is a real one, made with
 * the local key pair, and is valid for the documented 5 minutes. Keys and values come from strangers: single quotes
 * keep the shell from reading them, and no invisible character is left in the text.
 */
export function curlCommand(record: TopicRecord, signer: CurlSigner): string {
  const { topic, key, value, partition } = record;
  const body = shellQuote(printableJson({ topic, key, value, partition }));
  const call = [
    "curl -sS -X POST",
    shellQuote(`${signer.origin}${target}`),
    ...["content-type: application/json", ...signedHeaders(signer)].map(
      (header) => `-H ${shellQuote(header)}`,
    ),
  ].join(" ");
  return Buffer.byteLength(body) > argumentBytesMax
    ? `printf '%s' ${body} | ${call} --data-binary @-`
    : `${call} --data-raw ${body}`;
}

function signedHeaders({ accessKey, secretKey, nowMs }: CurlSigner): readonly string[] {
  const timestamp = String(nowMs);
  const text = stringToSignV2({ method: "POST", target, timestamp, accessKey });
  return [
    `x-ncp-apigw-timestamp: ${timestamp}`,
    `x-ncp-iam-access-key: ${accessKey}`,
    `x-ncp-apigw-signature-v2: ${hmacSha256(text, secretKey).toString("base64")}`,
  ];
}

export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
