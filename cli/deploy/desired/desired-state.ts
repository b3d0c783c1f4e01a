import { type Problem, problemsOf, type Settings } from "../../../lib/model/settings.ts";
import type { FunctionName } from "../../../lib/registry/names.ts";
import { functionNames, functions } from "../../project/functions.ts";
import type { Platform } from "../api/regions.ts";
import { mark, parametersField } from "../state/mark.ts";
import type { Artifact } from "./artifact.ts";
import { anyTriggerOptions, type Deployment, scheduledOptions, webOptions } from "./deployment.ts";
import { bindSettings, type Parameters } from "./function-settings.ts";
import { type Names, toNames } from "./names.ts";
import { type ReadSecret, toTriggers, type WantedTrigger } from "./triggers/desired-triggers.ts";

export type Network = { readonly vpcNo: number; readonly subnetNo: number };

export type WantedAction = {
  readonly function: FunctionName;
  readonly name: string;
  readonly type: "basic" | "web";
  readonly description: string;
  readonly kind: string;
  readonly main: string;
  readonly artifact: Artifact;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly vpc: Network | undefined;
  readonly rawHttp: boolean;
  readonly customOptions: boolean;
  readonly parameters: Parameters;
};

/** Everything that shall be deployed, whether or not it is there. */
export type Wanted = {
  readonly packageName: string;
  /** The description of the package, if it has to be made. */
  readonly packageMark: string;
  readonly actions: readonly WantedAction[];
  readonly triggers: readonly WantedTrigger[];
};

export type WantedResult =
  | { readonly ok: true; readonly value: Wanted }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type Sources = {
  readonly deployment: Deployment;
  readonly platform: Platform;
  readonly settings: Settings;
  /** Settings that win over all others: the addresses of a rehearsal's emulators. */
  readonly endpoints: Settings;
  /** Returns a secret of a trigger. */
  readonly secretOf: ReadSecret;
  readonly load: (name: FunctionName) => Artifact;
};

/** 1 MB of parameters ("Put Action" and "Prerequisites"), read as the smaller of its two meanings. */
const parametersBytesMax = 1_000_000;
/** The timeout includes the start of an action, and the action has to answer before it. */
const startReserveMs = 1_000;

export function toWanted(sources: Sources): WantedResult {
  const { deployment } = sources;
  const names = toNames(deployment);
  const configured = functionNames.filter((name) => deployment.functions[name] !== undefined);
  const parsed = configured.map((name) => toAction(name, names, sources));
  const problems = uniqueProblems(problemsOf(parsed));
  if (problems.length > 0) {
    return { ok: false, problems };
  }
  const actions = parsed.flatMap((one) => (one.ok ? [one.value] : []));
  const triggers = toTriggers(sources, names);
  return {
    ok: true,
    value: {
      packageName: deployment.package,
      packageMark: mark("package", [names.owner]),
      actions,
      triggers,
    },
  };
}

type ParsedAction =
  | { readonly ok: true; readonly value: WantedAction }
  | { readonly ok: false; readonly problems: readonly Problem[] };

function toAction(name: FunctionName, names: Names, sources: Sources): ParsedAction {
  const { deployment, platform, load } = sources;
  const options = deployment.functions[name];
  if (options === undefined) {
    return { ok: false, problems: [] };
  }
  const bound = bindSettings(name, settingsFor(name, sources));
  if (!bound.ok) {
    return bound;
  }
  const { parameters, stream } = bound;
  const problems = [
    ...checkTimeout(name, options.timeoutMs, stream.deliveryTimeoutMs),
    ...checkBytes(name, parameters),
    ...checkTriggerSettings(name, sources),
  ];
  if (problems.length > 0) {
    return { ok: false, problems };
  }
  const artifact = load(name);
  const isWeb = functions[name].triggeredBy === "http";
  const value = {
    function: name,
    name: names.actions[name],
    type: isWeb ? ("web" as const) : ("basic" as const),
    description: mark(`${name}, code sha256:${artifact.sha256}`, [
      names.owner,
      parametersField(parameters),
    ]),
    kind: deployment.runtime,
    main: "main" as const,
    artifact,
    timeoutMs: options.timeoutMs,
    memoryMb: options.memoryMb,
    vpc: platform === "vpc" ? (options.vpc ?? deployment.vpc) : undefined,
    rawHttp: isWeb,
    customOptions: webOptions(deployment, name)?.customOptions === true,
    parameters,
  };
  return { ok: true, value };
}

/** Gives the function the same schedule as its trigger, so that a schedule is in one place. */
function settingsFor(name: FunctionName, { deployment, settings, endpoints }: Sources): Settings {
  const own = deployment.functions[name]?.settings ?? {};
  const setting = functions[name].schedule?.setting;
  const cron = scheduledOptions(deployment, name)?.cron;
  const schedule = setting === undefined || cron === undefined ? {} : { [setting]: cron };
  return { ...settings, ...own, ...schedule, ...endpoints };
}

/** Checks each trigger's settings by the function's own parsers, which read them instead of the action's. */
function checkTriggerSettings(name: FunctionName, sources: Sources): readonly Problem[] {
  const given = settingsFor(name, sources);
  const { ownSettings } = functions[name];
  const triggers = anyTriggerOptions(sources.deployment, name)?.triggers ?? [];
  return triggers.flatMap(({ settings }, index) => {
    const at = `functions.${name}.triggers.${index}.settings`;
    const foreign = Object.keys(settings).filter((setting) => !ownSettings.includes(setting));
    const bound = bindSettings(name, { ...given, ...settings });
    return [
      ...foreign.map((setting) => ({
        setting: `${at}.${setting}`,
        text: `is no setting of ${name} alone`,
      })),
      ...(bound.ok ? [] : bound.problems).map(({ setting, text }) => ({
        setting: `${at}.${setting}`,
        text,
      })),
    ];
  });
}

function checkTimeout(
  name: FunctionName,
  timeoutMs: number,
  deliveryTimeoutMs: number,
): readonly Problem[] {
  const neededMs = deliveryTimeoutMs + startReserveMs;
  return timeoutMs >= neededMs
    ? []
    : [
        {
          setting: `functions.${name}.timeoutMs`,
          text: `must be at least ${neededMs}: ${startReserveMs} above DELIVERY_TIMEOUT_MS, or the platform ends calls that still deliver`,
        },
      ];
}

function checkBytes(name: FunctionName, parameters: Parameters): readonly Problem[] {
  return Buffer.byteLength(JSON.stringify(parameters)) <= parametersBytesMax
    ? []
    : [
        {
          setting: `functions.${name}`,
          text: `has settings of more than the ${parametersBytesMax} bytes that an action's parameters may have`,
        },
      ];
}

/** Reports a problem once, although several functions read its setting. */
export function uniqueProblems(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((one) => [`${one.setting} ${one.text}`, one])).values()];
}
