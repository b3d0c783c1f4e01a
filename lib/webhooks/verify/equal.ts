import { hash, timingSafeEqual } from "node:crypto";

/** Returns the position of the secret that equals `given`, or -1. Hashing first hides the lengths too. */
export function indexOfEqual(given: string | Uint8Array, secrets: readonly string[]): number {
  const givenHash = sha256(given);
  return secrets.findIndex((secret) => timingSafeEqual(sha256(secret), givenHash));
}

function sha256(data: string | Uint8Array): Uint8Array {
  return hash("sha256", data, "buffer");
}
