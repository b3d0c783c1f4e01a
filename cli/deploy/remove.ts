import type { Bag } from "../../lib/bag.ts";
import { ApiFailure } from "./api-failure.ts";
import { actionPath, findContent, type ManagementApi, triggerPath } from "./management-api.ts";
import { isMarked, type Names } from "./names.ts";
import { readAction, readTrigger } from "./read-state.ts";
import { linkAction } from "./requests.ts";

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
  const removals: Removal[] = [];
  for (const [name, trigger] of Object.entries(names.triggers)) {
    const found = await findContent(api, triggerPath(trigger));
    const action = names.actions[name as keyof typeof names.triggers];
    removals.push(...linksOf(trigger, found, action));
    removals.push(toRemoval("trigger", trigger, found && (readTrigger(found).description ?? "")));
  }
  for (const action of Object.values(names.actions)) {
    const found = await findContent(api, actionPath(names.packageName, action));
    removals.push(toRemoval("action", action, found && (readAction(found).description ?? "")));
  }
  if (names.packageName !== "-") {
    const found = await findContent(api, `/packages/${encodeURIComponent(names.packageName)}`);
    const description = typeof found?.["description"] === "string" ? found["description"] : "";
    removals.push(toRemoval("package", names.packageName, found && description));
  }
  return removals;
}

function linksOf(trigger: string, found: Bag | undefined, action: string): readonly Removal[] {
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
