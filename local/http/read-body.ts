import type { IncomingMessage } from "node:http";

export type RequestBody =
  | { readonly kind: "whole"; readonly bytes: Buffer }
  | { readonly kind: "tooLarge" }
  | { readonly kind: "aborted" };

/** What lies beyond the limit is read and thrown away up to here, so that the sender reads its answer instead of a reset. */
const drainBytesMax = 16 * 1024 * 1024;

/** A limit above what is drained is kept to the byte too: what it allows is never cut. */
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
