import { schemes } from "../../lib/webhooks/sources/schemes.ts";
import { parseSources } from "../../lib/webhooks/sources/sources.ts";
import type { Verifier } from "../../lib/webhooks/verify/verifier.ts";
import { hear } from "./spoken.ts";

export type SourceOptions = Readonly<Record<string, unknown>>;

export function parse(sources: unknown, secrets: unknown = {}, others: SourceOptions = {}) {
  const parsed = parseSources({ WEBHOOK_SOURCES: sources, WEBHOOK_SECRETS: secrets, ...others });
  hear(parsed.ok ? "" : parsed.problems);
  return parsed;
}

/** Returns problems as the log words them. */
export function sourceProblems(
  sources: unknown,
  secrets: unknown = {},
  others: SourceOptions = {},
) {
  const parsed = parse(sources, secrets, others);
  return parsed.ok ? [] : parsed.problems.map(({ setting, text }) => `${setting} ${text}`);
}

/** Returns the verifier that a word of WEBHOOK_SOURCES names. */
export function verifierNamed(word: string, options: SourceOptions = {}): Verifier {
  const verifier = schemes.get(word)?.().create(options, "");
  if (!verifier?.ok) {
    throw new Error(`no verifier ${word}`);
  }
  return verifier.value;
}
