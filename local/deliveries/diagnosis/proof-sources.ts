import { isObject } from "../../data-stream/control/checked-input.ts";
import { type ConsoleSettings, readSources } from "../../functions/console/sources.ts";

/** A source with all of its secrets: during a rotation there are several. */
export type ProofSource = {
  readonly name: string;
  readonly verifier: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
};

export function readProofSources(settings: ConsoleSettings): readonly ProofSource[] {
  const lists = parse(settings["WEBHOOK_SECRETS"] ?? "{}");
  return readSources(settings).map(({ name, verifier, options }) => {
    const list = Object.hasOwn(lists, name) ? lists[name] : [];
    const texts = (Array.isArray(list) ? list : [list]).filter((one) => typeof one === "string");
    return { name, verifier, options, secrets: texts.map((secret) => secret.trim()) };
  });
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
