import { applyPlan } from "../apply/apply.ts";
import { verify } from "../apply/verify.ts";
import { applyGatewayPart, planGatewayPart, smokeGatewayPart } from "../gateway/gateway.ts";
import type { GatewayContext, GatewayPart } from "../gateway/gateway-part.ts";
import { leftText } from "../gateway/rollback-part.ts";
import { type DeployReport, isDifferent, toReportedChange, withDone } from "../output/report.ts";
import { toWarningLines } from "../output/warnings.ts";
import type { Prepared } from "../prepare.ts";
import { presentAction, wantedForSmoke } from "../state/present-action.ts";
import { planRollback } from "../state/rollback.ts";
import { performSmoke } from "./apply.ts";
import { formerWebhooks, keepFormer, refusals } from "./plan.ts";
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
  const rows = [...steps.map(toReportedChange), ...planned.refused];
  const refused = refusals(rows);
  const through = await toGatewayContext(planned, prepared, running);
  const gateway = await planGateway(through, planned, prepared);
  const removals = keepFormer(planned.removals, gateway);
  const changes = [...rows, ...gateway.changes, ...removals.map(toReportedChange)];
  const report: DeployReport = {
    command,
    ...shownPlace(prepared),
    ...shownUrl(prepared, gateway.report),
    ok: refused.length === 0,
    changes,
    ...(command === "plan of rollback" ? { differs: isDifferent(changes) } : {}),
    leftovers: [],
    warnings: toWarningLines([...planned.warnings, ...prepared.warnings, ...gateway.warnings]),
    problems: refused.length === 0 ? [] : [...refused, "nothing was changed"],
    ...(gateway.report === undefined ? {} : { gateway: gateway.report }),
    manualSteps: gateway.manualSteps,
  };
  return command === "plan of rollback" || !report.ok
    ? report
    : await carryOut({ report, planned, gateway, through }, prepared, running);
}

/**
 * API Gateway is compared with `webhook` as it is after the rollback. Returns undefined if nothing there is to be put back,
 * or if there is no `webhook` then.
 */
async function toGatewayContext(
  { parts, removals, gateway: recorded }: PlannedRollback,
  prepared: Prepared,
  running: Running,
): Promise<GatewayContext | undefined> {
  const former = formerWebhooks(removals);
  const restored = parts.find(({ wanted }) =>
    wanted.actions.some((one) => one.function === "webhook"),
  );
  const isRecorded = (recorded?.changes ?? []).length > 0 && former.length === 0;
  const wanted =
    restored?.wanted ?? (isRecorded ? await presentAction("webhook", prepared) : undefined);
  return wanted === undefined
    ? undefined
    : { ...running, prepared, wanted, former, rollback: { recorded } };
}

/** A refusal by API Gateway does not hold up code and settings. */
async function planGateway(
  through: GatewayContext | undefined,
  { removals, gateway: recorded }: PlannedRollback,
  prepared: Prepared,
): Promise<GatewayPart> {
  const { changes = [] } = recorded ?? {};
  const gone = changes.find(({ change, kind }) => change === "delete" && isOfUrl(kind));
  if (gone !== undefined) {
    return { ...nothingToLead(removals), warnings: [leftText(goneText(gone))] };
  }
  const gateway = through === undefined ? nothingToLead(removals) : await planGatewayPart(through);
  const why = whyUnseen(prepared);
  if (why !== undefined && changes.length > 0) {
    return { ...gateway, warnings: [...gateway.warnings, leftText(why)] };
  }
  return gateway.refused.length === 0
    ? gateway
    : { ...nothingToLead([]), needsFormer: true, warnings: gateway.refused.map(leftText) };
}

/** Says why API Gateway is not looked at, if it is not. */
function whyUnseen({ gateway, deployment }: Prepared): string | undefined {
  if (gateway === undefined) {
    return "--no-gateway leaves it out";
  }
  return deployment.functions.webhook === undefined
    ? "functions.webhook is not in the configuration"
    : undefined;
}

function isOfUrl(kind: string): boolean {
  return ["gateway product", "gateway api", "gateway stage"].includes(kind);
}

function goneText({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `the apply removed ${kind} ${name}, and one made now could have another URL. An --apply with functions.webhook makes it`;
}

/** Nothing is left of `webhook` to which senders could be led. */
function nothingToLead(removals: PlannedRollback["removals"]): GatewayPart {
  const warnings = formerWebhooks(removals).map((name) =>
    leftText(`it may lead to the action ${name}, which goes`),
  );
  return { changes: [], refused: [], warnings, manualSteps: [], needsFormer: false };
}

type ToCarryOut = {
  readonly report: DeployReport;
  readonly planned: PlannedRollback;
  readonly gateway: GatewayPart;
  readonly through: GatewayContext | undefined;
};

async function carryOut(
  { report, planned, gateway, through }: ToCarryOut,
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
  const opened =
    through === undefined ? { ...gateway, problems: [] } : await applyGatewayPart(gateway, through);
  await removeAll(keepFormer(planned.removals, opened), prepared, running);
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
  planned.forget(opened.seen?.fingerprints);
  const tried = await performSmoke(prepared, running, wanted);
  const called = through === undefined ? opened : await smokeGatewayPart(opened, through);
  const endings = [tried, called.report?.smoke].map((one) => one?.ending);
  return {
    ...report,
    changes: withDone(report.changes, opened.changes),
    ...shownUrl(prepared, called.report),
    ok: !endings.includes("failed") && opened.problems.length === 0,
    problems: opened.problems,
    verification,
    warnings: [...report.warnings, ...versions.warnings()],
    ...(tried === undefined ? {} : { smoke: tried }),
    ...(called.report === undefined ? {} : { gateway: called.report }),
    manualSteps: called.manualSteps,
  };
}
