import type * as z from "zod";
import type { Problem } from "../../../lib/model/settings.ts";
import { checkPlace, findExposed } from "./check-deployment.ts";
import { type Deployment, schema } from "./deployment.ts";
import { checkTriggers, findPlainTokens } from "./triggers/check-triggers.ts";

export type ParsedDeployment =
  | { readonly ok: true; readonly value: Deployment }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Checks a configuration. Every problem is reported at once and names its field, never a value. */
export function parseDeployment(given: unknown): ParsedDeployment {
  const exposed = [...findExposed(given), ...findPlainTokens(given)];
  const parsed = schema.safeParse(given);
  const problems = [
    ...exposed,
    ...(parsed.success
      ? [...checkPlace(parsed.data), ...checkTriggers(parsed.data)]
      : toProblems(parsed.error)
    ).filter(({ setting }) => !exposed.some((one) => one.setting === setting)),
  ];
  return parsed.success && problems.length === 0
    ? { ok: true, value: parsed.data }
    : { ok: false, problems };
}

function toProblems({ issues }: z.ZodError): readonly Problem[] {
  return issues.flatMap((issue) => {
    const at = issue.path.join(".");
    return issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ setting: at === "" ? key : `${at}.${key}`, text: "is unknown" }))
      : [{ setting: at === "" ? "the configuration" : at, text: issue.message }];
  });
}
