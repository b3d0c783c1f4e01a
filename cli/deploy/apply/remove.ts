import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { type FunctionName, functionNames } from "../../shared/function-names.ts";
import { readAction, readTrigger } from "../actual/read-state.ts";
import { ApiFailure } from "../api/api-failure.ts";
import { actionPath, findContent, type ManagementApi, triggerPath } from "../api/management-api.ts";
import { linkAction } from "../api/requests.ts";
import type { Deployment } from "../desired/deployment.ts";
import { isMarked, type Names } from "../desired/names.ts";

/** One of our resources, or one that only bears such a name. */
export type Removal = {
  readonly kind: "link" | "trigger" | "action" | "package";
  readonly name: string;
  readonly change: "delete" | "absent" | "kept";
  readonly reason?: string;
};

/**
 * Everything of ours that the prefix can have made, whether or not the configuration still names it: a link goes
 * before its trigger, triggers before actions. What lacks our mark is kept.
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

/** What an earlier configuration has deployed and this one does not name: its triggers still fire. */
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
    const trigger = name === "webhook" ? undefined : names.triggers[name];
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

/** PACKAGE_NOT_EMPTY, HTTP 409, seen in public code: others have put something into it. */
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

function actionOf(trigger: string, { triggers, actions }: Names): string {
  const names = ["bucket", "heartbeat", "redrive"] as const;
  return actions[names.find((name) => triggers[name] === trigger) ?? "bucket"];
}
