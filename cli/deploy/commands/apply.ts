import { applyPlan } from "../apply/apply.ts";
import { type Smoke, smoke } from "../apply/smoke.ts";
import { verify } from "../apply/verify.ts";
import type { Wanted } from "../desired/desired-state.ts";
import { applyGatewayPart, smokeGatewayPart } from "../gateway/gateway.ts";
import { toRecordedGateway } from "../gateway/rollback-part.ts";
import { type DeployReport, withDone } from "../output/report.ts";
import { mergeNotes } from "../output/warnings.ts";
import type { Prepared } from "../prepare.ts";
import { recordBefore } from "../state/recorder.ts";
import { formerWebhooks, keepFormer, type Planned, performPlan } from "./plan.ts";
import { removeAll } from "./remove.ts";
import { type Running, shownUrl } from "./running.ts";

/** Plans, and carries the plan out if nothing in it is refused. Throws an ApiFailure. */
export async function performApply(prepared: Prepared, running: Running): Promise<DeployReport> {
  const planned = await performPlan("apply", prepared, running);
  return planned.report.ok ? await carryOut(planned, prepared, running) : planned.report;
}

async function carryOut(
  { report, wanted, plan, planning, gateway, pruned }: Planned,
  prepared: Prepared,
  running: Running,
): Promise<DeployReport> {
  const { api, place, deployment, versions } = prepared;
  const { options, surroundings, progress } = running;
  const applying = { wanted, api, place, planning, progress, freeze: versions.freeze };
  const complete = await recordBefore(
    {
      ...{ steps: plan.steps, removals: pruned, packageName: wanted.packageName },
      gateway: toRecordedGateway(gateway),
    },
    { api, place, deployment, folder: options.state, now: surroundings.effects.now },
  );
  const kept = await applyPlan(plan, applying);
  // The URL leads to the new actions before the old ones of a move go.
  const through = { ...running, prepared, wanted, former: formerWebhooks(pruned) };
  const opened = await applyGatewayPart(gateway, through);
  await removeAll(keepFormer(pruned, opened), prepared, running);
  complete(opened.seen?.fingerprints);
  const readBack = await verify(applying, surroundings.effects, kept);
  const problems = [...readBack.problems, ...opened.problems];
  const verified = { problems: readBack.problems, notes: mergeNotes(readBack.notes) };
  const tried = await performSmoke(prepared, running, wanted);
  const called = await smokeGatewayPart(opened, through);
  return {
    ...report,
    changes: withDone(report.changes, opened.changes),
    ...shownUrl(prepared, called.report),
    ok:
      problems.length === 0 &&
      [tried, called.report?.smoke].every((one) => one?.ending !== "failed"),
    problems,
    verification: verified,
    warnings: [...report.warnings, ...versions.warnings(), ...verified.notes],
    ...(tried === undefined ? {} : { smoke: tried }),
    ...(called.report === undefined ? {} : { gateway: called.report }),
    manualSteps: called.manualSteps,
  };
}

export async function performSmoke(
  { api, local }: Prepared,
  { options, surroundings }: Running,
  wanted: Wanted,
): Promise<Smoke | undefined> {
  const { standIn = local?.dataStream } = options;
  return options.smoke
    ? await smoke({ wanted, api, standIn, effects: surroundings.effects })
    : undefined;
}
