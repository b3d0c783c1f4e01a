import { decodeBase64 } from "../base64.ts";
import type { HttpBody } from "../event.ts";
import { isJson } from "../json-text.ts";

export const bodyEncodings = ["auto", "base64", "text"] as const;
export type BodyEncoding = (typeof bodyEncodings)[number];

/**
 * The bytes a body can stand for, the likeliest first; empty when it is not the base64 it has to
 * be. OpenWhisk's raw HTTP gives base64 for JSON and binary types and plain text for text and form
 * types, without a flag, and NAVER Cloud does not say which.
 */
export function readingsOf(
  body: HttpBody,
  contentType: string,
  encoding: BodyEncoding,
): readonly Uint8Array[] {
  switch (body.kind) {
    case "exact":
      return [body.bytes];
    case "unflagged":
      return readUnflagged(body.text, contentType, encoding);
    case "malformed":
    case "parsed":
      return [];
  }
}

function readUnflagged(text: string, contentType: string, encoding: BodyEncoding) {
  const decoded = encoding === "text" ? undefined : decodeBase64(text);
  const asBase64 = decoded === undefined ? [] : [decoded];
  const asText = encoding === "base64" ? [] : [Buffer.from(text)];
  return isTextType(contentType) ? [...asText, ...asBase64] : [...asBase64, ...asText];
}

/**
 * Leaves at most one reading, where no signature decides: for a JSON type the first that is valid
 * JSON (base64 before text), else what the content type suggests.
 */
export function likeliest(
  readings: readonly Uint8Array[],
  isJsonType: boolean,
): readonly Uint8Array[] {
  const json =
    isJsonType && readings.length > 1
      ? readings.find((bytes) => isJson(Buffer.from(bytes).toString()))
      : undefined;
  return json === undefined ? readings.slice(0, 1) : [json];
}

/** `application/json` and every `+json` type. */
export function isJsonType(contentType: string): boolean {
  const type = mediaType(contentType);
  return type === "application/json" || type.endsWith("+json");
}

function isTextType(contentType: string): boolean {
  const type = mediaType(contentType);
  return type.startsWith("text/") || type === "application/x-www-form-urlencoded";
}

function mediaType(contentType: string): string {
  return (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
}
