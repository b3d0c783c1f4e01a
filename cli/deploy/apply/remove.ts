import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import type { FunctionName } from "../../../lib/registry/names.ts";
import { functionNames, functions as registered } from "../../project/functions.ts";
import type { TriggerNames } from "../actual/list-triggers.ts";
import { readAction } from "../actual/read-state.ts";
import { readTrigger } from "../actual/read-trigger.ts";
import { ApiFailure } from "../api/api-failure.ts";
import { actionPath, findContent, type ManagementApi, triggerPath } from "../api/management-api.ts";
import { linkAction } from "../api/requests.ts";
import { anyTriggerOptions, type Deployment } from "../desired/deployment.ts";
import { anyTriggerMark, type Names, toAnyTriggerName } from "../desired/names.ts";
import { defaultTriggerNames, ownNameOf } from "../desired/triggers/trigger-options.ts";
import { isOwn } from "../plan/ownership.ts";
import { parseMark } from "../state/mark.ts";

/** A resource that has one of our names, whether or not this command made it. */
export type Removal = {
  readonly kind: "link" | "trigger" | "action" | "package";
  readonly name: string;
  readonly change: "delete" | "absent" | "kept";
  readonly reason?: string;
  /** The action that a link leads to. */
  readonly runs?: string;
  /** The package of the action. Absent if it is the configuration's. */
  readonly packageName?: string;
};

/**
 * Plans the removal of everything that the prefix can have made, whether or not the configuration still names it. A
 * link is removed before its trigger, and triggers before actions. A resource without our mark is kept.
 */
export async function planRemoval(
  deployment: Deployment,
  { names, listed }: Pick<RemovalContext, "names" | "listed">,
  api: ManagementApi,
): Promise<readonly Removal[]> {
  const removals = [...(await removalsOf(functionNames, { deployment, names, listed }, api))];
  if (names.packageName !== "-") {
    const found = await findContent(api, `/packages/${encodeURIComponent(names.packageName)}`);
    const description = typeof found?.["description"] === "string" ? found["description"] : "";
    removals.push(
      toRemoval({ kind: "package", name: names.packageName }, found && description, names),
    );
  }
  return removals;
}

export type Leftovers = {
  readonly removals: readonly Removal[];
  readonly warnings: readonly string[];
};

/**
 * Finds functions and triggers that an earlier configuration named and this one does not: their triggers still fire.
 */
export async function findLeftovers(
  deployment: Deployment,
  { names, listed }: Pick<RemovalContext, "names" | "listed">,
  api: ManagementApi,
): Promise<Leftovers> {
  const dropped = functionNames.filter((name) => deployment.functions[name] === undefined);
  const context = { deployment, names, listed };
  const kept = functionNames.filter((name) => !dropped.includes(name));
  const removals = [
    ...(await triggerRemovals(kept, context, api)),
    ...(await removalsOf(dropped, context, api)),
  ];
  const hasAny = kept.some((name) => anyTriggerOptions(deployment, name) !== undefined);
  return {
    removals: removals.filter(({ change }) => change === "delete"),
    warnings: listed === undefined && hasAny ? [notListed] : [],
  };
}

const notListed =
  "the API does not list its triggers, so one that an earlier configuration named is not found: look in the console";

export type RemovalContext = {
  readonly deployment: Deployment;
  readonly names: Names;
  readonly listed: TriggerNames;
};

async function removalsOf(
  functions: readonly FunctionName[],
  context: RemovalContext,
  api: ManagementApi,
): Promise<readonly Removal[]> {
  const { names } = context;
  const triggers: Removal[] = [];
  const actions: Removal[] = [];
  for (const name of functions) {
    const action = names.actions[name];
    for (const trigger of triggersOf(name, context)) {
      triggers.push(...(await removalsOfTrigger(trigger, { action, names }, api)));
    }
    const found = await findContent(api, actionPath(names.packageName, action));
    const description = found && (readAction(found).description ?? "");
    actions.push(toRemoval({ kind: "action", name: action }, description, names));
  }
  return [...triggers, ...(await triggerRemovals(functions, context, api)), ...actions];
}

/** Returns the names of the triggers that the configuration gives a function, or would give it. */
function triggersOf(name: FunctionName, { deployment, names }: RemovalContext): readonly string[] {
  const single = names.triggers[name];
  const several = anyTriggerOptions(deployment, name)?.triggers ?? [];
  return [
    ...(single === undefined ? [] : [single]),
    ...several.map((options) => toAnyTriggerName(deployment, name, ownNameOf(options))),
  ];
}

async function removalsOfTrigger(
  trigger: string,
  { action, names }: LinkedAction,
  api: ManagementApi,
): Promise<readonly Removal[]> {
  const found = await findContent(api, triggerPath(trigger));
  const description = found && (readTrigger(found).description ?? "");
  return [
    ...linksOf(trigger, found, { action, names }),
    toRemoval({ kind: "trigger", name: trigger }, description, names),
  ];
}

/**
 * Finds triggers that an earlier configuration gave to functions which any trigger calls. Their names are the user's, so
 * they are taken from the list of all, and the mark must name the function's action.
 */
async function triggerRemovals(
  functions: readonly FunctionName[],
  context: RemovalContext,
  api: ManagementApi,
): Promise<readonly Removal[]> {
  const removals: Removal[] = [];
  for (const name of functions.filter((one) => registered[one].triggeredBy === "any")) {
    const { names } = context;
    const action = names.actions[name];
    const configured = triggersOf(name, context);
    const unnamed = candidatesOf(name, context).filter((trigger) => !configured.includes(trigger));
    for (const trigger of unnamed) {
      const found = await findContent(api, triggerPath(trigger));
      const { description } = found === undefined ? {} : readTrigger(found);
      const isOurs =
        description?.startsWith(anyTriggerMark(name, action)) === true &&
        isOwnOf(description, names);
      if (isOurs) {
        removals.push(...linksOf(trigger, found, { action, names }));
        removals.push({ kind: "trigger", name: trigger, change: "delete" });
      }
    }
  }
  return removals;
}

/** Without a list, the names that triggers have by default are tried. */
function candidatesOf(
  name: FunctionName,
  { deployment, listed }: RemovalContext,
): readonly string[] {
  const toName = (own: string) => toAnyTriggerName(deployment, name, own);
  return (
    listed?.filter((trigger) => trigger.startsWith(toName(""))) ?? defaultTriggerNames.map(toName)
  );
}

function linksOf(
  trigger: string,
  found: UnknownObject | undefined,
  { action, names }: LinkedAction,
): readonly Removal[] {
  const { description, actions = [] } = found === undefined ? {} : readTrigger(found);
  const isOurs =
    isOwnOf(description, names) && actions.some((one) => one.split("/").at(-1) === action);
  const runs = parseMark(description)?.runs;
  const packageName = runs?.action === action ? runs.packageName : names.packageName;
  return isOurs
    ? [{ kind: "link", name: trigger, change: "delete", runs: action, packageName }]
    : [];
}

type LinkedAction = { readonly action: string; readonly names: Names };

function isOwnOf(description: string | undefined, { owners }: Names): boolean {
  const mark = parseMark(description);
  return mark !== undefined && isOwn(mark, owners);
}

function toRemoval(
  { kind, name }: Pick<Removal, "kind" | "name">,
  description: string | undefined,
  { owners }: Names,
): Removal {
  if (description === undefined) {
    return { kind, name, change: "absent" };
  }
  const mark = parseMark(description);
  if (mark === undefined) {
    return { kind, name, change: "kept", reason: "it was not made by this command" };
  }
  return isOwn(mark, owners)
    ? { kind, name, change: "delete" }
    : { kind, name, change: "kept", reason: `it belongs to another deployment: ${mark.owner}` };
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

function toRequest({ kind, name, runs = "", packageName: own }: Removal, names: Names) {
  const packageName = own ?? names.packageName;
  const method = "DELETE" as const;
  switch (kind) {
    case "link":
      return linkAction(method, { trigger: name, action: runs, packageName });
    case "trigger":
      return { method, path: triggerPath(name) };
    case "action":
      return { method, path: actionPath(packageName, name) };
    case "package":
      return { method, path: `/packages/${encodeURIComponent(name)}` };
  }
}
