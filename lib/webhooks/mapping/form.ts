import { type JsonDocument, parseDocument } from "../../encoding/json-document.ts";
import { isUnknownObject } from "../../encoding/unknown-object.ts";

/** Limit of fields that are read. Forms of webhooks have about 30. */
const fieldsMax = 1_000;

/**
 * Reads a form as JSON for selectors: the object in its field `payload` (GitHub's and Slack's forms), or else its
 * fields (`body:/CallSid`). The last field of a name counts.
 */
export function readForm(text: string): JsonDocument | undefined {
  const pairs = text.split("&", fieldsMax).join("&");
  // A leading "?" belongs to the first name. After "&" URLSearchParams does not remove it.
  const fields = Object.fromEntries(new URLSearchParams(`&${pairs}`));
  const payload = parseDocument(fields["payload"] ?? "");
  return isUnknownObject(payload?.value) ? payload : parseDocument(JSON.stringify(fields));
}
