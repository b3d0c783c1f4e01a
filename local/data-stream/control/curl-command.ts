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
/** Linux takes no single argument of 128 KiB or more; what `printf` prints, being part of the shell, is no argument. */
const argumentBytesMax = 100_000;

/**
 * A command that produces the record again, onto the same partition. Its signature is a working one, of
 * the local key pair, and is valid for the documented 5 minutes. Keys and values come from strangers: in
 * single quotes a shell changes nothing, and nothing invisible is left in the text.
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
