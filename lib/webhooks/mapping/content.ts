import { isUtf8 } from "node:buffer";
import { type JsonDocument, parseDocument } from "../../encoding/json-document.ts";
import { isForm, isJsonType, mediaTypeOf } from "../../encoding/media-type.ts";
import type { CloudEventData } from "../../model/cloud-event.ts";
import { type Refusal, refusal } from "../../model/result.ts";
import { readForm } from "./form.ts";

export type BodyContent =
  | {
      readonly ok: true;
      readonly data: CloudEventData;
      /** The datacontenttype; absent if the type is unknown or there is no data. */
      readonly type: string | undefined;
      /** The JSON for selectors: the body, or a field of its form. */
      readonly json?: JsonDocument | undefined;
    }
  | { readonly ok: false; readonly refusal: Refusal };

export type ValueForm = "cloudevent" | "raw";

export const bodyTypes = ["auto", "json"] as const;

export type ContentOptions = {
  readonly value: ValueForm;
  /** `json`: the sender's bodies are JSON whatever their content type says. */
  readonly bodyType: (typeof bodyTypes)[number];
};

/** Limit of a content type: two names of 127 characters (https://www.rfc-editor.org/rfc/rfc6838#section-4.2) and a parameter. */
const contentTypeCharsMax = 300;

/** Classifies a verified body by its content type and bytes. The bytes are never parsed and serialized again. */
export function toContent(
  body: Uint8Array,
  contentType: string,
  options: ContentOptions,
): BodyContent {
  // CloudEvents has no empty attributes. A very long one would be copied into every element's event.
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

/** Tells whether the body is meant as JSON. A JSON sender may still send forms in an old version (PortOne 2024-01-01). */
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

/** Returns the type of JSON data: the sender's own type if it is a JSON type. */
export function toJsonType(type = ""): string {
  return isJsonType(type) ? type : "application/json";
}

function refuse(code: Refusal["code"], reason: string): BodyContent {
  return { ok: false, refusal: refusal(code, reason) };
}

/** Decodes UTF-8 and keeps a byte order mark, which in text is one of the sender's characters. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
    : undefined;
}
