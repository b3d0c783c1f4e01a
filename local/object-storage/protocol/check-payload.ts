import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { decodeAwsChunked } from "./aws-chunked.ts";
import type { HeaderMap } from "./headers.ts";
import { parseLength } from "./read-payload.ts";
import { S3Error } from "./s3-error.ts";

const sha256Form = /^[0-9a-f]{64}$/;

/** Checks a body against its signed headers and returns its content. */
export function checkPayload(body: Buffer, headers: HeaderMap): Buffer {
  const declared = headers.get("x-amz-content-sha256") ?? "";
  if (declared === "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
    return checkFramed(body, headers);
  }
  if (declared.startsWith("STREAMING-")) {
    throw new S3Error("NotImplemented", "Chunks with signatures of their own are not read here.");
  }
  if (sha256Form.test(declared)) {
    if (createHash("sha256").update(body).digest("hex") !== declared) {
      throw new S3Error("XAmzContentSHA256Mismatch");
    }
  } else if (declared !== "UNSIGNED-PAYLOAD") {
    throw new S3Error("InvalidArgument", "x-amz-content-sha256 is not in one of its forms.");
  }
  checkDigests(body, headers);
  return body;
}

function checkFramed(body: Buffer, headers: HeaderMap): Buffer {
  const { bytes, trailers } = decodeAwsChunked(body);
  if (parseLength(headers.get("x-amz-decoded-content-length") ?? "") !== bytes.length) {
    throw new S3Error("IncompleteBody", "x-amz-decoded-content-length is not the content's.");
  }
  checkDigests(bytes, new Map([...headers, ...trailers]));
  return bytes;
}

/**
 * The digests that are checked. x-amz-checksum-crc32c and -crc64nvme are accepted unchecked, because Node has no
 * function for them.
 */
const digests: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  "content-md5": (bytes) => createHash("md5").update(bytes).digest(),
  "x-amz-checksum-sha1": (bytes) => createHash("sha1").update(bytes).digest(),
  "x-amz-checksum-sha256": (bytes) => createHash("sha256").update(bytes).digest(),
  "x-amz-checksum-crc32": (bytes) => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(bytes));
    return sum;
  },
};

function checkDigests(bytes: Buffer, given: HeaderMap): void {
  for (const [name, digest] of Object.entries(digests)) {
    const text = given.get(name);
    if (text !== undefined && text !== digest(bytes).toString("base64")) {
      throw new S3Error("BadDigest");
    }
  }
}
