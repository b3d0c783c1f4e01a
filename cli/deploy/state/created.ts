import { type ActualAction, readAction } from "../actual/read-state.ts";
import { readTrigger } from "../actual/read-trigger.ts";
import { actionPath, findContent, triggerPath } from "../api/management-api.ts";
import type { Removal } from "../apply/remove.ts";
import type { Names } from "../desired/names.ts";
import { isOwn } from "../plan/ownership.ts";
import { whyUnreadable } from "../plan/unreadable.ts";
import type { Prepared } from "../prepare.ts";
import { parseMark } from "./mark.ts";
import type { RollbackRecord } from "./record.ts";

type RemovalOptions = { readonly names: Names } & {
  readonly overwriteParameters: boolean;
};

/** Keeps an action whose parameters somebody encrypted since: nobody here could make it again. */
function toActionRemoval(
  name: string,
  actual: ActualAction | undefined,
  { names, overwriteParameters }: RemovalOptions,
): Removal {
  const removal = toRemoval("action", name, actual && { description: actual.description, names });
  const reason = overwriteParameters ? undefined : whyUnreadable({ parameters: {} }, actual);
  return reason === undefined ? removal : { ...removal, change: "kept", reason };
}

/** Removes the resources that the apply created: links first, so that nothing fires any more. */
export async function planRemovals(
  { packages, actions, triggers }: RollbackRecord,
  options: RemovalOptions,
  { api }: Prepared,
): Promise<readonly Removal[]> {
  const { names } = options;
  const links: Removal[] = [];
  const removals: Removal[] = [];
  for (const { name } of triggers.filter(({ before }) => before === null)) {
    const found = await findContent(api, triggerPath(name));
    const { description, actions: linked = [] } = found === undefined ? {} : readTrigger(found);
    const removal = toRemoval("trigger", name, found && { description, names });
    const runs = parseMark(description)?.runs;
    const isRunning = linked.some((one) => one.split("/").at(-1) === runs?.action);
    if (removal.change === "delete" && runs !== undefined && isRunning) {
      const { action, packageName } = runs;
      links.push({ kind: "link", name, change: "delete", runs: action, packageName });
    }
    removals.push(removal);
  }
  for (const { name, packageName } of actions.filter(({ before }) => before === null)) {
    const found = await findContent(api, actionPath(packageName, name));
    removals.push({ ...toActionRemoval(name, found && readAction(found), options), packageName });
  }
  const holding = removals.filter(({ change }) => change === "kept");
  const created = packages.filter(({ before }) => before === null);
  return [
    ...links,
    ...removals,
    ...created.map(({ name }): Removal => {
      const isEmptied = !holding.some(({ packageName }) => packageName === name);
      return isEmptied
        ? { kind: "package", name, change: "delete" }
        : { kind: "package", name, change: "kept", reason: "it holds something else" };
    }),
  ];
}

type Described = { readonly description: string | undefined; readonly names: Names };

function toRemoval(kind: Removal["kind"], name: string, found: Described | undefined): Removal {
  if (found === undefined) {
    return { kind, name, change: "absent" };
  }
  const mark = parseMark(found.description);
  return mark !== undefined && isOwn(mark, found.names.owners)
    ? { kind, name, change: "delete" }
    : { kind, name, change: "kept", reason: "it is no longer this deployment's" };
}
