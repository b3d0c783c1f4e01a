import { isUnknownObject, type UnknownObject } from "../encoding/unknown-object.ts";

/** Reading of untrusted event fields: own properties only, and never a throw. */

/** The object at a path, or an empty one. */
export function objectAt(object: UnknownObject, ...path: readonly string[]): UnknownObject {
  let at: unknown = object;
  for (const name of path) {
    at = isUnknownObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return isUnknownObject(at) ? at : {};
}

/** A field as text; numbers count, since vendors disagree on sizes and times. */
export function fieldText(object: UnknownObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  if (typeof value === "number") {
    return String(value);
  }
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The first of these fields that is present. */
export function firstText(object: UnknownObject, names: readonly string[]): string | undefined {
  const name = names.find((field) => fieldText(object, field) !== undefined);
  return name === undefined ? undefined : fieldText(object, name);
}

/** The fields that are present, each with its name so that two cannot be taken for each other. */
export function identityPartsOf(
  object: UnknownObject,
  names: readonly string[],
): readonly string[] {
  const identityParts: string[] = [];
  for (const name of names) {
    const text = fieldText(object, name);
    if (text !== undefined) {
      identityParts.push(`${name}=${text}`);
    }
  }
  return identityParts;
}

/**
 * Marks that tell an event from the next one about the same object. `shared` ones do not by themselves: the
 * same bytes uploaded twice have one ETag. Without versioning each version may be `null`.
 */
export function toIdentityParts(
  identityParts: readonly string[],
  shared: readonly string[],
): readonly string[] {
  return identityParts.every((part) => part.endsWith("=null")) ? [] : [...identityParts, ...shared];
}

/** The name of an event in a `type`, without the `s3:` that some vendors put before it. */
export function toEventName(text: string): string {
  return text.replace(/^s3:/i, "");
}

/** Whose event it was that is not understood, for a reason; empty where it does not say. */
export function describeSource(source: string | undefined): string {
  return source === undefined ? "" : ` from ${printable(source)}`;
}

/** Foreign text in a log line or a reason: a short, plain form of it. */
export function printable(text: string): string {
  return text.slice(0, printableCharsMax).replace(/[^\w.: -]/g, "?");
}

const printableCharsMax = 40;

/** A time as RFC 3339 in UTC; epoch numbers count as seconds or milliseconds by their size. */
export function toTime(text: string | undefined): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const isEpoch = /^\d{10}(\d{3})?$/.test(text);
  const epochMs = isEpoch ? Number(text) * (text.length === 10 ? 1_000 : 1) : parseDate(text);
  return Number.isFinite(epochMs) ? new Date(epochMs).toISOString() : undefined;
}

/** Only full dates with a zone: Date.parse also takes bare years and local times. Ceph may write a blank for `T`. */
function parseDate(text: string): number {
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/.test(text)
    ? Date.parse(text.replace(" ", "T"))
    : Number.NaN;
}
