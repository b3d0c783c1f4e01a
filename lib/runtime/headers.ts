import type { Headers } from "../event.ts";

/** Headers from a platform's object: names in lower case, repeated values joined with `, `. */
export function toHeaders(bag: unknown): Headers {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(bag ?? {});
  const headers = new Map<string, string>();
  for (const [name, value] of entries) {
    const before = headers.get(name.toLowerCase());
    const given = [before, value].flat().filter(isHeaderValue);
    if (given.length > 0) {
      headers.set(name.toLowerCase(), given.join(", "));
    }
  }
  return headers;
}

function isHeaderValue(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}
