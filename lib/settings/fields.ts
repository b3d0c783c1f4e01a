import { isText } from "../encoding/unknown-object.ts";
import type { ParseResult, Problem, Settings } from "../model/settings.ts";
import type { Rule } from "./rules.ts";

/** A rule with the default of the setting. */
type Field<T> = { readonly rule: Rule<T>; readonly fallback: T; readonly isRequired: boolean };

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type Values<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never;
};

/* @__NO_SIDE_EFFECTS__ */
export function required<T>(rule: Rule<T>): Field<T> {
  return { rule, fallback: undefined as T, isRequired: true };
}

/* @__NO_SIDE_EFFECTS__ */
export function optional<T>(rule: Rule<T>): Field<T | undefined> {
  return { rule, fallback: undefined, isRequired: false };
}

/* @__NO_SIDE_EFFECTS__ */
export function withDefault<T>(rule: Rule<T>, fallback: T): Field<T> {
  return { rule, fallback, isRequired: false };
}

/**
 * Reads the fields of an object and reports all problems together. `within` is the place of the object itself,
 * for messages. An empty value counts as absent at the top level and as wrong in an inner object.
 */
export function parseFields<F extends Fields>(
  object: Settings,
  fields: F,
  within = "",
): ParseResult<Values<F>> {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  for (const name in fields) {
    const field = fields[name] as Field<unknown>;
    const given = Object.hasOwn(object, name) ? object[name] : undefined;
    const isAbsent = given === undefined || (within === "" && isBlank(given));
    const { value, text } = isAbsent ? readAbsent(field) : readGiven(field.rule, given);
    values[name] = value;
    if (text !== undefined) {
      problems.push({ setting: within + name, text });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: values as Values<F> };
}

/** Treats empty text as not set, because templates leave it if a variable has no value. */
function isBlank(given: unknown): boolean {
  return given === null || given === "";
}

/** A field's value, or the problem with it. */
type FieldValue = { readonly value: unknown; readonly text?: string | undefined };

function readAbsent({ fallback, isRequired }: Field<unknown>): FieldValue {
  return { value: fallback, text: isRequired ? "is required" : undefined };
}

function readGiven({ isValid, message, coerce }: Rule<unknown>, given: unknown): FieldValue {
  const value = coerce === undefined ? given : coerce(given);
  if (isValid(value)) {
    return { value };
  }
  return { value, text: isText(message) ? message : message(given) };
}
