import { isUtf8 } from "node:buffer";
import type { CloudEventData } from "../cloud-event.ts";
import { type JsonDocument, parseDocument } from "../json-document.ts";
import type { Refused } from "../outcome.ts";
import { isJsonType } from "./body.ts";

export type BodyContent =
  | {
      readonly ok: true;
      readonly data: CloudEventData;
      /** The data where its type says that it is JSON. */
      readonly json?: JsonDocument;
    }
  | { readonly ok: false; readonly refusal: Refused };

export type ValueForm = "cloudevent" | "raw";

/** What a verified body is, by its content type and its bytes. Nothing is parsed and written anew. */
export function toContent(body: Uint8Array, contentType: string, form: ValueForm): BodyContent {
  if (body.length === 0) {
    return { ok: true, data: { kind: "none" } };
  }
  const text = decodeUtf8(body);
  if (isJsonType(contentType)) {
    const json = text === undefined ? undefined : parseDocument(text);
    return json === undefined
      ? refuse("BODY_NOT_JSON", "the body is not JSON in UTF-8")
      : { ok: true, data: { kind: "json", text: json.text }, json };
  }
  if (text !== undefined) {
    return { ok: true, data: { kind: "text", text } };
  }
  return form === "raw"
    ? refuse("BODY_NOT_TEXT", "a raw value has to be UTF-8")
    : { ok: true, data: { kind: "binary", bytes: body } };
}

function refuse(code: Refused["code"], reason: string): BodyContent {
  return { ok: false, refusal: { kind: "refused", code, reason } };
}

/** Keeps a byte order mark: it is one of the sender's bytes. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
    : undefined;
}
