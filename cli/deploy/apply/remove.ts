import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { type FunctionName, functionNames } from "../../../lib/registry/names.ts";
import { readAction, readTrigger } from "../actual/read-state.ts";
import { ApiFailure } from "../api/api-failure.ts";
import { actionPath, findContent, type ManagementApi, triggerPath } from "../api/management-api.ts";
import { linkAction } from "../api/requests.ts";
import type { Deployment } from "../desired/deployment.ts";
import { isMarked, type Names } from "../desired/names.ts";

/** A resource that has one of our names, whether or not this command made it. */
export type Removal = {
  readonly kind: "link" | "trigger" | "action" | "package";
  readonly name: string;
  readonly change: "delete" | "absent" | "kept";
  readonly reason?: string;
};

/**
 * Plans the removal of everything that the prefix can have made, whether or not the configuration still names it. A
 * link is removed before its trigger, and triggers before actions. A resource without our mark is kept.
 */
export async function planRemoval(names: Names, api: ManagementApi): Promise<readonly Removal[]> {
  const removals = [...(await removalsOf(functionNames, names, api))];
  if (names.packageName !== "-") {
    const found = await findContent(api, `/packages/${encodeURIComponent(names.packageName)}`);
    const description = typeof found?.["description"] === "string" ? found["description"] : "";
    removals.push(toRemoval("package", names.packageName, found && description));
  }
  return removals;
}

/** Finds resources of functions that an earlier configuration named and this one does not: their triggers still fire. */
export async function findLeftovers(
  { functions }: Pick<Deployment, "functions">,
  names: Names,
  api: ManagementApi,
): Promise<readonly Removal[]> {
  const dropped = functionNames.filter((name) => functions[name] === undefined);
  const removals = await removalsOf(dropped, names, api);
  return removals.filter(({ change }) => change === "delete");
}

async function removalsOf(
  functions: readonly FunctionName[],
  names: Names,
  api: ManagementApi,
): Promise<readonly Removal[]> {
  const triggers: Removal[] = [];
  const actions: Removal[] = [];
  for (const name of functions) {
    const action = names.actions[name];
    const trigger = names.triggers[name];
    if (trigger !== undefined) {
      const found = await findContent(api, triggerPath(trigger));
      const description = found && (readTrigger(found).description ?? "");
      triggers.push(...linksOf(trigger, found, action), toRemoval("trigger", trigger, description));
    }
    const found = await findContent(api, actionPath(names.packageName, action));
    actions.push(toRemoval("action", action, found && (readAction(found).description ?? "")));
  }
  return [...triggers, ...actions];
}

function linksOf(
  trigger: string,
  found: UnknownObject | undefined,
  action: string,
): readonly Removal[] {
  const { description, actions = [] } = found === undefined ? {} : readTrigger(found);
  const isOurs = isMarked(description) && actions.some((one) => one.split("/").at(-1) === action);
  return isOurs ? [{ kind: "link", name: trigger, change: "delete" }] : [];
}

function toRemoval(kind: Removal["kind"], name: string, description: string | undefined): Removal {
  if (description === undefined) {
    return { kind, name, change: "absent" };
  }
  return isMarked(description)
    ? { kind, name, change: "delete" }
    : { kind, name, change: "kept", reason: "it was not made by this command" };
}

/** Keeps a package that others have put something into (PACKAGE_NOT_EMPTY, HTTP 409, seen in public code). */
export async function remove(removal: Removal, names: Names, api: ManagementApi): Promise<Removal> {
  try {
    await api(toRequest(removal, names));
    return removal;
  } catch (error) {
    if (!(error instanceof ApiFailure)) {
      throw error;
    }
    if (error.isAbsent) {
      return { ...removal, change: "absent" };
    }
    if (removal.kind === "package" && error.isConflict) {
      return { ...removal, change: "kept", reason: "it holds something else" };
    }
    throw error;
  }
}

function toRequest({ kind, name }: Removal, names: Names) {
  const method = "DELETE" as const;
  switch (kind) {
    case "link": {
      const { packageName } = names;
      return linkAction(method, { trigger: name, action: actionOf(name, names), packageName });
    }
    case "trigger":
      return { method, path: triggerPath(name) };
    case "action":
      return { method, path: actionPath(names.packageName, name) };
    case "package":
      return { method, path: `/packages/${encodeURIComponent(name)}` };
  }
}

/** Throws for a name that is no trigger of ours: nothing plans a link of one. */
function actionOf(trigger: string, { triggers, actions }: Names): string {
  const name = functionNames.find((one) => triggers[one] === trigger);
  if (name === undefined) {
    throw new Error(`no function has the trigger ${trigger}`);
  }
  return actions[name];
}
