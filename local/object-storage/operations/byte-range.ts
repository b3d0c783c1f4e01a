import type { OutgoingResponse } from "../../http/response.ts";
import { S3Error } from "../protocol/s3-error.ts";

/**
 * Matches `bytes=0-99`, `bytes=100-` and `bytes=-20`: https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2. S3
 * serves a single range only: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (read 2026-11-30).
 */
const rangeForm = /^bytes=(\d{1,15})?-(\d{1,15})?$/;

/** Returns a response with the requested part of an object. */
export function toRangeResponse(
  whole: OutgoingResponse,
  bytes: Buffer,
  range: string,
): OutgoingResponse {
  const [, first, last] = rangeForm.exec(range) ?? [];
  if (first === undefined && last === undefined) {
    throw new S3Error("NotImplemented", "Of ranges a single one in bytes is here.");
  }
  const from = first === undefined ? Math.max(0, bytes.length - Number(last)) : Number(first);
  const end = first === undefined ? bytes.length : Number(last ?? bytes.length) + 1;
  const part = bytes.subarray(from, Math.min(end, bytes.length));
  if (part.length === 0) {
    throw new S3Error("InvalidRange");
  }
  const headers = {
    ...whole.headers,
    "content-length": String(part.length),
    "content-range": `bytes ${from}-${from + part.length - 1}/${bytes.length}`,
  };
  return { status: 206, headers, body: part };
}
