import * as z from "zod";
import { heartbeat } from "../../lib/triggers/heartbeat.ts";

const charactersMax = 200;

/**
 * A cron trigger's schedule: five fields, as the guide's "Cron type trigger" page has them, and only the
 * signs that the page shows. The function's own parser has the last word.
 */
export const cronRule = z
  .string("must be a cron expression of five fields")
  .max(charactersMax)
  .refine(isCron, "must be a cron expression of five fields: digits, names, * , - and / only");

function isCron(expression: string): boolean {
  return (
    /^[A-Za-z0-9*,/-]+( [A-Za-z0-9*,/-]+){4}$/.test(expression) &&
    heartbeat.parse({ HEARTBEAT_CRON: expression }).ok
  );
}

/** What the documents leave open about a schedule, to be tried with a trigger of one's own. */
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
