import { type JsonDocument, parseDocument } from "../json-document.ts";
import { isFormType } from "./body.ts";

/** Forms of webhooks have some 30 fields. Fields behind the first thousand are not read. */
const fieldsMax = 1_000;

/** The fields of a form, as selectors read them: `body:/CallSid`. The last of one name counts. */
export function toFormDocument(body: Uint8Array, contentType: string): JsonDocument | undefined {
  if (!isFormType(contentType)) {
    return undefined;
  }
  const pairs = Buffer.from(body).toString().split("&", fieldsMax).join("&");
  // A leading "?" belongs to the first name: behind "&" it is not taken off.
  const fields = Object.fromEntries(new URLSearchParams(`&${pairs}`));
  return parseDocument(JSON.stringify(fields));
}
