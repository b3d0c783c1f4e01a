import type { IncomingMessage } from "node:http";
import type { Body } from "../data-stream/read-body.ts";

/** An action's 38 MB of code come in one body, as JSON text that can be longer. */
const bodyBytesMax = 64 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      if (bytes > bodyBytesMax) {
        return { kind: "tooLarge" };
      }
      chunks.push(chunk);
    }
  } catch {
    return { kind: "aborted" };
  }
  return { kind: "whole", bytes: Buffer.concat(chunks, bytes) };
}
