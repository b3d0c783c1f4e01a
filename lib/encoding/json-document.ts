import { elementsOf, isIndex, parseJson, textAt } from "./json-source.ts";
import { isUnknownObject } from "./unknown-object.ts";

/** JSON text with its parsed value. The value is fast to search, and the text keeps every digit. */
export type JsonDocument = { readonly text: string; readonly value: unknown };

/** Parses text; undefined if it is not JSON. A byte order mark is ignored (RFC 8259 section 8.1). */
export function parseDocument(given: string): JsonDocument | undefined {
  const text = given.startsWith("\uFEFF") ? given.slice(1) : given;
  const value = parseJson(text);
  return value === undefined ? undefined : { text, value };
}

/**
 * Returns the scalar that a pointer names as text: a string, a number with its digits as written (a 20-digit id
 * keeps all of them), or a boolean. Returns undefined for anything else.
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

/** Returns the name of the first member that is an object: `created` in `{"id": 1, "created": {…}}`. */
export function firstObject({ value }: JsonDocument): string | undefined {
  const members = isUnknownObject(value) ? Object.entries(value) : [];
  return members.find(([, member]) => isUnknownObject(member))?.[0];
}

/** Returns at most `max` elements of the array that a pointer names; undefined for anything else. */
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

/** Looks at own properties only. JSON.parse keeps the last of several members with one name. */
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
