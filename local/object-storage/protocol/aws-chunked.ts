import { S3Error } from "./s3-error.ts";

export type AwsChunkedContent = {
  readonly bytes: Buffer;
  readonly trailers: ReadonlyMap<string, string>;
};

const lineEnd = "\r\n";
const sizeForm = /^[0-9a-f]{1,8}$/i;

/**
 * Decodes `aws-chunked` with a trailer: `<size in hex>\r\n<bytes>\r\n` … `0\r\n`, then lines `name:value`, then an
 * empty line. This framing is inside HTTP's own:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html (read 2026-11-30).
 */
export function decodeAwsChunked(framed: Buffer): AwsChunkedContent {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = lineAt(framed, at);
    const size = sizeForm.test(line) ? Number.parseInt(line, 16) : fail();
    const start = at + line.length + lineEnd.length;
    if (size === 0) {
      return { bytes: Buffer.concat(chunks), trailers: trailersAt(framed, start) };
    }
    const end = start + size;
    if (framed.toString("latin1", end, end + lineEnd.length) !== lineEnd) {
      fail();
    }
    chunks.push(framed.subarray(start, end));
    at = end + lineEnd.length;
  }
}

function trailersAt(framed: Buffer, start: number): ReadonlyMap<string, string> {
  const trailers = new Map<string, string>();
  let at = start;
  for (;;) {
    const line = lineAt(framed, at);
    at += line.length + lineEnd.length;
    if (line === "") {
      return at === framed.length ? trailers : fail();
    }
    const [name = "", ...value] = line.split(":");
    trailers.set(name.trim().toLowerCase(), value.join(":").trim());
  }
}

function lineAt(framed: Buffer, start: number): string {
  const end = framed.indexOf(lineEnd, start, "latin1");
  return end === -1 ? fail() : framed.toString("latin1", start, end);
}

function fail(): never {
  throw new S3Error("IncompleteBody", "The body is not framed as aws-chunked.");
}
