import { redriveDefinition as redrive } from "../../lib/dead-letters/redrive.ts";
import { parseSettings } from "../../lib/function/validate-call.ts";
import type { TriggerEvent } from "../../lib/model/call.ts";
import type { FunctionDefinition, Target } from "../../lib/model/function-definition.ts";
import { type Problem, problemsOf, type Settings } from "../../lib/model/settings.ts";
import type { Config } from "../../lib/settings/stream-config.ts";
import { bucket } from "../../lib/triggers/bucket.ts";
import { heartbeat } from "../../lib/triggers/heartbeat.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import type { FunctionName } from "./function-names.ts";

/** What a function's own parsers, those that it will run, say of its settings. */
export type Examined = {
  readonly name: FunctionName;
  readonly problems: readonly Problem[];
  /** Absent where there are problems. */
  readonly config: Config | undefined;
  /** Settings that work and are unwise. */
  readonly warnings: readonly string[];
  /** Where its records go; none where there are problems. */
  readonly targets: readonly Target[];
};

type Examinable<Event extends TriggerEvent, OwnConfig> = Pick<
  FunctionDefinition<Event, OwnConfig>,
  "deliveryTimeoutMs" | "parse" | "targets" | "faults"
> & {
  readonly warnings: (ownConfig: OwnConfig) => readonly string[];
};

type Findings = Omit<Examined, "name">;

const examiners: Readonly<Record<FunctionName, (settings: Settings) => Findings>> = {
  webhook: toExaminer(webhook),
  bucket: toExaminer(bucket),
  heartbeat: toExaminer(heartbeat),
  redrive: examineRedrive,
};

export function examineFunction(name: FunctionName, settings: Settings): Examined {
  return { name, ...examiners[name](settings) };
}

export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function withProblems(problems: readonly Problem[]): Findings {
  return { problems, config: undefined, warnings: [], targets: [] };
}

function toExaminer<Event extends TriggerEvent, OwnConfig>(trigger: Examinable<Event, OwnConfig>) {
  return (settings: Settings): Findings => {
    const parsed = parseSettings(trigger, settings);
    if (!parsed.ok) {
      return withProblems(parsed.problems);
    }
    const { config, ownConfig } = parsed.value;
    const faults = trigger.faults?.(ownConfig) ?? [];
    if (faults.length > 0) {
      return withProblems(faults);
    }
    const targets = trigger.targets(ownConfig).map((target) => withDefaultTopic(target, config));
    return { problems: [], config, warnings: trigger.warnings(ownConfig), targets };
  };
}

/** Named by the setting that is to be changed: DATASTREAM_TOPIC where the function has none of its own. */
function withDefaultTopic(target: Target, { topic }: Config): Target {
  return target.topic === undefined
    ? { ...target, topic, topicSetting: "DATASTREAM_TOPIC" }
    : target;
}

/** Beside the others: it goes by the bucket, and its topics are a list. */
function examineRedrive(settings: Settings): Findings {
  const parsed = parseSettings(redrive, settings);
  const noBucket = { setting: "DEAD_LETTER_BUCKET", text: "is required: redrive empties it" };
  const missing = isSet(settings["DEAD_LETTER_BUCKET"]) ? [] : [noBucket];
  if (!parsed.ok || missing.length > 0) {
    return withProblems([...problemsOf([parsed]), ...missing]);
  }
  const { config, ownConfig } = parsed.value;
  const topics = ownConfig.topics ?? (config.topic === undefined ? [] : [config.topic]);
  const topicSetting = ownConfig.topics === undefined ? "DATASTREAM_TOPIC" : "REDRIVE_TOPICS";
  return {
    problems: [],
    config,
    warnings:
      topics.length === 0 ? ["neither REDRIVE_TOPICS nor DATASTREAM_TOPIC names a topic"] : [],
    targets: topics.map((topic) => ({
      ...{ topicSetting, topic, partitionSetting: "", partition: undefined },
    })),
  };
}
