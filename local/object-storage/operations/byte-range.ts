import type { OutgoingResponse } from "../../http/response.ts";
import { S3Error } from "../protocol/s3-error.ts";

/** `bytes=0-99`, `bytes=100-` and `bytes=-20` (RFC 9110, section 14.1.2); S3 gives a single range only. */
const rangeForm = /^bytes=(\d{1,15})?-(\d{1,15})?$/;

/** The part of an object that is asked for, in place of all of it. */
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
