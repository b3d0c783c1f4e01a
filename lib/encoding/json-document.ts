import { elementsOf, isIndex, parseJson, textAt } from "./json-source.ts";
import { isUnknownObject } from "./unknown-object.ts";

/** JSON as it came, and what it says: the value is quick to look into, the text keeps every digit. */
export type JsonDocument = { readonly text: string; readonly value: unknown };

/** Undefined where the text is not JSON. A byte order mark before it is no part of it (RFC 8259 section 8.1). */
export function parseDocument(given: string): JsonDocument | undefined {
  const text = given.startsWith("\uFEFF") ? given.slice(1) : given;
  const value = parseJson(text);
  return value === undefined ? undefined : { text, value };
}

/**
 * A string's characters, the digits of a number as they were written (a 20-digit id keeps all of them),
 * or the word of a boolean; else undefined.
 */
export function scalarAt(
  { text, value }: JsonDocument,
  pointer: readonly string[],
): string | undefined {
  const found = valueAt(value, pointer);
  switch (typeof found) {
    case "string":
      return found;
    case "boolean":
      return String(found);
    case "number":
      return textAt(text, pointer);
    default:
      return undefined;
  }
}

/** The name of the first member that is an object, as `{"id": 1, "created": {…}}` names its kind. */
export function firstObject({ value }: JsonDocument): string | undefined {
  const members = isUnknownObject(value) ? Object.entries(value) : [];
  return members.find(([, member]) => isUnknownObject(member))?.[0];
}

/** The elements of the array that a pointer names, of the first `max` at most; undefined for anything else. */
export function elementsAt(
  { text, value }: JsonDocument,
  pointer: readonly string[],
  max: number,
): readonly JsonDocument[] | undefined {
  const array = valueAt(value, pointer);
  return Array.isArray(array)
    ? elementsOf(textAt(text, pointer) ?? "[]", max).map((element, index) => ({
        text: element,
        value: array[index] as unknown,
      }))
    : undefined;
}

/** Own properties only; of members with one name JSON.parse keeps the last. */
function valueAt(value: unknown, pointer: readonly string[]): unknown {
  let at = value;
  for (const token of pointer) {
    at = typeof at === "object" && at !== null ? childOf(at, token) : undefined;
  }
  return at;
}

function childOf(parent: object, token: string): unknown {
  if (Array.isArray(parent)) {
    return isIndex(token) ? (parent[Number(token)] as unknown) : undefined;
  }
  return Object.hasOwn(parent, token) ? (parent as Record<string, unknown>)[token] : undefined;
}
