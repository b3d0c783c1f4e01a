/** Another form of a body, with the change on the way that would explain it. */
export type BodyForm = { readonly bytes: Buffer; readonly change: string };

type Written = readonly [change: string, text: string];

/** A longer body is not looked at for other escapes, because to write it again takes long. */
const escapedCharactersMax = 128 * 1024;
const byteOrderMark = "\uFEFF";

/** Returns the forms that the body may have had when it was signed. */
export function bodyForms(body: Uint8Array, contentType: string): readonly BodyForm[] {
  const bytes = Buffer.from(body);
  const text = bytes.toString();
  const forms = [
    ...lineEnds(text),
    ...jsonForms(text),
    ...formForms(text, contentType),
    ["as Base64: it was signed before it was encoded", ""] as const,
    ["with another body: the signature fits an empty one", ""] as const,
  ];
  return forms
    .map(([change, form]) => ({
      change,
      bytes: change.startsWith("as Base64") ? Buffer.from(text, "base64") : Buffer.from(form),
    }))
    .filter((form) => !form.bytes.equals(bytes));
}

function lineEnds(text: string): readonly Written[] {
  return [
    ["with a byte order mark that was not signed", text.replace(byteOrderMark, "")],
    ["without the byte order mark that was signed", byteOrderMark + text],
    ["without the line end that was signed", `${text}\n`],
    ["without the CRLF that was signed", `${text}\r\n`],
    ["with a line end that was not signed", text.replace(/\r?\n$/, "")],
    ["with white space around it that was not signed", text.trim()],
    ["with LF in place of CRLF", text.replaceAll(/\r?\n/g, "\r\n")],
    ["with CRLF in place of LF", text.replaceAll("\r\n", "\n")],
  ];
}

/** JSON that a parser and a writer in between would have changed. */
function jsonForms(text: string): readonly Written[] {
  const value = parse(text);
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const minified = JSON.stringify(value);
  const written: readonly Written[] = [
    ["formatted otherwise: it was signed minified", minified],
    ["formatted otherwise: it was signed with two spaces", JSON.stringify(value, null, 2)],
    ["formatted otherwise: it was signed with four spaces", JSON.stringify(value, null, 4)],
    ["formatted otherwise: it was signed with tabs", JSON.stringify(value, null, "\t")],
    ["formatted otherwise: it was signed with blanks after commas and colons", spaced(minified)],
  ];
  return written.flatMap(([change, form]) => [
    [change, form],
    [`${change}, and with a line end`, `${form}\n`],
    ...escapes(form).map((other): Written => ["with characters escaped otherwise", other]),
  ]);
}

/** JSON as Python and PHP write it: other characters than ASCII escaped, and slashes. */
function escapes(json: string): readonly string[] {
  if (json.length > escapedCharactersMax) {
    return [];
  }
  const ascii = json.replaceAll(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return [ascii, json.replaceAll("/", "\\/"), ascii.replaceAll("/", "\\/")];
}

/** Puts blanks after the commas and colons that are outside of texts. */
function spaced(minified: string): string {
  return minified.replaceAll(/"(?:[^"\\]|\\.)*"|[,:]/g, (part) =>
    part.length === 1 ? `${part} ` : part,
  );
}

/** A form with the JSON in its field `payload`, as some senders offer it. */
function formForms(text: string, contentType: string): readonly Written[] {
  if (!contentType.includes("urlencoded")) {
    const form = new URLSearchParams([["payload", text]]).toString();
    return [["as JSON: it was signed as a form", form]];
  }
  const payload = new URLSearchParams(text).get("payload");
  return payload === null ? [] : [["as a form: the JSON in its field payload was signed", payload]];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
