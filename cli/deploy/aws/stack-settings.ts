import { optional, parseFields, withDefault } from "../../../lib/settings/fields.ts";
import { integer } from "../../../lib/settings/rules.ts";

/**
 * Settings of the stack on AWS, which no function reads: requests a second and at once, above which the HTTP API answers
 * 429, and the concurrency that is kept for webhook. The limits are above every quota of an account
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html, read 2026-11-30).
 */
const fields = {
  WEBHOOK_THROTTLE_RATE: withDefault(integer(1, 100_000), 500),
  WEBHOOK_THROTTLE_BURST: withDefault(integer(1, 100_000), 1_000),
  WEBHOOK_RESERVED_CONCURRENCY: optional(integer(0, 100_000)),
};

export type StackSettingName = keyof typeof fields;

/** Returns the value of a setting, or its default. Throws an error that names the setting. */
export function toStackSetting(name: StackSettingName, given: unknown): number | undefined {
  const parsed = parseFields({ [name]: given }, { [name]: fields[name] });
  if (!parsed.ok) {
    throw new Error(parsed.problems.map(({ setting, text }) => `${setting} ${text}`).join("; "));
  }
  return parsed.value[name];
}
