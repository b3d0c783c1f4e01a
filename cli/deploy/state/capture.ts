import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { readAction } from "../actual/read-state.ts";
import { type ActualTrigger, readTrigger } from "../actual/read-trigger.ts";
import { actionPath, findContent, type ManagementApi, triggerPath } from "../api/management-api.ts";
import type { Removal } from "../apply/remove.ts";
import { isHidden } from "../desired/function-settings.ts";
import type { WantedTrigger } from "../desired/triggers/desired-triggers.ts";
import { type LinkType, linkForms } from "../desired/triggers/link-forms.ts";
import { isMasked } from "../plan/masked.ts";
import type { PlanStep } from "../plan/plan.ts";
import { isLinked } from "../plan/plan-link.ts";
import { coreOf, functionOf, type Place, parseMark } from "./mark.ts";
import type {
  ActionBefore,
  RecordedAction,
  RecordedGateway,
  RecordedPackage,
  RecordedParameters,
  RecordedTrigger,
  TriggerState,
} from "./record.ts";

/** The resources that an apply is about to change, as the platform has them. */
export type Captured = {
  readonly packages: readonly RecordedPackage[];
  readonly actions: readonly RecordedAction[];
  readonly triggers: readonly RecordedTrigger[];
  readonly gateway?: RecordedGateway | undefined;
};

export type Changes = {
  readonly steps: readonly PlanStep[];
  readonly removals: readonly Removal[];
  readonly packageName: string;
  /** The part of API Gateway, if it was looked at. */
  readonly gateway?: RecordedGateway | undefined;
};

export type CaptureContext = {
  readonly api: ManagementApi;
  readonly hmac: (name: string, secret: string) => string;
  /** The fields that earlier applies put, newest first: those of triggers that the platform does not show. */
  readonly known: readonly TriggerState[];
};

export function changesIn({ steps, removals }: Pick<Changes, "steps" | "removals">): {
  readonly steps: readonly PlanStep[];
  readonly removals: readonly Removal[];
} {
  const still = ["same", "kept", "refused"];
  return {
    steps: steps.filter(({ change }) => !still.includes(change)),
    removals: removals.filter(({ change }) => change === "delete"),
  };
}

export async function capture(changes: Changes, context: CaptureContext): Promise<Captured> {
  const { steps, removals } = changesIn(changes);
  return {
    packages: await capturePackages(steps, removals, context),
    actions: await captureActions(steps, { ...changes, removals }, context),
    triggers: await captureTriggers(steps, { ...changes, removals }, context),
    ...(changes.gateway === undefined ? {} : { gateway: changes.gateway }),
  };
}

async function capturePackages(
  steps: readonly PlanStep[],
  removals: readonly Removal[],
  { api }: CaptureContext,
): Promise<readonly RecordedPackage[]> {
  const packages: RecordedPackage[] = steps
    .filter(({ kind }) => kind === "package")
    .map(({ name }) => ({ name, before: null }));
  for (const { name } of removals.filter(({ kind }) => kind === "package")) {
    const found = await findContent(api, `/packages/${encodeURIComponent(name)}`);
    const description = typeof found?.["description"] === "string" ? found["description"] : "";
    packages.push({ name, before: { description } });
  }
  return packages;
}

async function captureActions(
  steps: readonly PlanStep[],
  { removals, packageName: own }: Changes,
  { api, hmac }: CaptureContext,
): Promise<readonly RecordedAction[]> {
  const changed = steps.flatMap((step) =>
    step.kind === "action"
      ? [{ name: step.name, packageName: step.packageName, function: step.wanted.function }]
      : [],
  );
  const removed = removals
    .filter(({ kind }) => kind === "action")
    .map(({ name, packageName = own }) => ({ name, packageName, function: undefined }));
  const actions: RecordedAction[] = [];
  for (const { name, packageName, function: known } of [...changed, ...removed]) {
    const found = await findContent(api, actionPath(packageName, name));
    const before = found === undefined ? null : toActionBefore(found, hmac);
    const functionName = known ?? functionOf(before?.description) ?? "";
    actions.push({ function: functionName, packageName, name, before });
  }
  return actions;
}

export function toActionBefore(content: UnknownObject, hmac: CaptureContext["hmac"]): ActionBefore {
  const { type, parameters = {}, ...actual } = readAction(content);
  const known: Pick<ActionBefore, "type"> = type === "basic" || type === "web" ? { type } : {};
  return { ...known, ...definedIn(actual), parameters: toParameters(parameters, hmac) };
}

/** Leaves out fields that the platform did not show. */
function definedIn<Fields extends object>(fields: Fields) {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Fields]?: NonNullable<Fields[Key]> };
}

/** WEBHOOK_SOURCES is never shown, and is no secret: its secrets are in WEBHOOK_SECRETS. */
export function isSecret(name: string): boolean {
  return name !== "WEBHOOK_SOURCES" && isHidden(name);
}

function toParameters(given: UnknownObject, hmac: CaptureContext["hmac"]): RecordedParameters {
  const entries = Object.entries(given).map(([name, value]) => {
    if (isMasked(value, undefined, true)) {
      return [name, { unread: true }] as const;
    }
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return [name, isSecret(name) ? { hmac: hmac(name, text) } : { value: text }] as const;
  });
  return Object.fromEntries(entries);
}

async function captureTriggers(
  steps: readonly PlanStep[],
  { removals, packageName, steps: all }: Changes,
  { api, hmac, known }: CaptureContext,
): Promise<readonly RecordedTrigger[]> {
  const names = [...steps, ...removals].flatMap(({ kind, name }) =>
    kind === "trigger" || kind === "link" ? [name] : [],
  );
  const triggers: RecordedTrigger[] = [];
  for (const name of new Set(names)) {
    const found = await findContent(api, triggerPath(name));
    const wanted = all.find(
      (step): step is TriggerStep => step.kind === "trigger" && step.name === name,
    )?.wanted;
    const runs = found && runsOf({ name, wanted, found, packageName }, all, removals);
    const state = found && withKnown(toTriggerState(readTrigger(found), hmac), known);
    triggers.push({
      function: functionOf(wanted?.description ?? state?.description) ?? "",
      ...{ packageName, name },
      before: state === undefined ? null : { state, runs: runs ?? null },
      ...(wanted === undefined ? {} : { after: toState(wanted, hmac) }),
    });
  }
  return triggers;
}

type TriggerStep = Extract<PlanStep, { readonly kind: "trigger" }>;

type RunsOf = {
  readonly name: string;
  readonly packageName: string;
  readonly wanted: WantedTrigger | undefined;
  readonly found: UnknownObject;
};

/** Returns the action of ours that a trigger runs before the apply. */
function runsOf(
  { name, wanted, found, packageName }: RunsOf,
  steps: readonly PlanStep[],
  removals: readonly Removal[],
): Place | undefined {
  for (const step of steps) {
    if (step.kind === "link" && step.name === name && step.change !== "create") {
      return { packageName: step.from[0] ?? step.packageName, action: step.action };
    }
  }
  const removed = removals.find((one) => one.kind === "link" && one.name === name);
  if (removed?.runs !== undefined) {
    return { packageName: removed.packageName ?? packageName, action: removed.runs };
  }
  return wanted !== undefined && isLinked(found, wanted.action, packageName)
    ? { packageName, action: wanted.action }
    : undefined;
}

function toTriggerState(actual: ActualTrigger, hmac: CaptureContext["hmac"]): TriggerState {
  const { type, description, cronOption, events, credential, parameters } = actual;
  const known = toLinkType(type);
  const links = known === undefined ? undefined : actual.linksOf(known)?.map(toLinkFields);
  return {
    ...definedIn({
      type: known ?? type,
      description,
      cronOption,
      events: events === undefined ? undefined : [...events],
      links,
      username: textOrNone(credential.username),
      repository: textOrNone(credential.repository),
    }),
    parameters: toParameters(parameters, hmac),
  };
}

/** The list of triggers writes types for people, so only letters count. */
function toLinkType(type: string | undefined): LinkType | undefined {
  const letters = type?.replaceAll(/[^a-z]/g, "").replace(/^cloudinsight$/, "insight");
  const types = Object.keys(linkForms) as LinkType[];
  return types.find((one) => one.replaceAll("_", "") === letters);
}

function toLinkFields(link: UnknownObject) {
  return Object.fromEntries(
    Object.entries(link).flatMap(([key, value]) =>
      typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? [[key, value]]
        : [],
    ),
  );
}

function textOrNone(value: unknown): string | undefined {
  return typeof value === "string" && !isMasked(value, undefined, true) ? value : undefined;
}

function toState(wanted: WantedTrigger, hmac: CaptureContext["hmac"]): TriggerState {
  const { type, description } = wanted;
  const common = { type, description, parameters: toParameters(wanted.parameters, hmac) };
  if (wanted.type === "cron") {
    return { ...common, cronOption: wanted.cronOption };
  }
  if (wanted.type === "github") {
    const { username, repository } = wanted.credential;
    const link = wanted.link === undefined ? {} : { link: wanted.link };
    return { ...common, ...link, username, repository, events: [...wanted.events] };
  }
  return { ...common, links: wanted.links.map(toLinkFields) };
}

/** Fills fields that the platform does not show with what an earlier apply put under the same mark. */
function withKnown(shown: TriggerState, known: readonly TriggerState[]): TriggerState {
  const core = coreOf(shown.description ?? "");
  const put =
    parseMark(shown.description) === undefined
      ? undefined
      : known.find(({ description = "" }) => coreOf(description) === core);
  const { parameters } = shown;
  const isShown = Object.keys(parameters).length > 0;
  return { ...put, ...shown, parameters: isShown ? parameters : (put?.parameters ?? parameters) };
}
