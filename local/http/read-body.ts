import type { IncomingMessage } from "node:http";

export type RequestBody =
  | { readonly kind: "whole"; readonly bytes: Buffer }
  | { readonly kind: "tooLarge" }
  | { readonly kind: "aborted" };

/**
 * A body beyond the limit is read and discarded up to this size, so that the sender gets a response instead of a
 * connection reset.
 */
const drainBytesMax = 16 * 1024 * 1024;

/** Reads the body. A limit above the discarded size is exact too: a body within the limit is never cut. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      if (bytes <= bytesMax) {
        chunks.push(chunk);
      } else if (bytes > drainBytesMax) {
        break;
      }
    }
  } catch {
    return { kind: "aborted" };
  }
  return bytes > bytesMax
    ? { kind: "tooLarge" }
    : { kind: "whole", bytes: Buffer.concat(chunks, bytes) };
}
