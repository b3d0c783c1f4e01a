import { hash } from "node:crypto";

/** In lower case hex. At once: half the cost of a `createHash` that is fed and asked. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash("sha256", data, "hex");
}
