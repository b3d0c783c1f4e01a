import { actionKey, type StoredAction } from "../resources.ts";

/** Every deployed action, by its name on the host. */
export type HostNames = ReadonlyMap<string, StoredAction>;

/**
 * Assigns a name on the host to each action. An action is the function that ends its name: `datastream-relay-webhook` is
 * `webhook`. If several actions are one function, the one that was put last is it, and each other one has a name of its
 * own, under which its triggers still run it.
 */
export function toHostNames(
  actions: readonly StoredAction[],
  functionNames: readonly string[],
): HostNames {
  const latest = new Map(
    actions.map((action) => [functionOf(action.name, functionNames), action] as const),
  );
  return new Map(
    actions.map((action) => {
      const name = functionOf(action.name, functionNames);
      const isIt = name !== undefined && latest.get(name) === action;
      return [isIt ? name : ownName(action, functionNames), action];
    }),
  );
}

/** Returns the longest function name that the action's name is, or ends with behind a hyphen. */
function functionOf(action: string, functionNames: readonly string[]): string | undefined {
  return functionNames
    .filter((name) => action === name || action.endsWith(`-${name}`))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** A point is in no name of NAVER Cloud's, so that two names never meet. */
function ownName({ packageName, name }: StoredAction, functionNames: readonly string[]): string {
  return packageName === "-" && !functionNames.includes(name)
    ? actionKey(packageName, name)
    : `${packageName}.${name}`;
}
