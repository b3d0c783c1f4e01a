import { findMisspelt, type Parsed, type Settings, settingNames } from "./settings.ts";

/**
 * A parser that reads settings anew only when one has changed since the last call: a warm function
 * gets the same ones each time. One entry, of good settings only, told by every setting's value and by
 * nothing else that a call brings.
 */
export function rememberLast<T>(
  parse: (settings: Settings) => Parsed<T>,
): (settings: Settings) => Parsed<T> {
  let last: { readonly values: readonly unknown[]; readonly parsed: Parsed<T> } | undefined;
  return (settings) => {
    const values = valuesOf(settings);
    if (last !== undefined && isEqual(values, last.values) && !isMisspelt(settings)) {
      return last.parsed;
    }
    const parsed = parse(settings);
    last = parsed.ok && values !== undefined ? { values, parsed } : undefined;
    return parsed;
  };
}

function isEqual(values: readonly unknown[] | undefined, others: readonly unknown[]): boolean {
  return values?.every((value, index) => value === others[index]) === true;
}

function isMisspelt(settings: Settings): boolean {
  return findMisspelt(settings).length > 0;
}

/** Undefined where one has no JSON: such settings are read on every call. */
function valuesOf(settings: Settings): readonly unknown[] | undefined {
  try {
    return settingNames.map((name) => toComparable(settings[name]));
  } catch {
    return undefined;
  }
}

const objectMark = "\0";

/** Objects are new ones in every call: their JSON is compared, so marked that no text is taken for it. */
function toComparable(value: unknown): unknown {
  if (typeof value === "object" && value !== null) {
    return objectMark + JSON.stringify(value);
  }
  const isMarked = typeof value === "string" && value.startsWith(objectMark);
  return isMarked ? objectMark + value : value;
}
