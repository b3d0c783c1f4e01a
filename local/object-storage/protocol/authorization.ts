import { S3Error } from "./s3-error.ts";
import type { SigningScope } from "./signature-v4.ts";
import { signatureV4Algorithm } from "./signature-v4.ts";

export type Authorization = {
  readonly accessKey: string;
  readonly scope: SigningScope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
};

const credentialForm = /^([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/;
const signatureForm = /^[0-9a-f]{64}$/;

/** Parses `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, with or without the blanks. */
export function parseAuthorization(text: string): Authorization {
  if (!text.startsWith(`${signatureV4Algorithm} `)) {
    throw new S3Error(
      "InvalidRequest",
      `The authorization mechanism must be ${signatureV4Algorithm}.`,
    );
  }
  const fields = toFields(text.slice(signatureV4Algorithm.length));
  const [, accessKey = "", date = "", region = "", service = ""] =
    credentialForm.exec(fields.get("Credential") ?? "") ?? malformed("Credential");
  const signature = fields.get("Signature") ?? "";
  return {
    accessKey,
    scope: { date, region, service },
    signedHeaders: toSignedHeaders(fields.get("SignedHeaders") ?? ""),
    signature: signatureForm.test(signature) ? signature : malformed("Signature"),
  };
}

function toFields(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(",").map((field) => {
      const [name = "", ...value] = field.trim().split("=");
      return [name, value.join("=")];
    }),
  );
}

function toSignedHeaders(text: string): readonly string[] {
  const names = text.split(";");
  const sorted = names.map((name) => name.toLowerCase()).sort();
  return sorted.join(";") === text && new Set(names).size === names.length
    ? names
    : malformed("SignedHeaders");
}

function malformed(field: string): never {
  throw new S3Error(
    "AuthorizationHeaderMalformed",
    `The authorization header is malformed: ${field} is missing or not in its form.`,
  );
}
