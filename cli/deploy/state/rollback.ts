import { functionNames, isFunctionName } from "../../project/functions.ts";
import type { Removal } from "../apply/remove.ts";
import type { Wanted } from "../desired/desired-state.ts";
import { toNames } from "../desired/names.ts";
import type { ReportedChange } from "../output/report.ts";
import { makePlan, type Plan, type PlanOptions, type PlanStep } from "../plan/plan.ts";
import type { Prepared } from "../prepare.ts";
import { planRemovals } from "./created.ts";
import { isEmpty, type RecordedGateway, type RollbackRecord } from "./record.ts";
import { bindingOf, withAfter } from "./recorder.ts";
import { restoreAll } from "./restore-all.ts";
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
  /** Resources that cannot be put back, and why. */
  readonly refused: readonly ReportedChange[];
  readonly removals: readonly Removal[];
  readonly warnings: readonly string[];
  /** The part of API Gateway, if the apply looked at it. */
  readonly gateway: RecordedGateway | undefined;
  /** Says that the record is done with: the next rollback goes one further, from what API Gateway then is. */
  readonly forget: (after: Readonly<Record<string, string>> | undefined) => void;
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
  return {
    parts,
    refused: restored.refused,
    removals: await planRemovals(chosen, { names, overwriteParameters }, prepared),
    warnings: restored.warnings,
    gateway: chosen.gateway,
    forget: (after) => {
      forget(store, record, options.only);
      refresh(store, after);
    },
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
  const { gateway, ...others } = record;
  const isChosen = (one: { readonly function: string }) => one.function === only;
  return {
    ...others,
    packages: [],
    actions: record.actions.filter(isChosen),
    triggers: record.triggers.filter(isChosen),
    ...(only === "webhook" && gateway !== undefined ? { gateway } : {}),
  };
}

function forget(store: RecordStore, record: RollbackRecord, only: string | undefined): void {
  const isLeft = (one: { readonly function: string }) =>
    only !== undefined && one.function !== only;
  const actions = record.actions.filter(isLeft);
  const triggers = record.triggers.filter(isLeft);
  const { gateway, ...others } = record;
  const isGatewayLeft = gateway !== undefined && only !== "webhook";
  const left = { ...others, actions, triggers, ...(isGatewayLeft ? { gateway } : {}) };
  if (only === undefined || isEmpty({ ...left, packages: [] })) {
    store.remove(record);
  } else {
    store.write(left);
  }
}

/** A change that a rollback put back is nobody else's. */
function refresh(store: RecordStore, after: Readonly<Record<string, string>> | undefined): void {
  const [last] = store.records();
  if (last?.gateway !== undefined && after !== undefined) {
    store.write(withAfter(last, after));
  }
}

/** Values that cannot be read are left alone by an apply. A rollback has nothing else to do, so it stops. */
function refuseKept(step: PlanStep): PlanStep {
  return step.change === "kept" ? { ...step, change: "refused" } : step;
}
