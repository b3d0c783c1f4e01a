import { applyPlan, verify } from "../apply/apply.ts";
import { type DeployReport, isDifferent, toReportedChange } from "../output/report.ts";
import { toWarningLines } from "../output/warnings.ts";
import type { Prepared } from "../prepare.ts";
import { planRollback, wantedForSmoke } from "../state/rollback.ts";
import { performSmoke } from "./apply.ts";
import { refusals } from "./plan.ts";
import { removeAll } from "./remove.ts";
import { type Running, shownPlace, shownUrl } from "./running.ts";

type PlannedRollback = Awaited<ReturnType<typeof planRollback>>;

/** Shows what a rollback would change, or carries it out. Throws a UsageError or an ApiFailure. */
export async function performRollback(
  command: "rollback" | "plan of rollback",
  prepared: Prepared,
  running: Running,
): Promise<DeployReport> {
  const { adopt = false, overwriteParameters = false, rollback, state: folder } = running.options;
  const only = typeof rollback === "string" ? rollback : undefined;
  const planned = await planRollback(prepared, { only, folder, adopt, overwriteParameters });
  const steps = planned.parts.flatMap(({ plan }) => plan.steps);
  const refused = refusals({ steps });
  const changes = [...steps, ...planned.removals].map(toReportedChange);
  const report: DeployReport = {
    command,
    ...shownPlace(prepared),
    ...shownUrl(prepared, undefined),
    ok: refused.length === 0,
    changes,
    ...(command === "plan of rollback" ? { differs: isDifferent(changes) } : {}),
    leftovers: [],
    warnings: toWarningLines([...planned.warnings, ...prepared.warnings]),
    problems: refused.length === 0 ? [] : [...refused, "nothing was changed"],
    manualSteps: [],
  };
  return command === "plan of rollback" || !report.ok
    ? report
    : await carryOut({ report, planned }, prepared, running);
}

async function carryOut(
  { report, planned }: { readonly report: DeployReport; readonly planned: PlannedRollback },
  prepared: Prepared,
  running: Running,
): Promise<DeployReport> {
  const { api, place, versions } = prepared;
  const { surroundings, progress } = running;
  const contexts = planned.parts.map((part) => ({
    ...part,
    ...{ api, place, progress, freeze: versions.freeze },
  }));
  for (const { plan, ...context } of contexts) {
    await applyPlan(plan, context);
  }
  await removeAll(planned.removals, prepared, running);
  const problems: string[] = [];
  for (const context of contexts) {
    problems.push(...(await verify(context, surroundings.effects)).problems);
  }
  const verification = { problems, notes: [] };
  if (problems.length > 0) {
    return { ...report, ok: false, problems, verification };
  }
  // After this the next rollback goes one further, so nothing that can fail for the API comes later.
  const wanted = await wantedForSmoke(prepared, planned.parts);
  planned.forget();
  const tried = await performSmoke(prepared, running, wanted);
  return {
    ...report,
    ok: tried?.ending !== "failed",
    verification,
    warnings: [...report.warnings, ...versions.warnings()],
    ...(tried === undefined ? {} : { smoke: tried }),
  };
}
