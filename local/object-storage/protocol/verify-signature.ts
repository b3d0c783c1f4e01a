import type { Authorization } from "./authorization.ts";
import { parseAuthorization } from "./authorization.ts";
import type { HeaderMap } from "./headers.ts";
import type { S3Call } from "./s3-call.ts";
import { S3Error } from "./s3-error.ts";
import {
  canonicalRequest,
  isSameSignature,
  signatureV4Of,
  stringToSignV4,
} from "./signature-v4.ts";

export type SignatureV4Context = {
  readonly accessKeys: ReadonlyMap<string, string>;
  readonly region: string;
  readonly nowMs: number;
};

const service = "s3";
/**
 * Amazon S3 refuses a request whose time differs by more than 15 minutes, with RequestTimeTooSkewed:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (read 2026-11-30).
 */
const clockDifferenceMsMax = 15 * 60 * 1000;
const timestampForm = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** Verifies Signature Version 4 in its header form. Presigned URLs and Version 2 are refused. */
export function verifySignatureV4(call: S3Call, gate: SignatureV4Context): void {
  const { headers } = call;
  const text = headers.get("authorization");
  if (text === undefined) {
    throw new S3Error("AccessDenied", "The request is not signed by an Authorization header.");
  }
  const authorization = parseAuthorization(text);
  const timestamp = headers.get("x-amz-date") ?? "";
  checkScope(authorization, gate);
  checkTime(timestamp, authorization, gate);
  checkSignedHeaders(authorization, headers);
  checkSignature(call, authorization, { timestamp, gate });
}

function checkScope({ scope }: Authorization, { region }: SignatureV4Context): void {
  if (scope.region !== region) {
    throw new S3Error(
      "AuthorizationHeaderMalformed",
      `The authorization header is malformed: the region is wrong; expecting '${region}'`,
    );
  }
  if (scope.service !== service) {
    throw new S3Error(
      "AuthorizationHeaderMalformed",
      `The authorization header is malformed: the service is wrong; expecting '${service}'`,
    );
  }
}

function checkTime(
  timestamp: string,
  { scope }: Authorization,
  { nowMs }: SignatureV4Context,
): void {
  const iso = timestamp.replace(timestampForm, "$1-$2-$3T$4:$5:$6Z");
  const timeMs = timestampForm.test(timestamp) ? Date.parse(iso) : Number.NaN;
  if (Number.isNaN(timeMs)) {
    throw new S3Error("AccessDenied", "AWS authentication requires a valid x-amz-date header.");
  }
  if (Math.abs(timeMs - nowMs) > clockDifferenceMsMax) {
    throw new S3Error("RequestTimeTooSkewed");
  }
  if (!timestamp.startsWith(scope.date)) {
    throw new S3Error("SignatureDoesNotMatch", "The credential's date is not that of x-amz-date.");
  }
}

function checkSignedHeaders({ signedHeaders }: Authorization, headers: HeaderMap): void {
  const needed = [...headers.keys()].filter((name) => name === "host" || name.startsWith("x-amz-"));
  if (!needed.every((name) => signedHeaders.includes(name))) {
    throw new S3Error("AccessDenied", "There were headers present which were not signed.");
  }
  if (!signedHeaders.every((name) => headers.has(name))) {
    throw new S3Error("SignatureDoesNotMatch", "A signed header did not come.");
  }
  if (!headers.has("x-amz-content-sha256")) {
    throw new S3Error("InvalidRequest", "Missing required header: x-amz-content-sha256.");
  }
}

type SignatureTime = { readonly timestamp: string; readonly gate: SignatureV4Context };

function checkSignature(call: S3Call, authorization: Authorization, when: SignatureTime): void {
  const { method, target, headers } = call;
  const { accessKey, scope, signedHeaders, signature } = authorization;
  const secretKey = when.gate.accessKeys.get(accessKey);
  if (secretKey === undefined) {
    throw new S3Error("InvalidAccessKeyId");
  }
  const payloadHash = headers.get("x-amz-content-sha256") ?? "";
  const canonical = canonicalRequest({ method, target, headers, signedHeaders, payloadHash });
  const text = stringToSignV4(when.timestamp, scope, canonical);
  if (!isSameSignature(signature, signatureV4Of(text, scope, secretKey))) {
    throw new S3Error("SignatureDoesNotMatch");
  }
}
