import { functionNames } from "../../project/functions.ts";
import type { Removal } from "../apply/remove.ts";
import { cronWarnings } from "../desired/cron-option.ts";
import { type Deployment, scheduledOptions } from "../desired/deployment.ts";
import type { Wanted } from "../desired/desired-state.ts";
import { planGatewayPart } from "../gateway/gateway.ts";
import type { GatewayPart } from "../gateway/gateway-part.ts";
import { anyTriggerWarnings, consoleTriggers } from "../output/console-steps.ts";
import {
  type DeployReport,
  isDifferent,
  type ReportedChange,
  toLeftover,
  toReportedChange,
} from "../output/report.ts";
import { toWarningLines, type Warning } from "../output/warnings.ts";
import type { Plan, PlanOptions } from "../plan/plan.ts";
import { survey } from "../plan/survey.ts";
import { type Prepared, wantedFrom } from "../prepare.ts";
import { type Running, shownPlace, shownUrl } from "./running.ts";

/** A plan, and what is reported of it. */
export type Planned = {
  readonly report: DeployReport;
  readonly wanted: Wanted;
  readonly plan: Plan;
  readonly planning: PlanOptions;
  readonly gateway: GatewayPart;
  /** Resources that a move leaves behind, and those that `--prune` removes. */
  readonly pruned: readonly Removal[];
};

/** Compares the configuration with what is there. Changes nothing. Throws an ApiFailure. */
export async function performPlan(
  command: "plan" | "apply",
  prepared: Prepared,
  running: Running,
): Promise<Planned> {
  const { adopt = false, artifacts, overwriteParameters = false, prune = false } = running.options;
  const { place, deployment } = prepared;
  const wanted = wantedFrom(prepared, artifacts);
  const surveyed = await survey(wanted, prepared, { adopt, overwriteParameters });
  const { plan, planning, moved, leftovers } = surveyed;
  const former = formerWebhooks(moved);
  const gateway = await planGatewayPart({ ...running, prepared, wanted, former });
  const pruned = [...keepFormer(moved, gateway), ...(prune ? leftovers : [])];
  const changes = [
    ...plan.steps.map(toReportedChange),
    ...gateway.changes,
    ...pruned.map(toReportedChange),
  ];
  const refused = [...refusals(plan.steps), ...gateway.refused];
  const report: DeployReport = {
    command,
    ...shownPlace(prepared),
    ...shownUrl(prepared, gateway.report),
    ok: refused.length === 0,
    changes,
    ...(command === "plan" ? { differs: isDifferent(changes) } : {}),
    leftovers: (prune ? [] : leftovers).map(toLeftover),
    warnings: toWarningLines([
      ...(prune ? [] : leftovers.map(leftoverText)),
      ...surveyed.warnings,
      ...place.notes,
      ...warningsFor(deployment),
      ...anyTriggerWarnings(deployment),
      ...prepared.warnings,
      ...plan.warnings,
      ...gateway.warnings,
    ]),
    problems: refused.length === 0 ? [] : [...refused, "nothing was changed"],
    ...(gateway.report === undefined ? {} : { gateway: gateway.report }),
    manualSteps: gateway.manualSteps,
    ...consoleTriggers(prepared),
  };
  return { report, wanted, plan, planning, gateway, pruned };
}

/** Returns the actions of `webhook` that a removal takes away. */
export function formerWebhooks(removals: readonly Removal[]): readonly string[] {
  return removals.flatMap(({ kind, name }) => (kind === "action" && isWebhook(name) ? [name] : []));
}

/** A function of one's own may have a name that ends so too. */
function isWebhook(action: string): boolean {
  const others = functionNames.filter((name) => name.endsWith("-webhook"));
  return action.endsWith("-webhook") && !others.some((name) => action.endsWith(`-${name}`));
}

/** Keeps an action to which senders may still be led, and the package that holds it. */
export function keepFormer(
  removals: readonly Removal[],
  { needsFormer }: Pick<GatewayPart, "needsFormer">,
): readonly Removal[] {
  const former = needsFormer ? formerWebhooks(removals) : [];
  const isKept = ({ kind, name }: Removal) => kind === "action" && former.includes(name);
  const holding = removals.filter(isKept).map(({ packageName }) => packageName);
  return removals.map((one) => {
    if (isKept(one)) {
      return { ...one, change: "kept", reason: ledThere };
    }
    return one.kind === "package" && holding.includes(one.name)
      ? { ...one, change: "kept", reason: "it holds something else" }
      : one;
  });
}

const ledThere =
  "API Gateway leads senders to it, or may do so. An apply that leads them to the new action removes it, and so does --prune with --no-gateway";

export function refusals(
  rows: readonly Pick<ReportedChange, "change" | "kind" | "name" | "reason">[],
): readonly string[] {
  return rows.flatMap(({ change, kind, name, reason = "" }) =>
    change === "refused" ? [`${kind} ${name}: ${reason}`] : [],
  );
}

function leftoverText({ kind, name }: Removal): string {
  return `${kind} ${name} is there from an earlier configuration: delete it with --prune`;
}

function warningsFor(deployment: Deployment): readonly Warning[] {
  const crons = functionNames.flatMap((name) => {
    const options = scheduledOptions(deployment, name);
    return options === undefined ? [] : [{ name, cron: options.cronOption ?? options.cron }];
  });
  return [
    ...(crons.length === 0 ? [] : [{ about: crons.map(({ name }) => name), text: timezoneText }]),
    ...crons.flatMap(({ name, cron }) =>
      cronWarnings(cron).map((warning) => ({
        about: [`functions.${name}.cron`],
        text: `, ${warning}`,
      })),
    ),
  ];
}

const timezoneText =
  ": the time zone of cron triggers is not documented; UTC+9 was seen once, in Korea. HEARTBEAT_TIMEZONE must name the same one";
