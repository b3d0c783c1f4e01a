import { type JsonDocument, parseDocument } from "../../encoding/json-document.ts";
import { isUnknownObject } from "../../encoding/unknown-object.ts";

/** Forms of webhooks have some 30 fields. Fields behind the first thousand are not read. */
const fieldsMax = 1_000;

/**
 * Reads a form as selectors do: the object in its field `payload` (GitHub's and Slack's forms), else its
 * own fields (`body:/CallSid`). The last field of a name counts.
 */
export function readForm(text: string): JsonDocument | undefined {
  const pairs = text.split("&", fieldsMax).join("&");
  // A leading "?" belongs to the first name: behind "&" it is not taken off.
  const fields = Object.fromEntries(new URLSearchParams(`&${pairs}`));
  const payload = parseDocument(fields["payload"] ?? "");
  return isUnknownObject(payload?.value) ? payload : parseDocument(JSON.stringify(fields));
}
