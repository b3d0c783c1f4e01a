import { isUnknownObject } from "./unknown-object.ts";

/**
 * Takes content codings off a body (RFC 9110 section 8.4). A body that is not what its header says may
 * have been decoded on the way: it is no error here, and stays as it came.
 */

type Decoder = "gunzipSync" | "inflateSync" | "inflateRawSync" | "brotliDecompressSync";

/** Some senders leave the zlib wrapper out of `deflate` (RFC 9110 section 8.4.1.2, note). */
const decoders: ReadonlyMap<string, readonly Decoder[]> = new Map([
  ["gzip", ["gunzipSync"]],
  ["x-gzip", ["gunzipSync"]],
  ["deflate", ["inflateSync", "inflateRawSync"]],
  ["br", ["brotliDecompressSync"]],
]);

/** Nobody encodes more often, and each costs a pass over the body. */
const codingsMax = 3;

/**
 * The codings that a Content-Encoding header names, the last that was applied first; none where they
 * cannot all be taken off (`UTF-8` stands there too).
 */
export function codingsOf(header = ""): readonly string[] {
  const codings = header
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  const isKnown = codings.length <= codingsMax && codings.every((coding) => decoders.has(coding));
  return isKnown ? codings.reverse() : [];
}

/**
 * The body without its codings; undefined where it is not in these codings; `tooLarge` where it has
 * over `bytesMax` bytes without one of them.
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
  // Not imported: few senders encode, and loading it takes 2 ms of each start.
  const zlib = process.getBuiltinModule("node:zlib");
  for (const name of names) {
    try {
      // With `info` it gives more than its type says.
      const { buffer, engine } = zlib[name](body, { maxOutputLength, info: true }) as unknown as {
        readonly buffer: Uint8Array;
        readonly engine: { readonly bytesWritten: number };
      };
      // Other text can begin like a stream that ends at once: all of the body has to be one.
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
