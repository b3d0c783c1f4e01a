import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import type { FunctionName } from "../../../lib/registry/names.ts";
import { isFunctionName } from "../../project/functions.ts";
import { readAction } from "../actual/read-state.ts";
import { sha256 } from "../desired/artifact.ts";
import type { WantedAction } from "../desired/desired-state.ts";
import type { Parameters } from "../desired/function-settings.ts";
import type { TriggerCause, WantedTrigger } from "../desired/triggers/desired-triggers.ts";
import { type LinkType, linkForms } from "../desired/triggers/link-forms.ts";
import { isMasked } from "../plan/masked.ts";
import type {
  ActionBefore,
  RecordedAction,
  RecordedParameters,
  RecordedTrigger,
  TriggerState,
} from "./record.ts";

export type RestoreContext = {
  readonly hmac: (name: string, secret: string) => string;
  /** Returns a secret of the settings given now; empty if there is none. */
  readonly secretOf: (name: string) => string;
};

/** The request of a rollback, or the reason why there is none. */
export type Restored<Wanted> =
  | { readonly ok: true; readonly wanted: Wanted; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Makes of a recorded action what an apply would put. `found` is the action as it is now. */
export function restoreAction(
  { name, function: functionName, before }: RecordedAction,
  found: UnknownObject | undefined,
  context: RestoreContext,
): Restored<WantedAction> {
  const now = found === undefined ? undefined : readAction(found);
  const { code, binary, timeoutMs, memoryMb, kind, type, ...rest } = before ?? noFields;
  if (
    code === undefined ||
    binary === undefined ||
    timeoutMs === undefined ||
    memoryMb === undefined ||
    kind === undefined ||
    type === undefined
  ) {
    return { ok: false, reason: notRecorded };
  }
  const { parameters, warnings } = restoreParameters(
    rest.parameters,
    now?.parameters ?? {},
    context,
  );
  const wanted = {
    function: toFunctionName(functionName),
    name,
    type,
    description: rest.description ?? "",
    kind,
    main: rest.main ?? "main",
    artifact: { binary, code, sha256: sha256(code) },
    timeoutMs,
    memoryMb,
    vpc: rest.vpc,
    rawHttp: rest.rawHttp === true,
    customOptions: rest.customOptions === true,
    parameters,
  };
  return { ok: true, wanted, warnings: warnings.map((text) => `action ${name}: ${text}`) };
}

const noFields: ActionBefore = { parameters: {} };
const notRecorded =
  "the platform did not show its code or settings when the record was made, so it cannot be put back: deploy an earlier state of the project";

/** A record can be of a function that this version does not know. Then only the smoke call leaves it out. */
function toFunctionName(name: string): FunctionName {
  return isFunctionName(name) ? name : ("" as FunctionName);
}

/**
 * Returns parameters as they were. A secret is recorded as its HMAC: the present one is put, which is the same if the
 * HMAC fits, and is named if it has changed since.
 */
export function restoreParameters(
  recorded: RecordedParameters,
  now: UnknownObject,
  { hmac, secretOf }: RestoreContext,
): { readonly parameters: Parameters; readonly warnings: readonly string[] } {
  const entries = Object.entries(recorded).map(([name, given]) => {
    if ("value" in given) {
      return { name, value: given.value, warning: undefined };
    }
    const values = [secretOf(name), now[name]].filter(isReadable);
    const same = values.find((value) => "hmac" in given && hmac(name, value) === given.hmac);
    const value = same ?? values[0];
    const changed = `${name} ${value === undefined ? isNowhere : hasChanged}`;
    return { name, value, warning: same === undefined ? changed : undefined };
  });
  return {
    parameters: Object.fromEntries(
      entries.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
    ),
    warnings: entries.flatMap(({ warning = [] }) => warning),
  };
}

function isReadable(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !isMasked(value, undefined, true);
}

const hasChanged = "has changed since, or could not be read then: it stays as it is now";
const isNowhere =
  "is not recorded, and neither the settings nor the platform have it now: it is left out";

export type TriggerContext = {
  /** The configuration's actions, by function. */
  readonly actions: Readonly<Record<string, string>>;
  /** The access token of a GitHub trigger, which no record holds, and the variable that it comes from. */
  readonly token: { readonly variable: string; readonly value: string };
};

/** Makes of a recorded trigger what an apply would put. */
export function restoreTrigger(
  { name, function: functionName, before, after }: RecordedTrigger,
  now: TriggerContext,
  context: RestoreContext,
): Restored<WantedTrigger> {
  const state = before?.state;
  const { variable, value: accessToken } = now.token;
  if (state?.type === "github" && accessToken === "") {
    return { ok: false, reason: `no record holds its access token: set ${variable}` };
  }
  const cause = state && toCause(state, accessToken);
  if (state === undefined || cause === undefined) {
    return { ok: false, reason: notRecorded };
  }
  const { parameters, warnings } = restoreParameters(state.parameters, {}, context);
  const wanted = {
    name,
    description: state.description ?? "",
    // A trigger that ran nothing is left with the action that it was made for.
    action: before?.runs?.action ?? now.actions[functionName] ?? "",
    parameters,
    // A trigger that the apply made again with another type is made again with the former one.
    isReplaceable: after !== undefined && after.type !== state.type,
    ...cause,
  };
  const token = cause.type === "github" ? ["its access token stays as it is now"] : [];
  const told = [...warnings, ...token].map((text) => `trigger ${name}: ${text}`);
  return { ok: true, wanted, warnings: told };
}

function toCause(state: TriggerState, accessToken: string): TriggerCause | undefined {
  const { type = "", cronOption, links } = state;
  if (type === "cron") {
    return cronOption === undefined ? undefined : { type, cronOption };
  }
  if (type === "github") {
    return toGithub(state, accessToken);
  }
  return isLinkType(type) && links !== undefined ? { type, links } : undefined;
}

function toGithub(
  { events, username, repository, link }: TriggerState,
  accessToken: string,
): TriggerCause | undefined {
  return events === undefined || !username || !repository
    ? undefined
    : { type: "github", credential: { username, repository, accessToken }, events, link };
}

function isLinkType(type: string): type is LinkType {
  return Object.hasOwn(linkForms, type);
}
