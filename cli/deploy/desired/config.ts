import type * as z from "zod";
import type { Problem } from "../../../lib/model/settings.ts";
import { functionNames } from "../../project/functions.ts";
import { checkPlace, checkSettings, findExposed } from "./check-deployment.ts";
import { type Deployment, schema } from "./deployment.ts";
import { checkTriggers, findPlainTokens } from "./triggers/check-triggers.ts";

export type ParsedDeployment =
  | { readonly ok: true; readonly value: Deployment }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Checks a configuration. Every problem is reported at once and names its field, never a value. */
export function parseDeployment(given: unknown): ParsedDeployment {
  const exposed = [...findExposed(given), ...findPlainTokens(given)];
  const parsed = schema.safeParse(given, { error: describeIssue });
  const problems = [
    ...exposed,
    ...(parsed.success
      ? [...checkPlace(parsed.data), ...checkSettings(parsed.data), ...checkTriggers(parsed.data)]
      : toProblems(parsed.error)
    ).filter(({ setting }) => !exposed.some((one) => one.setting === setting)),
  ];
  return parsed.success && problems.length === 0
    ? { ok: true, value: parsed.data }
    : { ok: false, problems };
}

/** Describes what the fields have no words of their own for. */
function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.code === "invalid_type"
    ? `must be ${nouns[issue.expected] ?? issue.expected}`
    : undefined;
}

const nouns: Readonly<Record<string, string | undefined>> = {
  array: "a list",
  boolean: "true or false",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "text",
};

function unknownText(at: string): string {
  if (at === "functions") {
    return `is no function: there are ${functionNames.join(", ")}`;
  }
  return at.endsWith(".settings")
    ? "is no setting, or one that belongs into the settings file"
    : "is unknown";
}

function toProblems({ issues }: z.ZodError): readonly Problem[] {
  return issues.flatMap((issue) => {
    const at = issue.path.join(".");
    return issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          setting: at === "" ? key : `${at}.${key}`,
          text: unknownText(at),
        }))
      : [{ setting: at === "" ? "the configuration" : at, text: issue.message }];
  });
}
