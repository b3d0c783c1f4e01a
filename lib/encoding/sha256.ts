import { createHmac, type Hmac, hash, type KeyObject } from "node:crypto";

/** Returns the SHA-256 in lower case hex. `hash` takes half the time of `createHash`. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash("sha256", data, "hex");
}

/** Returns the HMAC-SHA256 of a text, to be encoded by `digest`. */
export function hmacSha256(key: KeyObject | Uint8Array | string, text: string): Hmac {
  return createHmac("sha256", key).update(text);
}
