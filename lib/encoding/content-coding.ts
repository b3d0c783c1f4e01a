import { isUnknownObject } from "./unknown-object.ts";

/**
 * Removes content codings from a body (https://www.rfc-editor.org/rfc/rfc9110#section-8.4). A body without the coding
 * that its header names may have been decoded on the way. It is not an error and stays unchanged.
 */

type Decoder = "gunzipSync" | "inflateSync" | "inflateRawSync" | "brotliDecompressSync";

/** Some senders omit the zlib wrapper of `deflate` (RFC 9110 section 8.4.1.2, note). */
const decoders: ReadonlyMap<string, readonly Decoder[]> = new Map([
  ["gzip", ["gunzipSync"]],
  ["x-gzip", ["gunzipSync"]],
  ["deflate", ["inflateSync", "inflateRawSync"]],
  ["br", ["brotliDecompressSync"]],
]);

/** Limit of codings per body. No sender uses more, and each costs a pass over the body. */
const codingsMax = 3;

/**
 * Returns the codings of a Content-Encoding header, the last applied first. Returns none if one of them is
 * unknown (some senders write `UTF-8` there).
 */
export function codingsOf(header = ""): readonly string[] {
  if (header === "") {
    return [];
  }
  const codings = header
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  const isKnown = codings.length <= codingsMax && codings.every((coding) => decoders.has(coding));
  return isKnown ? codings.reverse() : [];
}

/**
 * Returns the body without its codings. Returns undefined if the body is not in these codings, and `tooLarge` if
 * it has more than `bytesMax` bytes without one of them.
 */
export function decodeContent(
  body: Uint8Array,
  codings: readonly string[],
  bytesMax: number,
): Uint8Array | "tooLarge" | undefined {
  let decoded: Uint8Array | "tooLarge" | undefined = body;
  for (const coding of codings) {
    if (typeof decoded === "object") {
      decoded = decodeOne(decoded, decoders.get(coding) ?? [], bytesMax);
    }
  }
  return decoded;
}

function decodeOne(body: Uint8Array, names: readonly Decoder[], maxOutputLength: number) {
  // It is not imported, because few senders encode and loading it takes 2 ms of each start.
  const zlib = process.getBuiltinModule("node:zlib");
  for (const name of names) {
    try {
      // With `info` the result has more fields than its type says.
      const { buffer, engine } = zlib[name](body, { maxOutputLength, info: true }) as unknown as {
        readonly buffer: Uint8Array;
        readonly engine: { readonly bytesWritten: number };
      };
      // Other data can begin like a short stream, so the stream must extend over the whole body.
      if (engine.bytesWritten === body.length) {
        return buffer;
      }
    } catch (error) {
      if (isUnknownObject(error) && error["code"] === "ERR_BUFFER_TOO_LARGE") {
        return "tooLarge";
      }
    }
  }
  return undefined;
}
