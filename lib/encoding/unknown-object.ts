/** An untrusted object. Its fields are read by bracket, and each is unknown until it is checked. */
export type UnknownObject = Readonly<Record<string, unknown>>;

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Returns a string as it is, and an empty string for anything else. */
export function textOf(value: unknown): string {
  return isText(value) ? value : "";
}

export function isUnknownObject(value: unknown): value is UnknownObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns an object as it is, and an empty object for anything else. */
export function objectOf(value: unknown): UnknownObject {
  return isUnknownObject(value) ? value : {};
}
