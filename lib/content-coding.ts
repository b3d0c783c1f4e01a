/** By content coding (RFC 9110 section 8.4.1); senders of `deflate` leave its zlib header out at times. */
const decoders = {
  gzip: ["gunzipSync"],
  "x-gzip": ["gunzipSync"],
  deflate: ["inflateSync", "inflateRawSync"],
  br: ["brotliDecompressSync"],
} as const;

/**
 * Undoes one content coding. Returns undefined for an unknown coding and for bytes that are not of it, and
 * `tooLarge` where the content would be more than `bytesMax` bytes.
 */
export function decodeContent(
  bytes: Uint8Array,
  coding: string,
  bytesMax: number,
): Buffer | "tooLarge" | undefined {
  const name = coding.toLowerCase();
  for (const decoder of Object.hasOwn(decoders, name)
    ? decoders[name as keyof typeof decoders]
    : []) {
    try {
      // Loaded when it is needed: that takes longer than all of a warm call.
      return process.getBuiltinModule("node:zlib")[decoder](bytes, { maxOutputLength: bytesMax });
    } catch (error) {
      if (error instanceof RangeError) {
        return "tooLarge";
      }
    }
  }
  return undefined;
}
