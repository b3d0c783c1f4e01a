import type { CloudEventData } from "../cloud-event.ts";
import { isJson } from "../json-text.ts";
import type { Refused } from "../outcome.ts";
import { isJsonType } from "./body.ts";

export type Content =
  | { readonly ok: true; readonly data: CloudEventData }
  | { readonly ok: false; readonly refusal: Refused };

/** What a verified body is, by its content type and its bytes. Nothing is parsed and written anew. */
export function toContent(body: Uint8Array, contentType: string): Content {
  if (body.length === 0) {
    return { ok: true, data: { kind: "none" } };
  }
  const text = decodeUtf8(body);
  if (!isJsonType(contentType)) {
    const data: CloudEventData =
      text === undefined ? { kind: "binary", bytes: body } : { kind: "text", text };
    return { ok: true, data };
  }
  return text !== undefined && isJson(text)
    ? { ok: true, data: { kind: "json", text } }
    : refuse("BODY_NOT_JSON", "the body is not JSON in UTF-8");
}

/** The text of content that goes out as it came, without an envelope. */
export function toRawValue(data: CloudEventData): string | undefined {
  switch (data.kind) {
    case "json":
    case "text":
      return data.text;
    case "none":
      return "";
    case "binary":
      return undefined;
  }
}

function refuse(code: Refused["code"], reason: string): Content {
  return { ok: false, refusal: { kind: "refused", code, reason } };
}

/** Keeps a byte order mark: it is one of the sender's bytes. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
