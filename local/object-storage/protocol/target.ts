import { S3Error } from "./s3-error.ts";
import { decodeUtf8, queryDecode, uriDecode } from "./uri.ts";

/** A path-style request target: `/bucket/key?query`. */
export type S3Target = {
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
};

/** The longest key: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html (read 2026-11-30). */
const keyBytesMax = 1024;

export function parseS3Target(target: string): S3Target {
  const { path, query } = splitTarget(target);
  const [, bucket = "", ...key] = path.split("/");
  const decoded = decodeUtf8(uriDecode(key.join("/")));
  if (Buffer.byteLength(decoded) > keyBytesMax) {
    throw new S3Error("KeyTooLongError", `A key is at most ${keyBytesMax} bytes of UTF-8.`);
  }
  return { bucket: decodeUtf8(uriDecode(bucket)), key: decoded, query: parseQuery(query) };
}

/** Splits a request target at its first question mark. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  if (!target.startsWith("/")) {
    throw new S3Error("InvalidURI", "The request line must hold a path.");
  }
  const mark = target.indexOf("?");
  return mark === -1
    ? { path: target, query: "" }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Returns names and values as decoded bytes (Latin-1), in the order sent. */
export function queryPairs(query: string): readonly (readonly [name: string, value: string])[] {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [queryDecode(name), queryDecode(value.join("="))];
    });
}

function parseQuery(query: string): ReadonlyMap<string, string> {
  const pairs = queryPairs(query).map(
    ([name, value]) => [decodeUtf8(name), decodeUtf8(value)] as const,
  );
  const parsed = new Map(pairs);
  if (parsed.size < pairs.length) {
    throw new S3Error("InvalidArgument", "A query parameter is given more than once.");
  }
  return parsed;
}
