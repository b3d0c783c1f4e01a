import { parseSettings } from "../function/validate-call.ts";
import type { TriggerEvent } from "../model/call.ts";
import type { DefaultTopic, FunctionDefinition, Target } from "../model/function-definition.ts";
import type { Problem, Settings } from "../model/settings.ts";
import type { Config } from "../settings/stream-config.ts";
import { streamSettingNames } from "../settings/stream-fields.ts";

/**
 * The cause of a function's calls in the cloud. `any` is any other trigger of the platform, which the deploy configuration
 * names. A function of the kind `invocation` has no trigger: it is called by name.
 */
export type TriggerKind = "http" | "object-storage" | "cron" | "any" | "invocation";

/** When a function runs that is triggered by cron: five fields. */
export type Schedule = {
  readonly default: string;
  /** The setting that holds the same expression, if the function reads it too. */
  readonly setting?: string;
};

export type Registration = {
  /** Settings that show that somebody wants the function. Default: all settings of its own. */
  readonly wantedBy?: readonly string[];
  /** Settings whose values are never shown. */
  readonly secretSettings?: readonly string[];
} & (
  | { readonly triggeredBy: "cron"; readonly schedule: Schedule }
  | { readonly triggeredBy: Exclude<TriggerKind, "cron"> }
);

/** The verdict of a function's own parsers on its settings. */
export type Findings = {
  readonly problems: readonly Problem[];
  /** Absent where there are problems. */
  readonly config: Config | undefined;
  /** Settings that work and are unwise. */
  readonly warnings: readonly string[];
  /** The targets of its records; none if there are problems. */
  readonly targets: readonly Target[];
};

export type RegisteredFunction<Kind extends TriggerKind = TriggerKind> = {
  readonly name: string;
  /** The kind of call that the function takes. */
  readonly accepts: TriggerEvent["kind"];
  readonly triggeredBy: Kind;
  readonly schedule: Schedule | undefined;
  /** Settings that it reads beside the stream's. */
  readonly ownSettings: readonly string[];
  readonly wantedBy: readonly string[];
  readonly secretSettings: readonly string[];
  /** `known` are names that are settings of other functions. */
  readonly examine: (settings: Settings, known: readonly string[]) => Findings;
};

export function register<Event extends TriggerEvent, FunctionConfig, const R extends Registration>(
  definition: FunctionDefinition<Event, FunctionConfig>,
  registration: R,
): RegisteredFunction<R["triggeredBy"]> {
  const { name, accepts, settings } = definition;
  const shared: readonly string[] = streamSettingNames;
  const ownSettings = settings.filter((setting) => !shared.includes(setting));
  const { triggeredBy, wantedBy = ownSettings, secretSettings = [] } = registration;
  return {
    ...{ name, accepts, triggeredBy, ownSettings, wantedBy, secretSettings },
    schedule: registration.triggeredBy === "cron" ? registration.schedule : undefined,
    examine: (given, known) => examine(definition, given, known),
  };
}

function examine<Event extends TriggerEvent, FunctionConfig>(
  definition: FunctionDefinition<Event, FunctionConfig>,
  settings: Settings,
  known: readonly string[],
): Findings {
  const parsed = parseSettings(definition, settings, known);
  if (!parsed.ok) {
    return withProblems(parsed.problems);
  }
  const { config, functionConfig } = parsed.value;
  const faults = definition.faults?.(functionConfig) ?? [];
  if (faults.length > 0) {
    return withProblems(faults);
  }
  const targets = definition.targets(functionConfig, config);
  return {
    problems: [],
    config,
    warnings: definition.warnings(functionConfig, config),
    targets: targets.map((target) => withDefaultTopic(target, config)),
  };
}

function withProblems(problems: readonly Problem[]): Findings {
  return { problems, config: undefined, warnings: [], targets: [] };
}

/** Names the setting that has to be changed: DATASTREAM_TOPIC if the function has no topic of its own. */
function withDefaultTopic(target: Target, { topic }: DefaultTopic): Target {
  return target.topic === undefined
    ? { ...target, topic, topicSetting: "DATASTREAM_TOPIC" }
    : target;
}
