import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { definedIn } from "../actual/fields.ts";
import { type ActualTrigger, readTrigger } from "../actual/read-trigger.ts";
import { findContent, type ManagementApi, triggerPath } from "../api/management-api.ts";
import type { Removal } from "../apply/remove.ts";
import type { WantedTrigger } from "../desired/triggers/desired-triggers.ts";
import { type LinkType, linkForms } from "../desired/triggers/link-forms.ts";
import { isMasked } from "../plan/masked.ts";
import type { PlanStep } from "../plan/plan.ts";
import { isLinked } from "../plan/plan-link.ts";
import { coreOf, functionOf, type Place, parseMark } from "./mark.ts";
import type { RecordedTrigger, TriggerState } from "./record.ts";
import { type Hmac, toRecorded } from "./recorded-parameters.ts";

export type CaptureContext = {
  readonly api: ManagementApi;
  readonly hmac: Hmac;
  /** The fields that earlier applies put, newest first: those of triggers that the platform does not show. */
  readonly known: readonly TriggerState[];
};

type TriggerChanges = {
  readonly changed: readonly PlanStep[];
  readonly steps: readonly PlanStep[];
  readonly removals: readonly Removal[];
  readonly packageName: string;
};

/** Captures the triggers that the changes of an apply write, or whose links they write. `steps` are all of its plan. */
export async function captureTriggers(
  { changed, steps, removals, packageName }: TriggerChanges,
  { api, hmac, known }: CaptureContext,
): Promise<readonly RecordedTrigger[]> {
  const names = [...changed, ...removals].flatMap(({ kind, name }) =>
    kind === "trigger" || kind === "link" ? [name] : [],
  );
  const triggers: RecordedTrigger[] = [];
  for (const name of new Set(names)) {
    const found = await findContent(api, triggerPath(name));
    const wanted = steps.find(
      (step): step is TriggerStep => step.kind === "trigger" && step.name === name,
    )?.wanted;
    const runs = found && runsOf({ name, wanted, found, packageName }, steps, removals);
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

function toTriggerState(actual: ActualTrigger, hmac: Hmac): TriggerState {
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
    parameters: toRecorded(parameters, hmac),
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

function toState(wanted: WantedTrigger, hmac: Hmac): TriggerState {
  const { type, description } = wanted;
  const common = { type, description, parameters: toRecorded(wanted.parameters, hmac) };
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
