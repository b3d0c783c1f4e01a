import { functionNames } from "../../lib/registry/names.ts";
import { applyPlan, verify } from "./apply/apply.ts";
import { type Removal, remove } from "./apply/remove.ts";
import { type Smoke, smoke } from "./apply/smoke.ts";
import type { CommandContext, CommandName, DeployOptions } from "./deploy-options.ts";
import { cronWarnings } from "./desired/cron-option.ts";
import { type Deployment, scheduledOptions } from "./desired/deployment.ts";
import type { Wanted } from "./desired/desired-state.ts";
import { toNames } from "./desired/names.ts";
import { apiGatewaySteps } from "./output/api-gateway-steps.ts";
import { anyTriggerWarnings, consoleTriggers, manualRemoval } from "./output/console-steps.ts";
import type { DeployProgress } from "./output/progress.ts";
import { type DeployReport, toReportedChange } from "./output/report.ts";
import type { Plan, PlanOptions } from "./plan/plan.ts";
import { survey, surveyRemoval } from "./plan/survey.ts";
import { type Prepared, wantedFrom } from "./prepare.ts";
import { recordBefore } from "./state/recorder.ts";
import { planRollback, wantedForSmoke } from "./state/rollback.ts";

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
  if (command === "rollback" || command === "plan of rollback") {
    return await performRollback(command, prepared, running);
  }
  if (command === "plan" || command === "apply") {
    return await performPlan(command, prepared, running);
  }
  const removals = await performRemoval(command, prepared, running);
  return {
    command,
    place: shownPlace(place),
    ...shownLocal(prepared),
    ok: true,
    changes: removals.map(toReportedChange),
    warnings: [],
    problems: [],
    manualSteps: manualRemoval(deployment),
  };
}

async function performPlan(
  command: "plan" | "apply",
  prepared: Prepared,
  running: Running,
): Promise<DeployReport> {
  const { place, deployment } = prepared;
  const { adopt = false, artifacts, overwriteParameters = false, prune = false } = running.options;
  const wanted = wantedFrom(prepared, artifacts);
  const surveyed = await survey(wanted, prepared, { adopt, overwriteParameters });
  const { plan, planning, moved, leftovers } = surveyed;
  const pruned = [...moved, ...(prune ? leftovers : [])];
  const refused = refusals(plan);
  const report = {
    command,
    place: shownPlace(place),
    ...shownLocal(prepared),
    ok: refused.length === 0,
    changes: [...plan.steps, ...pruned].map(toReportedChange),
    warnings: [
      ...(prune ? [] : leftovers.map(leftoverText)),
      ...surveyed.warnings,
      ...place.notes,
      ...warningsFor(deployment),
      ...anyTriggerWarnings(deployment),
      ...prepared.warnings,
      ...plan.warnings,
    ],
    problems: refused.length === 0 ? [] : [...refused, "nothing was changed"],
    manualSteps: apiGatewaySteps(deployment, place),
    ...consoleTriggers(deployment),
  };
  return command === "plan" || !report.ok
    ? report
    : await performApply(report, prepared, { ...running, wanted, plan, planning, pruned });
}

type Applied = Running & {
  readonly wanted: Wanted;
  readonly plan: Plan;
  readonly planning: PlanOptions;
  readonly pruned: readonly Removal[];
};

async function performApply(
  report: DeployReport,
  prepared: Prepared,
  running: Applied,
): Promise<DeployReport> {
  const { api, place } = prepared;
  const { surroundings, progress, wanted, plan, planning, pruned } = running;
  const versions = prepared.versions;
  const applying = { wanted, api, place, planning, progress, freeze: versions.freeze };
  const { deployment } = prepared;
  const complete = await recordBefore(
    { steps: plan.steps, removals: pruned, packageName: wanted.packageName },
    { api, place, deployment, folder: running.options.state, now: surroundings.effects.now },
  );
  const kept = await applyPlan(plan, applying);
  await removeAll(pruned, prepared, running);
  complete();
  const verified = await verify(applying, surroundings.effects, kept);
  const tried = await performSmoke(prepared, running, wanted);
  return {
    ...report,
    ok: verified.problems.length === 0 && tried?.ending !== "failed",
    problems: verified.problems,
    warnings: [...report.warnings, ...versions.warnings(), ...verified.notes],
    ...(tried === undefined ? {} : { smoke: tried }),
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

async function performRollback(
  command: "rollback" | "plan of rollback",
  prepared: Prepared,
  running: Running,
): Promise<DeployReport> {
  const { api, place } = prepared;
  const { options, surroundings, progress } = running;
  const { adopt = false, overwriteParameters = false, rollback, state: folder } = options;
  const only = typeof rollback === "string" ? rollback : undefined;
  const planned = await planRollback(prepared, { only, folder, adopt, overwriteParameters });
  const steps = planned.parts.flatMap(({ plan }) => plan.steps);
  const refused = refusals({ steps });
  const report = {
    command,
    place: shownPlace(place),
    ...shownLocal(prepared),
    ok: refused.length === 0,
    changes: [...steps, ...planned.removals].map(toReportedChange),
    warnings: [...planned.warnings, ...prepared.warnings],
    problems: refused.length === 0 ? [] : [...refused, "nothing was changed"],
    manualSteps: [],
  };
  if (command === "plan of rollback" || !report.ok) {
    return report;
  }
  const freeze = prepared.versions.freeze;
  const contexts = planned.parts.map((part) => ({ ...part, api, place, progress, freeze }));
  for (const { plan, ...context } of contexts) {
    await applyPlan(plan, context);
  }
  await removeAll(planned.removals, prepared, running);
  const problems: string[] = [];
  for (const context of contexts) {
    problems.push(...(await verify(context, surroundings.effects)).problems);
  }
  if (problems.length > 0) {
    return { ...report, ok: false, problems };
  }
  // After this the next rollback goes one further, so nothing that can fail for the API comes later.
  const wanted = await wantedForSmoke(prepared, planned.parts);
  planned.forget();
  const tried = await performSmoke(prepared, running, wanted);
  return {
    ...report,
    ok: tried?.ending !== "failed",
    warnings: [...report.warnings, ...prepared.versions.warnings()],
    ...(tried === undefined ? {} : { smoke: tried }),
  };
}

function refusals({ steps }: Pick<Plan, "steps">): readonly string[] {
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
  const planned = await surveyRemoval(prepared);
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
