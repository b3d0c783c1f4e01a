import type { OutgoingResponse } from "../../http/response.ts";
import { escapeXml, xmlDocument } from "./xml.ts";

/**
 * Maps S3's error codes to HTTP status and message:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (read 2026-11-30). `InsufficientStorage` is
 * our own, because S3 is never full.
 */
const errors = {
  AccessDenied: [403, "Access Denied"],
  AuthorizationHeaderMalformed: [400, "The authorization header that you provided is not valid."],
  BadDigest: [400, "A checksum or the Content-MD5 that you specified does not match the content."],
  EntityTooLarge: [400, "Your proposed upload exceeds the maximum allowed object size."],
  IncompleteBody: [400, "The content is not as long as, or not framed as, its headers say."],
  InsufficientStorage: [507, "The emulator is full: delete objects, or raise its limits."],
  InternalError: [500, "An internal error occurred. Try again."],
  InvalidAccessKeyId: [403, "The access key ID that you provided does not exist in our records."],
  InvalidArgument: [400, "Invalid Argument"],
  InvalidRange: [416, "The requested range is not satisfiable."],
  InvalidRequest: [400, "Invalid Request"],
  InvalidURI: [400, "The specified URI couldn't be parsed."],
  KeyTooLongError: [400, "Your key is too long."],
  MalformedXML: [400, "The XML that you provided is not well formed or not of the schema."],
  MethodNotAllowed: [405, "The specified method is not allowed against this resource."],
  MissingContentLength: [411, "You must provide the Content-Length HTTP header."],
  NoSuchBucket: [404, "The specified bucket does not exist."],
  NoSuchKey: [404, "The specified key does not exist."],
  NotImplemented: [501, "What you ask for is not implemented here."],
  RequestTimeTooSkewed: [403, "The difference between the request time and ours is too large."],
  SignatureDoesNotMatch: [403, "The signature does not match the request and the secret key."],
  SlowDown: [503, "Please reduce your request rate."],
  XAmzContentSHA256Mismatch: [400, "x-amz-content-sha256 does not match what was computed."],
} as const;

export type S3ErrorCode = keyof typeof errors;

/** An error that ends a request. `message` never holds a key, a signature or a body. */
export class S3Error extends Error {
  override name = "S3Error";
  readonly code: S3ErrorCode;

  constructor(code: S3ErrorCode, message: string = errors[code][1]) {
    super(message);
    this.code = code;
  }
}

export function s3ErrorResponse({ code, message }: S3Error): OutgoingResponse {
  return errorDocument({ status: errors[code][0], code, message });
}

/** Returns the response for a scripted status, with S3's own code for it if there is one. */
export function scriptedS3Response(status: number): OutgoingResponse {
  if (status < 400) {
    return { status, headers: {}, body: "" };
  }
  const usual: Readonly<Record<number, S3ErrorCode>> = {
    403: "AccessDenied",
    404: "NoSuchKey",
    500: "InternalError",
    503: "SlowDown",
  };
  const message = "A fault of the emulator's script.";
  return errorDocument({ status, code: usual[status] ?? "ScriptedFault", message });
}

type ErrorParts = { readonly status: number; readonly code: string; readonly message: string };

function errorDocument({ status, code, message }: ErrorParts): OutgoingResponse {
  return {
    status,
    headers: { "content-type": "application/xml" },
    body: xmlDocument(
      `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`,
    ),
  };
}
