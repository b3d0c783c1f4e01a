import type { IncomingMessage } from "node:http";
import type { HeaderMap } from "./headers.ts";
import { S3Error } from "./s3-error.ts";

/** A payload or its error. The error waits until the caller is verified, because S3 checks the caller first. */
export type Payload =
  | { readonly kind: "whole"; readonly bytes: Buffer }
  | { readonly kind: "refused"; readonly error: S3Error };

export type PayloadReader = (
  request: IncomingMessage,
  headers: HeaderMap,
) => Promise<Payload | { readonly kind: "aborted" }>;

/** The size limit of all bodies that are read at one time. Further requests get SlowDown. */
const readingBytesMax = 256 * 1024 * 1024;
/** The framing that aws-chunked may add to the content, so that chunks of a few bytes each still fit. */
const framingBytesMin = 64 * 1024;
const framingFactor = 2;

export function createPayloadReader(objectBytesMax: number): PayloadReader {
  const reading = { bytes: 0 };
  return async (request, headers) => {
    const bytesMax = announcedBytes(headers, objectBytesMax);
    if (bytesMax instanceof S3Error) {
      return refuse(request, bytesMax);
    }
    if (reading.bytes + bytesMax > readingBytesMax) {
      return refuse(request, new S3Error("SlowDown", "Too many bodies come at one time."));
    }
    reading.bytes += bytesMax;
    try {
      return await read(request, bytesMax);
    } finally {
      reading.bytes -= bytesMax;
    }
  };
}

/** Refuses a body. It is read to its end and discarded, so that its sender gets the response. */
function refuse(request: IncomingMessage, error: S3Error): Payload {
  request.resume();
  return { kind: "refused", error };
}

function announcedBytes(headers: HeaderMap, objectBytesMax: number): number | S3Error {
  const isFramed = headers.get("x-amz-content-sha256")?.startsWith("STREAMING-") ?? false;
  const decodedLength = isFramed ? headers.get("x-amz-decoded-content-length") : undefined;
  const length = decodedLength ?? headers.get("content-length");
  if (length === undefined) {
    return headers.has("transfer-encoding") ? new S3Error("MissingContentLength") : 0;
  }
  const bytes = parseLength(length);
  if (bytes instanceof S3Error) {
    return bytes;
  }
  if (bytes > objectBytesMax) {
    return new S3Error("EntityTooLarge", `An object is at most ${objectBytesMax} bytes here.`);
  }
  return decodedLength === undefined ? bytes : framingBytesMin + framingFactor * bytes;
}

export function parseLength(text: string): number | S3Error {
  return /^\d{1,15}$/.test(text)
    ? Number(text)
    : new S3Error("InvalidArgument", "A length is not a number.");
}

async function read(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Payload | { readonly kind: "aborted" }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      if (bytes > bytesMax) {
        return refuse(request, new S3Error("IncompleteBody"));
      }
      chunks.push(chunk);
    }
  } catch {
    return { kind: "aborted" };
  }
  return { kind: "whole", bytes: Buffer.concat(chunks, bytes) };
}
