import { functionNames, isFunctionName } from "../../project/functions.ts";
import { type ActualAction, readAction } from "../actual/read-state.ts";
import { readTrigger } from "../actual/read-trigger.ts";
import { actionPath, findContent, triggerPath } from "../api/management-api.ts";
import type { Removal } from "../apply/remove.ts";
import type { Wanted, WantedAction } from "../desired/desired-state.ts";
import { type Names, toNames } from "../desired/names.ts";
import { githubTriggers, type WantedTrigger } from "../desired/triggers/desired-triggers.ts";
import { isOwn } from "../plan/ownership.ts";
import { makePlan, type Plan, type PlanOptions, type PlanStep } from "../plan/plan.ts";
import { whyUnreadable } from "../plan/unreadable.ts";
import type { Prepared } from "../prepare.ts";
import { toActionBefore } from "./capture.ts";
import { parseMark } from "./mark.ts";
import { isEmpty, type RollbackRecord } from "./record.ts";
import { bindingOf } from "./recorder.ts";
import { type RestoreContext, restoreAction, restoreTrigger } from "./restore.ts";
import { openStore, type RecordStore, stateError } from "./store.ts";

export type RollbackOptions = {
  /** The function that is rolled back; undefined for all of the last apply. */
  readonly only: string | undefined;
  readonly folder: string;
  readonly adopt: boolean;
  readonly overwriteParameters: boolean;
};

/** One package's part of a rollback, carried out as a plan of an apply is. */
export type RollbackPart = {
  readonly wanted: Wanted;
  readonly planning: PlanOptions;
  readonly plan: Plan;
};

export type RollbackPlan = {
  readonly parts: readonly RollbackPart[];
  readonly removals: readonly Removal[];
  readonly warnings: readonly string[];
  /** Says that the record is done with: the next rollback goes one further. */
  readonly forget: () => void;
};

/** Plans to put back what the last apply replaced. Throws a UsageError if there is no record. */
export async function planRollback(
  prepared: Prepared,
  options: RollbackOptions,
): Promise<RollbackPlan> {
  const { deployment, place } = prepared;
  checkFunction(options.only);
  const store = openStore(options.folder, bindingOf(deployment, place));
  const record = findRecord(store, options, prepared);
  const chosen = choose(record, options.only);
  const names = toNames(deployment);
  const { adopt, overwriteParameters } = options;
  const elsewhere = record.actions.filter(({ before }) => before === null);
  const planning = { adopt, overwriteParameters, owners: names.owners, elsewhere };
  const context = { hmac: store.hmac, secretOf: prepared.secretOf };
  const restored = await restoreAll(chosen, prepared, context);
  const parts: RollbackPart[] = [];
  for (const wanted of restored.wanted) {
    const accepted = [...wanted.actions, ...wanted.triggers].map(({ description }) => description);
    const own = { ...planning, accepted: accepted.filter((one) => one !== "") };
    const plan = await makePlan(wanted, prepared.api, own);
    const steps = plan.steps.map(refuseKept);
    parts.push({ wanted, planning: own, plan: { ...plan, steps } });
  }
  const refused = { steps: restored.refused, warnings: [] };
  const wanted = { packageName: "-", packageMark: "", actions: [], triggers: [] };
  return {
    parts: restored.refused.length === 0 ? parts : [...parts, { wanted, planning, plan: refused }],
    removals: await planRemovals(chosen, { names, overwriteParameters }, prepared),
    warnings: restored.warnings,
    forget: () => forget(store, record, options.only),
  };
}

function checkFunction(only: string | undefined): void {
  if (only !== undefined && !isFunctionName(only)) {
    throw stateError(
      `--rollback ${only}: there is no such function; there are ${functionNames.join(", ")}`,
    );
  }
}

function findRecord(
  store: RecordStore,
  { only, folder }: RollbackOptions,
  { deployment, place }: Prepared,
): RollbackRecord {
  const record = store.records().find((one) => !isEmpty(choose(one, only)));
  const { prefix, package: packageName } = deployment;
  const whose = `${toNames(deployment).owner}, region ${place.region}, platform ${place.platform}, at ${place.origin}`;
  if (record === undefined) {
    const what = only === undefined ? "" : ` of ${only}`;
    throw stateError(
      `there is no record${what} to roll back to in ${folder} for ${whose}: an --apply writes one before it changes something`,
    );
  }
  if (record.prefix !== prefix || record.packageName !== packageName) {
    throw stateError(
      `the last apply of ${whose} was with the prefix ${record.prefix} and the package ${record.packageName}: give the configuration these, and roll back again`,
    );
  }
  return record;
}

/** Returns the part of a record that is of one function. Packages are of none. */
function choose(record: RollbackRecord, only: string | undefined): RollbackRecord {
  if (only === undefined) {
    return record;
  }
  const isChosen = (one: { readonly function: string }) => one.function === only;
  return {
    ...record,
    packages: [],
    actions: record.actions.filter(isChosen),
    triggers: record.triggers.filter(isChosen),
  };
}

function forget(store: RecordStore, record: RollbackRecord, only: string | undefined): void {
  const isLeft = (one: { readonly function: string }) =>
    only !== undefined && one.function !== only;
  const actions = record.actions.filter(isLeft);
  const triggers = record.triggers.filter(isLeft);
  const left = { ...record, actions, triggers };
  if (only === undefined || actions.length + triggers.length === 0) {
    store.remove(record);
  } else {
    store.write(left);
  }
}

type RestoredAll = {
  readonly wanted: readonly Wanted[];
  readonly refused: readonly PlanStep[];
  readonly warnings: readonly string[];
};

async function restoreAll(
  record: RollbackRecord,
  prepared: Prepared,
  context: RestoreContext,
): Promise<RestoredAll> {
  const actions: { readonly packageName: string; readonly wanted: WantedAction }[] = [];
  const triggers: { readonly packageName: string; readonly wanted: WantedTrigger }[] = [];
  const refused: PlanStep[] = [];
  const warnings: string[] = [];
  for (const one of record.actions.filter(({ before }) => before !== null)) {
    const found = await findContent(prepared.api, actionPath(one.packageName, one.name));
    const restored = restoreAction(one, found, context);
    if (restored.ok) {
      actions.push({ packageName: one.packageName, wanted: restored.wanted });
      warnings.push(...restored.warnings);
    } else {
      refused.push(toRefused("action", one, restored.reason));
    }
  }
  for (const one of record.triggers.filter(({ before }) => before !== null)) {
    const now = {
      actions: toNames(prepared.deployment).actions,
      token: tokenOf(one.name, prepared),
    };
    const restored = restoreTrigger(one, now, context);
    if (restored.ok) {
      const packageName = one.before?.runs?.packageName ?? one.packageName;
      triggers.push({ packageName, wanted: restored.wanted });
      warnings.push(...restored.warnings);
    } else {
      refused.push(toRefused("trigger", one, restored.reason));
    }
  }
  const packages = record.packages.filter(({ before }) => before !== null).map(({ name }) => name);
  const all = [...packages, ...[...actions, ...triggers].map(({ packageName }) => packageName)];
  const wanted = [...new Set(all)].map((packageName) => ({
    packageName,
    packageMark:
      record.packages.find(({ name }) => name === packageName)?.before?.description ?? "",
    actions: actions.filter((one) => one.packageName === packageName).map((one) => one.wanted),
    triggers: triggers.filter((one) => one.packageName === packageName).map((one) => one.wanted),
  }));
  return { wanted, refused, warnings };
}

/** The access token of a GitHub trigger is in the variable that the configuration names. */
function tokenOf(name: string, { deployment, secretOf }: Prepared): string {
  const own = githubTriggers(deployment).find((one) => one.name === name);
  return secretOf(own?.variable ?? "DEPLOY_GITHUB_TOKEN");
}

function toRefused(
  kind: "action" | "trigger",
  { name, packageName }: { readonly name: string; readonly packageName: string },
  reason: string,
): PlanStep {
  return {
    kind: "package",
    name: `${packageName}: ${kind} ${name}`,
    description: "",
    change: "refused",
    fields: [],
    reason,
  };
}

/** Values that cannot be read are left alone by an apply. A rollback has nothing else to do, so it stops. */
function refuseKept(step: PlanStep): PlanStep {
  return step.change === "kept" ? { ...step, change: "refused" } : step;
}

type RemovalOptions = { readonly names: Names } & Pick<RollbackOptions, "overwriteParameters">;

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
async function planRemovals(
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

/** Returns what the smoke call runs after a rollback: the heartbeat or the bucket function, as it is then. */
export async function wantedForSmoke(
  prepared: Prepared,
  parts: readonly RollbackPart[],
): Promise<Wanted> {
  const names = toNames(prepared.deployment);
  for (const name of ["heartbeat", "bucket"] as const) {
    const restored = parts.find(({ wanted }) =>
      wanted.actions.some((one) => one.function === name),
    );
    if (restored !== undefined) {
      return { ...restored.wanted, triggers: [] };
    }
    const action = names.actions[name];
    const found = await findContent(prepared.api, actionPath(names.packageName, action));
    if (found !== undefined) {
      const before = toActionBefore(found, () => "");
      const recorded = { function: name, packageName: names.packageName, name: action, before };
      const now = restoreAction(recorded, found, { hmac: () => "", secretOf: prepared.secretOf });
      const actions = now.ok ? [now.wanted] : [];
      return { packageName: names.packageName, packageMark: "", actions, triggers: [] };
    }
  }
  return { packageName: names.packageName, packageMark: "", actions: [], triggers: [] };
}
