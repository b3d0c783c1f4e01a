import * as z from "zod";
import { heartbeat } from "../../../lib/triggers/heartbeat.ts";

const charactersMax = 200;

/**
 * Accepts a cron trigger's schedule: five fields, and only the signs that the guide's "Cron type trigger" page shows.
 * The parser of heartbeat has to accept it too.
 */
export const cronRule = z
  .string("must be a cron expression of five fields")
  .max(charactersMax)
  .superRefine((expression, { addIssue }) => {
    const message = findCronProblem(expression);
    if (message !== undefined) {
      addIssue({ code: "custom", message });
    }
  });

const unixOnly = "must be a cron expression of five fields: digits, names, * , - and / only";
const names = "SUN|MON|TUE|WED|THU|FRI|SAT|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC";
const value = `(?:\\d{1,2}|${names})`;
const item = `(?:\\*|${value}(?:-${value})?)(?:/\\d{1,2})?`;
const field = `${item}(?:,${item})*`;
/** Leaves out what the guide does not show: numbers of three digits, and blanks beside each other. */
const fiveFields = new RegExp(`^${field}(?: ${field}){4}$`, "i");

/** Returns the problem of an expression; undefined if UNIX cron and the parser of heartbeat accept it. */
export function findCronProblem(expression: string): string | undefined {
  const parsed = heartbeat.parse({ HEARTBEAT_CRON: expression });
  if (!parsed.ok) {
    return parsed.problems.map(({ text }) => text).join("; ");
  }
  return fiveFields.test(expression) ? undefined : unixOnly;
}

/** Warns about parts of a schedule whose meaning the documents leave open. A trigger of one's own can show it. */
export function cronWarnings(expression: string): readonly string[] {
  const [, , , month = "*", weekday = "*"] = expression.split(" ");
  return [
    ...(month === "*"
      ? []
      : [
          "its month field: one page of the guide counts months from 1, another from 0. Set cronOption to what the trigger should get",
        ]),
    ...(weekday.includes("7")
      ? ["its weekday 7: only one page of the guide knows it, as Sunday"]
      : []),
    ...(/[A-Za-z]/.test(expression) ? ["its names: the guide shows numbers only"] : []),
  ];
}
