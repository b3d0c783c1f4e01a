import { isUnknownObject } from "../encoding/unknown-object.ts";
import type { Headers } from "../model/call.ts";

/** Reads headers from a platform's object. Names are in lower case, and repeated values are joined with `, `. */
export function toHeaders(object: unknown): Headers {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(isUnknownObject(object) ? object : {})) {
    const texts = (Array.isArray(value) ? value : [value]).filter(isHeaderValue);
    if (texts.length > 0) {
      const lowered = name.toLowerCase();
      const before = headers.get(lowered);
      headers.set(lowered, (before === undefined ? texts : [before, ...texts]).join(", "));
    }
  }
  return headers;
}

function isHeaderValue(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}
