import { createHash } from "node:crypto";
import type { Found } from "./places.ts";
import type { Coverage } from "./verifier.ts";

/** Enough of a SHA-256 that no second body with the same one can be made. */
const bodyHashChars = 32;

export type Identified = {
  readonly source: string;
  readonly covers: Coverage;
  readonly timestampMs: number | undefined;
  readonly body: Uint8Array;
};

/**
 * The event's id: the same delivery gives the same id on every retry. An id that the sender's
 * proof does not cover gets a hash of the body, so that nobody can take a delivery's id in advance.
 * Without any id, equal bodies share one.
 */
export function toEventId(found: Found | undefined, identified: Identified): string {
  const { source, covers, timestampMs, body } = identified;
  if (found === undefined) {
    return createHash("sha256")
      .update(`${source}\n${timestampMs ?? ""}\n`)
      .update(body)
      .digest("hex");
  }
  return isVouchedFor(found.from, covers) ? found.text : `${found.text}-${bodyHash(body)}`;
}

function isVouchedFor(from: Found["from"], covers: Coverage): boolean {
  return from === "call" || covers === "request" || (covers === "body" && from === "body");
}

function bodyHash(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex").slice(0, bodyHashChars);
}
