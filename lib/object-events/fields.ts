import { isText, objectOf, type UnknownObject } from "../encoding/unknown-object.ts";
import { settingNames } from "../settings/settings.ts";

/** Functions that read untrusted event fields. They read own properties only and never throw. */

/** Returns a field that is an object, or an empty one. */
export function objectAt(object: UnknownObject, name: string): UnknownObject {
  return objectOf(Object.hasOwn(object, name) ? object[name] : undefined);
}

/** Returns a field as text. Numbers count, because vendors write sizes and times differently. */
export function fieldText(object: UnknownObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  if (typeof value === "number") {
    return String(value);
  }
  return isText(value) && value !== "" ? value : undefined;
}

/** Returns the first of these fields that is present. */
export function firstText(object: UnknownObject, names: readonly string[]): string | undefined {
  const name = names.find((field) => fieldText(object, field) !== undefined);
  return name === undefined ? undefined : fieldText(object, name);
}

/** Returns a field with its name, so that two cannot be confused; undefined if it is missing. */
export function identityPartOf(object: UnknownObject, name: string): string | undefined {
  const text = fieldText(object, name);
  return text === undefined ? text : `${name}=${text}`;
}

/**
 * Returns the parts that tell an event from the next one about the same object. `shared` parts do not suffice alone:
 * the same bytes uploaded twice have one ETag. Without versioning, each version may be `null`.
 */
export function toIdentityParts(
  own: readonly (string | undefined)[],
  shared: readonly (string | undefined)[],
): readonly string[] {
  const isEnough = own.some((part) => part !== undefined && !part.endsWith("=null"));
  return isEnough ? own.concat(shared).filter((part) => part !== undefined) : [];
}

/** Removes the prefix `s3:` that some vendors put before an event's name. */
export function toEventName(text: string): string {
  return /^[Ss]3:/.test(text) ? text.slice(3) : text;
}

/** Names the source of an unknown event, as a part of a reason; empty without a source. */
export function describeSource(source: string | undefined): string {
  return source === undefined ? "" : ` from ${printable(source)}`;
}

/** Describes an unknown event by its source, else by the names of its fields; never by other values. */
export function describeEvent(event: UnknownObject): string {
  const source = firstText(event, ["source", "detail-type", "eventSource", "EventSource"]);
  const names = Object.keys(event).filter((name) => !isSetting(name));
  return source === undefined && names.length > 0
    ? ` with the fields ${listNames(names)}`
    : describeSource(source);
}

/** Recognizes a setting. On OpenWhisk the settings are in the same object as the event. */
export function isSetting(field: string): boolean {
  return settingNames.some((name) => name === field) || field.startsWith("__ow_");
}

const namesMax = 20;

export function listNames(names: readonly string[]): string {
  const more = names.length > namesMax ? ` and ${names.length - namesMax} more` : "";
  return `${names.slice(0, namesMax).map(printable).join(", ")}${more}`;
}

/** Shortens foreign text and removes unusual characters, for a log line or a reason. */
export function printable(text: string): string {
  return text.slice(0, printableCharsMax).replace(/[^\w.: -]/g, "?");
}

const printableCharsMax = 40;

/** Converts a time to RFC 3339 in UTC. The length of an epoch number decides between seconds and milliseconds. */
export function toTime(text: string | undefined): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const isEpoch = /^\d{10}(\d{3})?$/.test(text);
  const epochMs = isEpoch ? Number(text) * (text.length === 10 ? 1_000 : 1) : parseDate(text);
  return Number.isFinite(epochMs) ? new Date(epochMs).toISOString() : undefined;
}

/** Accepts full dates with a zone only, because Date.parse also accepts years and local times. Ceph may write a space for `T`. */
function parseDate(text: string): number {
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/.test(text)
    ? Date.parse(text.replace(" ", "T"))
    : Number.NaN;
}
