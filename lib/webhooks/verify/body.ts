import { decodeBase64 } from "../../encoding/base64.ts";
import { parseDocument } from "../../encoding/json-document.ts";
import { essenceOf, isForm, isJsonType } from "../../encoding/media-type.ts";
import type { HttpBody } from "../../model/call.ts";

export const bodyEncodings = ["auto", "base64", "text"] as const;
export type BodyEncoding = (typeof bodyEncodings)[number];

/**
 * Yields the possible byte sequences of a body, the likeliest first; none if it is not the required base64. OpenWhisk's raw
 * HTTP passes base64 for JSON and binary types and text for text and form types, without a flag, and NAVER Cloud does not
 * document which. A reading is made only when it is needed, because the first one is mostly right.
 */
export function* readingsOf(
  body: HttpBody,
  contentType: string,
  encoding: BodyEncoding,
): Generator<Uint8Array> {
  if (body.kind === "exact") {
    yield body.bytes;
  }
  if (body.kind === "unflagged") {
    for (const one of orderOf(contentType, encoding)) {
      const bytes = decode(body.text, one);
      if (bytes !== undefined) {
        yield bytes;
      }
    }
  }
}

/**
 * Yields the readings of a body whose signature decides which is right. The last one is what the platform's flag denies:
 * a gateway in front of a function can set it wrong.
 */
export function* signedReadingsOf(
  body: HttpBody,
  contentType: string,
  encoding: BodyEncoding,
): Generator<Uint8Array> {
  yield* readingsOf(body, contentType, encoding);
  if (body.kind === "malformed" && body.text !== undefined) {
    yield Buffer.from(body.text);
  }
  const decoded =
    body.kind === "exact" ? decodeBase64(Buffer.from(body.bytes).toString()) : undefined;
  if (decoded !== undefined) {
    yield decoded;
  }
}

function orderOf(contentType: string, encoding: BodyEncoding) {
  if (encoding !== "auto") {
    return [encoding];
  }
  return isTextType(contentType) ? (["text", "base64"] as const) : (["base64", "text"] as const);
}

function decode(text: string, encoding: "base64" | "text"): Uint8Array | undefined {
  return encoding === "text" ? Buffer.from(text) : decodeBase64(text);
}

/**
 * Picks at most one reading if no signature decides: the first that has the form of the expected type, else the one that
 * the content type suggests.
 */
export function likeliest(
  readings: readonly Uint8Array[],
  hasForm: ((text: string) => boolean) | undefined,
): readonly Uint8Array[] {
  const found =
    hasForm && readings.length > 1
      ? readings.find((bytes) => hasForm(Buffer.from(bytes).toString()))
      : undefined;
  return found === undefined ? readings.slice(0, 1) : [found];
}

/** Returns the form of JSON and of HTML forms, by which a reading is recognized; undefined for other types. */
export function formOf(contentType: string, isJson: boolean) {
  if (isJson || contentType === "" || isJsonType(contentType)) {
    return (text: string) => parseDocument(text) !== undefined;
  }
  // A form has a name and a value, and what it encodes is ASCII. The padding of base64 is neither.
  return isForm(contentType) ? (text: string) => /^[!-<>-~]*=(?!=?$)[!-~]*$/.test(text) : undefined;
}

function isTextType(contentType: string): boolean {
  return essenceOf(contentType).startsWith("text/") || isForm(contentType);
}
