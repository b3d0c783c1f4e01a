import type { FunctionName } from "../../../lib/registry/names.ts";
import type { TriggerKind } from "../../../lib/registry/register.ts";
import { functionNames, functions } from "../../project/functions.ts";
import { mark, ownerOf } from "../state/mark.ts";

export type Names = {
  /** Whose the resources are, as their marks say it. */
  readonly owner: string;
  /** The owners whose resources at these names are ours: a configuration that got its name later is still the same. */
  readonly owners: readonly string[];
  readonly packageName: string;
  readonly actions: Readonly<Record<FunctionName, string>>;
  /** Undefined for functions that no trigger of this API runs, or several. */
  readonly triggers: Readonly<Record<FunctionName, string | undefined>>;
};

/** API Gateway's triggers are made by hand, and a function that is only called by name has none. */
const triggerEndings: Readonly<Partial<Record<TriggerKind, string>>> = {
  "object-storage": "-events",
  cron: "-cron",
};

/** The limit of "Put Action" and "Put Trigger". */
export const nameCharactersMax = 50;

/** The longest ending leaves this much for the prefix. */
export const prefixCharactersMax =
  nameCharactersMax - Math.max(...functionNames.map((name) => longestEnding(name).length));

function longestEnding(name: FunctionName): string {
  return triggerEnding(name) ?? `-${name}`;
}

function triggerEnding(name: FunctionName): string | undefined {
  const ending = triggerEndings[functions[name].triggeredBy];
  return ending === undefined ? undefined : `-${name}${ending}`;
}

export type NameParts = {
  readonly name?: string | undefined;
  readonly prefix: string;
  readonly package: string;
};

/** Names are unique across actions, triggers and packages, so each kind has an ending of its own. */
export function toNames({ name: own, prefix, package: packageName }: NameParts): Names {
  const owner = ownerOf({ name: own, prefix });
  return {
    owner,
    owners: [owner, ownerOf({ prefix })],
    packageName,
    actions: toRecord((name) => `${prefix}-${name}`),
    triggers: toRecord((name) => {
      const ending = triggerEnding(name);
      return ending === undefined ? undefined : prefix + ending;
    }),
  };
}

function toRecord<Value extends string | undefined>(
  toValue: (name: FunctionName) => Value,
): Record<FunctionName, Value> {
  const entries = functionNames.map((name) => [name, toValue(name)] as const);
  return Object.fromEntries(entries) as Record<FunctionName, Value>;
}

/** Returns the name of one of the triggers of a function that any other trigger calls. */
export function toAnyTriggerName(
  { prefix }: Pick<NameParts, "prefix">,
  name: FunctionName,
  own: string,
): string {
  return `${prefix}-${name}-${own}`;
}

/**
 * Begins the description of such a trigger. It names the action, because a name alone does not tell two deployments
 * apart: one prefix may begin with another.
 */
export function anyTriggerMark(name: FunctionName, action: string): string {
  return mark(`${name} of ${action}, `);
}
