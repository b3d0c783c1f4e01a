import type { UnknownObject } from "../encoding/unknown-object.ts";

/** Untrusted values by name: `process.env`, or the parameters bound to an action. */
export type Settings = UnknownObject;

/** What is wrong with a setting; names it, and never holds its value. */
export type Problem = { readonly setting: string; readonly text: string };

export type ParseResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function problemsOf(parsed: readonly ParseResult<unknown>[]): readonly Problem[] {
  return parsed.flatMap((one) => (one.ok ? [] : one.problems));
}
