/** Reports invalid input to the control API. The message names the field and its limit. */
export class InvalidInput extends Error {
  override name = "InvalidInput";
}

export type UnknownFields = Readonly<Record<string, unknown>>;

export type NumberRange = { readonly min: number; readonly max: number };

export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new InvalidInput("the body must be JSON in UTF-8");
  }
}

/**
 * Returns the value as an object and refuses unknown fields: a misspelt field would otherwise be a fault that never
 * happens.
 */
export function closedObject(
  value: unknown,
  name: string,
  known: readonly string[],
): UnknownFields {
  if (!isObject(value)) {
    throw new InvalidInput(`${name} must be an object`);
  }
  const unknownField = Object.keys(value).find((field) => !known.includes(field));
  if (unknownField !== undefined) {
    const shown = JSON.stringify(unknownField.slice(0, 50));
    throw new InvalidInput(`${name} has an unknown field ${shown}; known: ${known.join(", ")}`);
  }
  return value;
}

export function isObject(value: unknown): value is UnknownFields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function integerIn(value: unknown, name: string, range: NumberRange): number {
  if (!(Number.isInteger(value) && isWithin(value, range))) {
    throw outOfRange(name, "an integer", range);
  }
  return value;
}

export function numberIn(value: unknown, name: string, range: NumberRange): number {
  if (!isWithin(value, range)) {
    throw outOfRange(name, "a number", range);
  }
  return value;
}

function isWithin(value: unknown, range: NumberRange): value is number {
  return typeof value === "number" && value >= range.min && value <= range.max;
}

function outOfRange(name: string, kind: string, range: NumberRange): InvalidInput {
  return new InvalidInput(`${name} must be ${kind} from ${range.min} to ${range.max}`);
}

export function textUpTo(value: unknown, name: string, charactersMax: number): string {
  if (typeof value !== "string" || value.length > charactersMax) {
    throw new InvalidInput(`${name} must be text of at most ${charactersMax} characters`);
  }
  return value;
}

/** Applies `check` to a field that is present, and leaves an absent field absent. */
export function ifPresent<Value>(
  value: unknown,
  check: (value: unknown) => Value,
): Value | undefined {
  return value === undefined ? undefined : check(value);
}
