import { ApiFailure } from "../api/api-failure.ts";
import { actionPath, findContent, type ManagementApi } from "../api/management-api.ts";
import type { Smoke } from "../apply/smoke.ts";
import type { CommandContext, DeployOptions } from "../deploy-options.ts";
import type { Wanted } from "../desired/desired-state.ts";
import { isLoopback } from "../local-emulators.ts";
import type { GatewayReport } from "../output/gateway-report.ts";
import type { DeployProgress } from "../output/progress.ts";
import type { ReportedChange } from "../output/report.ts";
import type { Prepared } from "../prepare.ts";
import { type ActualGateway, nothing, readGateway } from "./actual-gateway.ts";
import { type Adoption, findAdoptable } from "./adopt-method.ts";
import { applyGateway, toChange } from "./apply-gateway.ts";
import { gatewaySteps, stepsAfterRemoval } from "./gateway-steps.ts";
import { type GatewayInput, type GatewayPlan, planGateway } from "./plan-gateway.ts";
import { planGatewayRemoval, removeFromGateway } from "./remove-gateway.ts";
import { smokeGateway } from "./smoke/smoke-gateway.ts";
import { loadTemplate, saveTemplate, templateFileOf } from "./template.ts";
import {
  parentPath,
  toRemovedGateway,
  toWantedGateway,
  type WantedGateway,
} from "./wanted-gateway.ts";

export type GatewayContext = {
  readonly prepared: Prepared;
  readonly options: DeployOptions;
  readonly surroundings: CommandContext;
  readonly progress: DeployProgress;
  readonly wanted: Wanted;
  /** The actions of `webhook` that go, because the configuration has moved away from them. */
  readonly former: readonly string[];
};

/** The part of a report that is about API Gateway. */
export type GatewayPart = {
  readonly changes: readonly ReportedChange[];
  readonly refused: readonly string[];
  readonly warnings: readonly string[];
  readonly manualSteps: readonly string[];
  /** True if senders may be led to an action that goes: it stays then. */
  readonly needsFormer: boolean;
  readonly report?: GatewayReport;
};

const none: GatewayPart = {
  ...{ changes: [], refused: [], warnings: [], manualSteps: [] },
  needsFormer: false,
};

/** Compares API Gateway with the configuration. Without `webhook`, and with --no-gateway, there is nothing to say. */
export async function planGatewayPart(context: GatewayContext): Promise<GatewayPart> {
  const known = toKnown(context);
  if (known === undefined) {
    return context.options.prune === true && isDropped(context)
      ? { ...none, ...(await removeGatewayPart(true, context)) }
      : { ...none, needsFormer: isUnseen(context) };
  }
  const read = await readOrWhy(known, context);
  if (typeof read === "string") {
    return unmanaged(read, known, context);
  }
  return toPart(read, known, context);
}

export type AppliedPart = GatewayPart & {
  /** Differences that are left after the apply. */
  readonly problems: readonly string[];
};

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
  const actual = await applyGateway({
    input: read.input,
    api,
    progress,
    effects: surroundings.effects,
  });
  const part = toPart({ ...read, actual, adoption: undefined }, known, context);
  return {
    ...part,
    changes: planned.changes,
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

/** A method cannot be made if the action no longer shows the id that --adopt found in it. */
function problemsOf({ changes, refused }: GatewayPart): readonly string[] {
  const left = changes.filter(({ change }) => change !== "same" && change !== "refused");
  return [
    ...refused,
    ...left.map(
      ({ kind, name }) =>
        `${kind} ${name} could not be made: a read of the action does not show what --adopt found in it. Make a trigger in the console, and run --apply --adopt again`,
    ),
  ];
}

/** API Gateway is not looked at. With --prune what a move has left goes all the same. */
function isUnseen({ prepared, options, former }: GatewayContext): boolean {
  return prepared.gateway === undefined && former.length > 0 && options.prune !== true;
}

/** The configuration has no function of HTTP any more, so what leads to it is a leftover. */
function isDropped({ prepared }: GatewayContext): boolean {
  return prepared.gateway !== undefined && prepared.deployment.functions.webhook === undefined;
}

type Known = {
  readonly wanted: WantedGateway;
  readonly api: ManagementApi;
  readonly templateFile: string;
};

function toKnown({ prepared, options, wanted }: GatewayContext): Known | undefined {
  const { gateway, deployment } = prepared;
  const webhook = wanted.actions.find((one) => one.function === "webhook");
  const found =
    webhook &&
    toWantedGateway(deployment, {
      ...{ action: webhook.name, packageName: wanted.packageName, settings: webhook.parameters },
    });
  return gateway === undefined || found === undefined
    ? undefined
    : {
        wanted: found,
        api: gateway.api,
        templateFile: templateFileOf(options.config, gateway.isRehearsal),
      };
}

type State = {
  readonly actual: ActualGateway;
  readonly input: GatewayInput;
  readonly adoption: Adoption | undefined;
};

async function readState(
  known: Known,
  { prepared, options, former }: GatewayContext,
): Promise<State> {
  const { wanted, api, templateFile } = known;
  const { adopt = false } = options;
  const path = actionPath(wanted.packageName, wanted.action);
  const action = await findContent(prepared.api, path);
  const actual = await readGateway(wanted, api);
  const adoption = adopt ? await findAdoptable(actual, { wanted, action, api }) : undefined;
  const template = adoption?.kind === "found" ? adoption.template : loadTemplate(templateFile);
  return { actual, adoption, input: { wanted, template, action, adopt, former } };
}

/** A key pair that may deploy functions and not see API Gateway is no reason to stop: the steps are printed instead. */
async function readOrWhy(known: Known, context: GatewayContext): Promise<State | string> {
  try {
    return await readState(known, context);
  } catch (error) {
    if (error instanceof ApiFailure && error.isForbidden) {
      return error.message;
    }
    throw error;
  }
}

function unmanaged(why: string, known: Known, context: GatewayContext): GatewayPart {
  return {
    ...none,
    needsFormer: context.former.length > 0 && context.options.prune !== true,
    warnings: [`API Gateway is left to you: ${why}`],
    manualSteps: gatewaySteps({ ...stepsContext(known, context), isManaged: false }),
  };
}

function stepsContext({ wanted, templateFile }: Known, { prepared }: GatewayContext) {
  const { origin, isRehearsal } = prepared.gateway ?? { origin: "", isRehearsal: false };
  return { wanted, templateFile, emulator: isRehearsal ? origin : undefined, isManaged: true };
}

function toPart(state: State, known: Known, context: GatewayContext): GatewayPart {
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
    manualSteps: isOpen ? gatewaySteps(stepsContext(known, context)) : [],
    needsFormer: plan.needsFormer,
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

/**
 * Returns what begins every sender's address. Whether the API's `invokeUrl` ends with the resource's path is not
 * documented, so both are taken. Only https is called, or this machine in a rehearsal.
 */
export function toSenderUrl(invokeUrl: string, isRehearsal: boolean): string | undefined {
  const whole = /^https?:\/\//.test(invokeUrl) ? invokeUrl : `https://${invokeUrl}`;
  const base = whole.replace(/\/(\{type\+\}|%7Btype(\+|%2B)%7D)\/?$/i, "").replace(/\/$/, "");
  const url = base.endsWith(parentPath) ? base : `${base}${parentPath}`;
  const { protocol = "", hostname = "" } = URL.canParse(whole) ? new URL(whole) : {};
  const isPublic = protocol === "https:" && hostname.includes(".");
  return isPublic || (isRehearsal && isLoopback(url)) ? url : undefined;
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

/** Removes what this command made in API Gateway, or tells what would go. */
export async function removeGatewayPart(
  isPlan: boolean,
  { prepared, progress }: Pick<GatewayContext, "prepared" | "progress">,
): Promise<Pick<GatewayPart, "changes" | "manualSteps" | "warnings">> {
  const { gateway, deployment } = prepared;
  if (gateway === undefined) {
    return none;
  }
  try {
    const wanted = toRemovedGateway(deployment);
    const actual = await readGateway(wanted, gateway.api);
    const planned = await planGatewayRemoval(actual, wanted, gateway.api);
    const changes: ReportedChange[] = [];
    for (const { path, ...removal } of planned) {
      if (!isPlan && path !== undefined) {
        progress.begin(removal);
        const ended = await removeFromGateway({ ...removal, path }, gateway.api);
        progress.end(ended);
        changes.push(ended);
      } else {
        changes.push(removal);
      }
    }
    const kept = changes
      .filter(({ change }) => change === "kept")
      .map(({ kind, name }) => `${kind} ${name}`);
    return { changes, warnings: [], manualSteps: stepsAfterRemoval(kept) };
  } catch (error) {
    if (error instanceof ApiFailure && error.isForbidden) {
      return { ...none, warnings: [`API Gateway is left to you: ${error.message}`] };
    }
    throw error;
  }
}
