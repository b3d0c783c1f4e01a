import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { isHidden } from "../desired/function-settings.ts";
import { isMasked } from "../plan/masked.ts";
import type { RecordedParameters } from "./record.ts";

/** Returns the HMAC of a secret under the key of the records. */
export type Hmac = (name: string, secret: string) => string;

/** WEBHOOK_SOURCES is never shown, and is no secret: its secrets are in WEBHOOK_SECRETS. */
function isSecret(name: string): boolean {
  return name !== "WEBHOOK_SOURCES" && isHidden(name);
}

/** Returns parameters as a record keeps them: secrets as HMACs only. */
export function toRecorded(given: UnknownObject, hmac: Hmac): RecordedParameters {
  const entries = Object.entries(given).map(([name, value]) => {
    if (isMasked(value, undefined, true)) {
      return [name, { unread: true }] as const;
    }
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return [name, isSecret(name) ? { hmac: hmac(name, text) } : { value: text }] as const;
  });
  return Object.fromEntries(entries);
}
