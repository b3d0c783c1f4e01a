import { functionNames } from "../../lib/registry/names.ts";
import { applyPlan, verify } from "./apply/apply.ts";
import { findLeftovers, planRemoval, type Removal, remove } from "./apply/remove.ts";
import { type Smoke, smoke } from "./apply/smoke.ts";
import type { CommandContext, CommandName, DeployOptions } from "./deploy-options.ts";
import { cronWarnings } from "./desired/cron-option.ts";
import { type Deployment, scheduledOptions } from "./desired/deployment.ts";
import type { Wanted } from "./desired/desired-state.ts";
import { toNames } from "./desired/names.ts";
import {
  applyGatewayPart,
  type GatewayPart,
  planGatewayPart,
  removeGatewayPart,
} from "./gateway/gateway.ts";
import { anyTriggerWarnings, consoleTriggers, manualRemoval } from "./output/console-steps.ts";
import type { DeployProgress } from "./output/progress.ts";
import { type DeployReport, toReportedChange } from "./output/report.ts";
import { makePlan, type Plan } from "./plan/plan.ts";
import { type Prepared, wantedFrom } from "./prepare.ts";

export type Running = {
  readonly options: DeployOptions;
  readonly surroundings: CommandContext;
  readonly progress: DeployProgress;
};

/** Carries out one command, whose settings are already checked. Throws an ApiFailure. */
export async function perform(
  command: CommandName,
  prepared: Prepared,
  running: Running,
): Promise<DeployReport> {
  const { place, deployment } = prepared;
  if (command === "plan" || command === "apply") {
    return await performPlan(command, prepared, running);
  }
  const isPlan = command === "plan of remove";
  const gateway = await removeGatewayPart(isPlan, { prepared, progress: running.progress });
  const removals = await performRemoval(command, prepared, running);
  return {
    command,
    place: shownPlace(place),
    ...shownLocal(prepared),
    ok: true,
    changes: [...gateway.changes, ...removals.map(toReportedChange)],
    warnings: gateway.warnings,
    problems: [],
    manualSteps: [...gateway.manualSteps, ...manualRemoval(deployment)],
  };
}

async function performPlan(
  command: "plan" | "apply",
  prepared: Prepared,
  running: Running,
): Promise<DeployReport> {
  const { place, deployment, api } = prepared;
  const { adopt = false, artifacts, prune = false } = running.options;
  const wanted = wantedFrom(prepared, artifacts);
  const plan = await makePlan(wanted, api, { adopt });
  const { removals: leftovers, warnings } = await findLeftovers(
    deployment,
    toNames(deployment),
    api,
  );
  const pruned = prune ? leftovers : [];
  const gateway = await planGatewayPart({ ...running, prepared, wanted });
  const refused = [...refusals(plan), ...gateway.refused];
  const report = {
    command,
    place: shownPlace(place),
    ...shownLocal(prepared),
    ok: refused.length === 0,
    changes: [
      ...plan.steps.map(toReportedChange),
      ...gateway.changes,
      ...pruned.map(toReportedChange),
    ],
    warnings: [
      ...(prune ? [] : leftovers.map(leftoverText)),
      ...warnings,
      ...place.notes,
      ...warningsFor(deployment),
      ...anyTriggerWarnings(deployment),
      ...prepared.warnings,
      ...plan.warnings,
      ...gateway.warnings,
    ],
    problems: refused.length === 0 ? [] : [...refused, "nothing was changed"],
    ...(gateway.report === undefined ? {} : { gateway: gateway.report }),
    manualSteps: gateway.manualSteps,
    ...consoleTriggers(deployment),
  };
  return command === "plan" || !report.ok
    ? report
    : await performApply(report, prepared, { ...running, wanted, plan, pruned, gateway });
}

type Applied = Running & {
  readonly wanted: Wanted;
  readonly plan: Plan;
  readonly pruned: readonly Removal[];
  readonly gateway: GatewayPart;
};

async function performApply(
  report: DeployReport,
  prepared: Prepared,
  running: Applied,
): Promise<DeployReport> {
  const { api, place } = prepared;
  const { options, surroundings, progress, wanted, plan, pruned } = running;
  const applying = { wanted, api, place, adopt: options.adopt === true, progress };
  await applyPlan(plan, applying);
  await removeAll(pruned, prepared, running);
  const verified = await verify(applying, surroundings.effects);
  const gateway = await applyGatewayPart(running.gateway, { ...running, prepared, wanted });
  const tried = await performSmoke(prepared, running, wanted);
  return {
    ...report,
    ok: verified.problems.length === 0 && tried?.ending !== "failed" && gateway.ok,
    problems: [...verified.problems, ...gateway.problems],
    warnings: [...report.warnings, ...verified.notes],
    ...(tried === undefined ? {} : { smoke: tried }),
    ...(gateway.report === undefined ? {} : { gateway: gateway.report }),
    manualSteps: gateway.manualSteps,
  };
}

function shownPlace({
  region,
  origin,
  basePath,
  platform,
}: Prepared["place"]): DeployReport["place"] {
  return { region, origin, basePath, platform };
}

function shownLocal({ local }: Prepared): Pick<DeployReport, "local"> {
  return local === undefined ? {} : { local };
}

function refusals({ steps }: Plan): readonly string[] {
  return steps.flatMap(({ change, kind, name, reason = "" }) =>
    change === "refused" ? [`${kind} ${name}: ${reason}`] : [],
  );
}

async function performSmoke(
  { api, local }: Prepared,
  { options, surroundings }: Running,
  wanted: Wanted,
): Promise<Smoke | undefined> {
  const { standIn = local?.dataStream } = options;
  return options.smoke
    ? await smoke({ wanted, api, standIn, effects: surroundings.effects })
    : undefined;
}

async function performRemoval(
  command: CommandName,
  prepared: Prepared,
  running: Running,
): Promise<readonly Removal[]> {
  const planned = await planRemoval(
    prepared.deployment,
    toNames(prepared.deployment),
    prepared.api,
  );
  if (command === "plan of remove") {
    return planned;
  }
  return await removeAll(planned, prepared, running);
}

async function removeAll(
  removals: readonly Removal[],
  { deployment, api }: Prepared,
  { progress }: Running,
): Promise<readonly Removal[]> {
  const names = toNames(deployment);
  const done: Removal[] = [];
  for (const removal of removals) {
    progress.begin(toReportedChange(removal));
    const ended = removal.change === "delete" ? await remove(removal, names, api) : removal;
    progress.end(toReportedChange(ended));
    done.push(ended);
  }
  return done;
}

function leftoverText({ kind, name }: Removal): string {
  return `${kind} ${name} is there from an earlier configuration: delete it with --prune`;
}

function warningsFor(deployment: Deployment): readonly string[] {
  const crons = functionNames.flatMap((name) => {
    const options = scheduledOptions(deployment, name);
    return options === undefined ? [] : [{ name, cron: options.cronOption ?? options.cron }];
  });
  return [
    ...(crons.length === 0
      ? []
      : [
          "the time zone of cron triggers is not documented; UTC+9 was seen once, in Korea. HEARTBEAT_TIMEZONE must name the same one",
        ]),
    ...crons.flatMap(({ name, cron }) =>
      cronWarnings(cron).map((warning) => `functions.${name}.cron, ${warning}`),
    ),
  ];
}
