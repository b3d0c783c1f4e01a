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
export function readBody(request: IncomingMessage, bytesMax: number): Promise<RequestBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= bytesMax) {
        chunks.push(chunk);
      } else if (bytes > drainBytesMax) {
        request.off("data", onData).pause();
        resolve({ kind: "tooLarge" });
      }
    };
    const onAborted = (): void => resolve({ kind: "aborted" });
    request.on("data", onData);
    request.on("end", () =>
      resolve(
        bytes > bytesMax ? { kind: "tooLarge" } : { kind: "whole", bytes: toBytes(chunks, bytes) },
      ),
    );
    request.on("error", onAborted);
    request.on("close", onAborted);
    if (request.destroyed) {
      onAborted();
    }
  });
}

/** Most bodies come in one chunk, which is not copied. */
function toBytes(chunks: readonly Buffer[], bytes: number): Buffer {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, bytes);
}
