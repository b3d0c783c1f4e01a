import type { Headers } from "../event.ts";

/** Headers from a platform's object: names in lower case, repeated values joined with `, `. */
export function toHeaders(bag: unknown): Headers {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(bag ?? {});
  const headers = new Map<string, string>();
  for (const [name, value] of entries) {
    const text = toText(value);
    if (text !== undefined) {
      const lowered = name.toLowerCase();
      const before = headers.get(lowered);
      headers.set(lowered, before === undefined ? text : `${before}, ${text}`);
    }
  }
  return headers;
}

function toText(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const texts = value.map(toText).filter((text) => text !== undefined);
    return texts.length > 0 ? texts.join(", ") : undefined;
  }
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
