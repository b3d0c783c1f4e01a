import type { GatewayReport } from "../output/gateway-report.ts";
import type { ReportedChange } from "../output/report.ts";
import { type ActualGateway, nothing } from "./actual/actual-gateway.ts";
import { toChange } from "./apply-gateway.ts";
import { type GatewayContext, type GatewayPart, none } from "./gateway-part.ts";
import type { Known, State } from "./gateway-state.ts";
import { gatewaySteps, unmanagedSteps } from "./gateway-steps.ts";
import { type GatewayPlan, planGateway } from "./plan/plan-gateway.ts";
import { toSeen } from "./rollback-part.ts";
import { toSenderUrl } from "./sender-url.ts";
import type { Adoption } from "./template/adopt-method.ts";
import { loadTemplate } from "./template/template.ts";

export function unmanaged(why: string, known: Known, context: GatewayContext): GatewayPart {
  return {
    ...none,
    needsFormer: context.former.length > 0 && context.options.prune !== true,
    warnings: [`API Gateway is left to you: ${why}`],
    manualSteps: unmanagedSteps(known.wanted),
  };
}

function openSteps(
  { steps }: GatewayPlan,
  { input }: State,
  { known, context }: ReportContext,
): readonly string[] {
  const { wanted, templateFile } = known;
  const { origin, isRehearsal } = context.prepared.gateway ?? { origin: "", isRehearsal: false };
  const emulator = isRehearsal ? origin : undefined;
  const isMade = input.action !== undefined && steps.every(({ change }) => change === "same");
  return gatewaySteps({ wanted, templateFile, emulator, isMade });
}

export function toPart(state: State, known: Known, context: GatewayContext): GatewayPart {
  const { actual, input, adoption } = state;
  const plan = planGateway(actual, input);
  const refused = plan.steps.flatMap(({ change, kind, name, reason = "" }) =>
    change === "refused" ? [`${kind} ${name}: ${reason}`] : [],
  );
  const isOpen = plan.isOpen && refused.length === 0;
  return {
    changes: [...templateRow(adoption, known), ...plan.steps.map(toChange)],
    refused,
    warnings: [
      ...plan.warnings,
      ...(adoption?.kind === "none" && input.template === undefined
        ? [`--adopt found nothing in API Gateway: ${adoption.reason}`]
        : []),
    ],
    manualSteps: isOpen ? openSteps(plan, state, { known, context }) : [],
    needsFormer: plan.needsFormer,
    seen: toSeen(actual, input),
    // The URL of somebody else's API is not this configuration's.
    report: toReport(plan, refused.length === 0 ? actual : nothing, { known, context }),
  };
}

function templateRow(
  adoption: Adoption | undefined,
  { templateFile }: Known,
): readonly ReportedChange[] {
  if (adoption?.kind !== "found") {
    return [];
  }
  const same = JSON.stringify(loadTemplate(templateFile)) === JSON.stringify(adoption.template);
  const own = { kind: "gateway template", name: templateFile, fields: [] };
  return [
    {
      ...own,
      change: same ? "same" : "create",
      ...(same ? {} : { reason: `read from ${adoption.at}` }),
    },
  ];
}

type ReportContext = { readonly known: Known; readonly context: GatewayContext };

function toReport(
  { isOpen }: GatewayPlan,
  { invokeUrl }: ActualGateway,
  { known: { wanted }, context: { prepared } }: ReportContext,
): GatewayReport {
  const { product, api, stage } = wanted;
  const url =
    invokeUrl === undefined
      ? undefined
      : toSenderUrl(invokeUrl, prepared.gateway?.isRehearsal === true);
  return {
    ...{ origin: prepared.gateway?.origin ?? "", product, api, stage, isOpen, isManaged: true },
    ...(invokeUrl === undefined ? {} : { invokeUrl }),
    ...(url === undefined ? {} : { url }),
  };
}

/** A method cannot be made if the action no longer shows the id that --adopt found in it. */
export function problemsOf({ changes, refused }: GatewayPart): readonly string[] {
  const left = changes.filter(({ change }) => change !== "same" && change !== "refused");
  return [
    ...refused,
    ...left.map(
      ({ kind, name }) =>
        `${kind} ${name} could not be made: a read of the action does not show what --adopt found in it. Make a trigger in the console, and run --apply --adopt again`,
    ),
  ];
}
