import { isUtf8 } from "node:buffer";
import { type JsonDocument, parseDocument } from "../../encoding/json-document.ts";
import { isForm, isJsonType, mediaTypeOf } from "../../encoding/media-type.ts";
import type { CloudEventData } from "../../model/cloud-event.ts";
import type { Refusal } from "../../model/result.ts";
import { readForm } from "./form.ts";

export type BodyContent =
  | {
      readonly ok: true;
      readonly data: CloudEventData;
      /** The datacontenttype; absent where there is no data whose type is known. */
      readonly type: string | undefined;
      /** What selectors read: the JSON that the body is, or that a field of its form holds. */
      readonly json?: JsonDocument | undefined;
    }
  | { readonly ok: false; readonly refusal: Refusal };

export type ValueForm = "cloudevent" | "raw";

export const bodyTypes = ["auto", "json"] as const;

export type ContentOptions = {
  readonly value: ValueForm;
  /** `json`: this sender's bodies are JSON whatever their content type says. */
  readonly bodyType: (typeof bodyTypes)[number];
};

/** Two names of 127 characters (RFC 6838 section 4.2) and a parameter. */
const contentTypeCharsMax = 300;

/** What a verified body is, by its content type and its bytes. Nothing is parsed and written anew. */
export function toContent(
  body: Uint8Array,
  contentType: string,
  options: ContentOptions,
): BodyContent {
  // CloudEvents has no empty attributes; one of any length would be copied into every element's.
  const given = mediaTypeOf(contentType);
  const type = given.length > contentTypeCharsMax ? "" : given;
  if (body.length === 0) {
    return { ok: true, data: { kind: "none" }, type: type || undefined };
  }
  const text = decodeUtf8(body);
  const json = text === undefined ? undefined : parseDocument(text);
  if (isMeantAsJson(given, json !== undefined, options)) {
    return toJson(json, type);
  }
  return text === undefined
    ? toBinary(body, type, options.value)
    : {
        ok: true,
        data: { kind: "text", text },
        type: type || "text/plain",
        json: json ?? toForm(text, given),
      };
}

/** Older versions of a sender of JSON (PortOne's 2024-01-01) may still send forms. */
function isMeantAsJson(given: string, isJson: boolean, { bodyType }: ContentOptions): boolean {
  const isOfSender = bodyType === "json" && (isJson || !isForm(given));
  return isOfSender || isJsonType(given) || (given === "" && isJson);
}

function toForm(text: string, given: string): JsonDocument | undefined {
  return isForm(given) ? readForm(text) : undefined;
}

function toJson(json: JsonDocument | undefined, type: string): BodyContent {
  return json === undefined
    ? refuse("BODY_NOT_JSON", "the body is not JSON in UTF-8")
    : { ok: true, data: { kind: "json", text: json.text }, type: toJsonType(type), json };
}

function toBinary(bytes: Uint8Array, type: string, value: ValueForm): BodyContent {
  return value === "raw"
    ? refuse("BODY_NOT_TEXT", "a raw value has to be UTF-8")
    : { ok: true, data: { kind: "binary", bytes }, type: type || "application/octet-stream" };
}

/** The type of data that is JSON: the sender's word, where it says so. */
export function toJsonType(type = ""): string {
  return isJsonType(type) ? type : "application/json";
}

function refuse(code: Refusal["code"], reason: string): BodyContent {
  return { ok: false, refusal: { kind: "refused", code, reason } };
}

/** Keeps a byte order mark: in text it is one of the sender's characters. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
    : undefined;
}
