import { isText, objectOf } from "../encoding/unknown-object.ts";
import type { Headers } from "../model/call.ts";

/**
 * Reads headers from a platform's object. Names are in lower case, and repeated values are joined with `, `. Equal values
 * count once, because gateways pass a header under two spellings of its name, or as a list.
 */
export function toHeaders(object: unknown): Headers {
  const headers = new Map<string, string>();
  const given = objectOf(object);
  for (const name of Object.keys(given)) {
    const text = toText(given[name]);
    if (text !== undefined) {
      const lowered = name.toLowerCase();
      const before = headers.get(lowered) ?? text;
      headers.set(lowered, before === text ? text : `${before}, ${text}`);
    }
  }
  return headers;
}

/** Nearly every header is one text. Returns undefined for a header without a value. */
function toText(value: unknown): string | undefined {
  if (isText(value)) {
    return value.trim();
  }
  const texts = (Array.isArray(value) ? value : [value]).filter(isHeaderValue);
  return texts.length > 0
    ? [...new Set(texts.map((text) => String(text).trim()))].join(", ")
    : undefined;
}

function isHeaderValue(value: unknown): boolean {
  return isText(value) || typeof value === "number";
}
