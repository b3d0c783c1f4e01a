import { listTriggers } from "../actual/list-triggers.ts";
import { type Marked, scan } from "../actual/scan.ts";
import type { ManagementApi } from "../api/management-api.ts";
import { leftAlone, planMoved } from "../apply/moved.ts";
import { findLeftovers, planRemoval, type Removal } from "../apply/remove.ts";
import type { Deployment } from "../desired/deployment.ts";
import type { Wanted } from "../desired/desired-state.ts";
import { type Names, toNames } from "../desired/names.ts";
import { isOwn } from "./ownership.ts";
import { makePlan, type Plan, type PlanOptions } from "./plan.ts";

/** The work to be done, and the resources beside it. */
export type Survey = {
  readonly plan: Plan;
  readonly planning: PlanOptions;
  /** Resources with the configuration's name in an earlier package or under an earlier prefix. */
  readonly moved: readonly Removal[];
  /** Resources that an earlier configuration named. Only `--prune` removes them. */
  readonly leftovers: readonly Removal[];
  readonly warnings: readonly string[];
};

type SurveyOptions = Pick<PlanOptions, "adopt" | "overwriteParameters">;

/** Reads what is there and compares it with what is wanted. Changes nothing. */
export async function survey(
  wanted: Wanted,
  { deployment, api }: { readonly deployment: Deployment; readonly api: ManagementApi },
  options: SurveyOptions,
): Promise<Survey> {
  const names = toNames(deployment);
  const listed = await listTriggers(api);
  const marked = await scan(api, listed);
  const planning = { ...options, owners: names.owners, elsewhere: elsewhereIn(marked, names) };
  const plan = await makePlan(wanted, api, planning);
  const isWanted = (name: string) => wanted.triggers.some((one) => one.name === name);
  const moved = planMoved(marked, { ...deployment, isWanted }, names);
  const { removals, warnings } = await findLeftovers(deployment, { names, listed }, api);
  return {
    plan,
    planning,
    moved,
    leftovers: removals.filter(
      ({ kind, name }) => !moved.some((one) => one.kind === kind && one.name === name),
    ),
    warnings: [
      ...warnings,
      ...(moved.length > 0 ? [toMoveText(deployment)] : []),
      ...leftAlone(marked, deployment, names),
      ...(marked.isWhole ? [] : [notScanned]),
    ],
  };
}

/** A second stage that is a copy of the first would take the first one away. */
function toMoveText({ name, prefix, package: packageName }: Deployment): string {
  return `the configuration ${name} is deployed with another prefix or package too: an apply moves it to the prefix ${prefix} and the package ${packageName}, and removes it there. If that is another stage, give this one a name of its own`;
}

const notScanned =
  "the API does not list its packages and actions, so what an earlier package or prefix has left is not found: look in the console";

/** A mark of an earlier version names nobody, so its action may be the one that a trigger of ours runs. */
function elsewhereIn({ actions }: Marked, { owners, packageName }: Names) {
  return actions.filter((one) => isOwn(one.mark, owners) && one.packageName !== packageName);
}

/** Plans the removal of everything of the configuration, also of what an interrupted move has left elsewhere. */
export async function surveyRemoval({
  deployment,
  api,
}: {
  readonly deployment: Deployment;
  readonly api: ManagementApi;
}): Promise<readonly Removal[]> {
  const names = toNames(deployment);
  const listed = await listTriggers(api);
  const marked = await scan(api, listed);
  return [
    ...(await planRemoval(deployment, { names, listed }, api)),
    ...planMoved(marked, { ...deployment, isWanted: () => true }, names),
  ];
}
