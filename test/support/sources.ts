import { parseSources } from "../../lib/webhooks/sources.ts";
import { hear } from "./spoken.ts";

export type Options = Readonly<Record<string, unknown>>;

export function parse(sources: unknown, secrets: unknown = {}, others: Options = {}) {
  const parsed = parseSources({ WEBHOOK_SOURCES: sources, WEBHOOK_SECRETS: secrets, ...others });
  hear(parsed.ok ? "" : parsed.problems);
  return parsed;
}

/** Problems as the log tells them. */
export function problemsOf(sources: unknown, secrets: unknown = {}, others: Options = {}) {
  const parsed = parse(sources, secrets, others);
  return parsed.ok ? [] : parsed.problems.map(({ setting, text }) => `${setting} ${text}`);
}
