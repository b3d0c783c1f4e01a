import { createHash } from "node:crypto";
import { findMisspelt, type Parsed, type Settings, settingNames } from "./settings.ts";

/**
 * A parser that reads settings anew only when one has changed since the last call: a warm function
 * gets the same ones each time. One entry, of good settings only, told by a hash of every setting's
 * value and of nothing else that a call brings. On its first call a process is in a hurry and may get
 * no second one, so that the hash is made from the second on.
 */
export function rememberLast<T>(
  parse: (settings: Settings) => Parsed<T>,
): (settings: Settings) => Parsed<T> {
  let isFirst = true;
  let last: { readonly hash: string; readonly parsed: Parsed<T> } | undefined;
  return (settings) => {
    if (isFirst) {
      isFirst = false;
      return parse(settings);
    }
    const hash = hashOf(settings);
    if (hash !== undefined && hash === last?.hash && findMisspelt(settings).length === 0) {
      return last.parsed;
    }
    const parsed = parse(settings);
    last = parsed.ok && hash !== undefined ? { hash, parsed } : undefined;
    return parsed;
  };
}

/** Undefined where a value is not one that JSON has: such settings are read on every call. */
function hashOf(settings: Settings): string | undefined {
  try {
    const values = settingNames.map((name) =>
      Object.hasOwn(settings, name) ? toText(settings[name]) : "",
    );
    return createHash("sha256").update(values.join("\n")).digest("base64");
  } catch {
    return undefined;
  }
}

/** One line, different for each value and type: text is quoted, a number is not. */
function toText(value: unknown): string {
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? typeof value);
}
