import type { Smoke } from "../apply/smoke.ts";
import type { GatewayReport } from "../output/gateway-report.ts";
import { withDone } from "../output/report.ts";
import { applyGateway } from "./apply-gateway.ts";
import { problemsOf, toPart, unmanaged } from "./describe-part.ts";
import { type AppliedPart, type GatewayContext, type GatewayPart, none } from "./gateway-part.ts";
import { readOrWhy, readState, toKnown } from "./gateway-state.ts";
import { removeGatewayPart } from "./removal/remove-part.ts";
import { leftAsItIs, toRollbackPart } from "./rollback-part.ts";
import { smokeGateway } from "./smoke/smoke-gateway.ts";
import { saveTemplate } from "./template/template.ts";

/** Compares API Gateway with the configuration. Without `webhook`, and with --no-gateway, there is nothing to say. */
export async function planGatewayPart(context: GatewayContext): Promise<GatewayPart> {
  const known = toKnown(context);
  if (known === undefined) {
    return context.options.prune === true && isDropped(context) && context.rollback === undefined
      ? { ...none, ...(await removeGatewayPart(true, context)) }
      : { ...none, needsFormer: isUnseen(context) };
  }
  const read = await readOrWhy(known, context);
  if (typeof read === "string") {
    return context.rollback === undefined ? unmanaged(read, known, context) : leftAsItIs(read);
  }
  const part = toPart(read, known, context);
  return context.rollback === undefined
    ? part
    : toRollbackPart(part, read, context.rollback.recorded);
}

/** Makes what is missing. The actions are there by now. */
export async function applyGatewayPart(
  planned: GatewayPart,
  context: GatewayContext,
): Promise<AppliedPart> {
  const known = toKnown(context);
  if (known === undefined && planned.changes.length > 0) {
    return { ...planned, ...(await removeGatewayPart(false, context)), problems: [] };
  }
  if (known === undefined || planned.report?.isManaged !== true) {
    return { ...planned, problems: [] };
  }
  const read = await readState(known, context);
  const { api, templateFile } = known;
  const { surroundings, progress } = context;
  if (read.adoption?.kind === "found") {
    saveTemplate(templateFile, read.adoption.template);
  }
  const { actual, done } = await applyGateway({
    input: read.input,
    api,
    progress,
    effects: surroundings.effects,
  });
  const part = toPart({ ...read, actual, adoption: undefined }, known, context);
  const kept = planned.changes.filter(({ change }) => change === "kept");
  // A change that proved to be none is told as it is.
  const left = [...kept, ...part.changes];
  return {
    ...part,
    changes: withDone(planned.changes, [...done, ...left]),
    warnings: planned.warnings,
    needsFormer: part.needsFormer || problemsOf(part).length > 0,
    problems: problemsOf(part),
  };
}

/** Calls `webhook` through what was made. */
export async function smokeGatewayPart(
  applied: AppliedPart,
  context: GatewayContext,
): Promise<AppliedPart> {
  const { report } = applied;
  const smoke = await smokeThrough(report, context);
  return report === undefined || smoke === undefined
    ? applied
    : { ...applied, report: { ...report, smoke } };
}

/** API Gateway is not looked at. With --prune what a move has left goes all the same. */
function isUnseen({ prepared, options, former }: GatewayContext): boolean {
  return prepared.gateway === undefined && former.length > 0 && options.prune !== true;
}

/** The configuration has no function of HTTP any more, so what leads to it is a leftover. */
function isDropped({ prepared }: GatewayContext): boolean {
  return prepared.gateway !== undefined && prepared.deployment.functions.webhook === undefined;
}

async function smokeThrough(
  report: GatewayReport | undefined,
  { prepared, options, surroundings, wanted }: GatewayContext,
): Promise<Smoke | undefined> {
  const parameters = wanted.actions.find((one) => one.function === "webhook")?.parameters;
  if (!options.smoke || report?.url === undefined || parameters === undefined) {
    return undefined;
  }
  return await smokeGateway({
    ...{ url: report.url, parameters, source: options.smokeSource },
    ...{ standIn: options.standIn ?? prepared.local?.dataStream, effects: surroundings.effects },
  });
}
