import type { UnknownObject } from "../encoding/unknown-object.ts";

/** Untrusted values by name: `process.env`, or the parameters bound to an action. */
export type Settings = UnknownObject;

/** A problem with a setting. It names the setting and never holds the value. */
export type Problem = { readonly setting: string; readonly text: string };

/** The parsed value, or every problem that was found. */
export type ParseResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Collects the problems of all results that failed. */
export function problemsOf(parsed: readonly ParseResult<unknown>[]): readonly Problem[] {
  return parsed.flatMap((one) => (one.ok ? [] : one.problems));
}

/** Makes the problems of one setting. A condition that is false gives none. */
export function problemsWith(
  setting: string,
  texts: readonly (string | false | undefined)[],
): readonly Problem[] {
  return texts.flatMap((text) => (text ? [{ setting, text }] : []));
}
