import { hash } from "node:crypto";

/** Returns the SHA-256 in lower case hex. `hash` takes half the time of `createHash`. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash("sha256", data, "hex");
}
