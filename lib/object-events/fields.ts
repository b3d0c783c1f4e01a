import { type Bag, isBag } from "../bag.ts";

/** Reading of untrusted event fields: own properties only, and never a throw. */

/** The object at a path, or an empty one. */
export function bagAt(bag: Bag, ...path: readonly string[]): Bag {
  let at: unknown = bag;
  for (const name of path) {
    at = isBag(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return isBag(at) ? at : {};
}

/** A field as text; numbers count, since vendors disagree on sizes and times. */
export function fieldText(bag: Bag, name: string): string | undefined {
  const value = Object.hasOwn(bag, name) ? bag[name] : undefined;
  if (typeof value === "number") {
    return String(value);
  }
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The fields that are present, each with its name so that two cannot be taken for each other. */
export function marksOf(bag: Bag, names: readonly string[]): readonly string[] {
  const marks: string[] = [];
  for (const name of names) {
    const text = fieldText(bag, name);
    if (text !== undefined) {
      marks.push(`${name}=${text}`);
    }
  }
  return marks;
}

/** A time as RFC 3339 in UTC; epoch numbers count as seconds or milliseconds by their size. */
export function toTime(text: string | undefined): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const isEpoch = /^\d{10}(\d{3})?$/.test(text);
  const epochMs = isEpoch ? Number(text) * (text.length === 10 ? 1_000 : 1) : parseDate(text);
  return Number.isFinite(epochMs) ? new Date(epochMs).toISOString() : undefined;
}

/** Only full dates with a zone: Date.parse also takes bare years and local times. */
function parseDate(text: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
}
