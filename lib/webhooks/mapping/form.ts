import { type JsonDocument, parseDocument } from "../../encoding/json-document.ts";
import { isUnknownObject } from "../../encoding/unknown-object.ts";

/** Limit of fields that are read. Forms of webhooks have about 30. */
const fieldsMax = 1_000;

/**
 * Reads a form as JSON for selectors: the object in its field `payload` (GitHub's and Slack's forms), or else its
 * fields (`body:/CallSid`). The last field of a name counts. A field that is not percent-encoded UTF-8 stays encoded, so
 * that different texts stay different.
 */
export function readForm(text: string): JsonDocument | undefined {
  const pairs = text
    .split("&", fieldsMax)
    .map((pair) => (isDecodable(pair) ? pair : pair.replaceAll("%", "%25")))
    .join("&");
  // A leading "?" belongs to the first name. After "&" URLSearchParams does not remove it.
  const fields = Object.fromEntries(new URLSearchParams(`&${pairs}`));
  const payload = parseDocument(fields["payload"] ?? "");
  return isUnknownObject(payload?.value) ? payload : parseDocument(JSON.stringify(fields));
}

function isDecodable(pair: string): boolean {
  try {
    decodeURIComponent(pair);
    return true;
  } catch {
    return false;
  }
}
