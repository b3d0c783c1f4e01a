import { parseJson } from "../../lib/encoding/json-source.ts";
import { isUnknownObject, type UnknownObject } from "../../lib/encoding/unknown-object.ts";
import type { Settings } from "../../lib/model/settings.ts";
import type { LocalSettings } from "../../local/start/local-settings.ts";
import { type Examined, examineFunction, isSet } from "../project/examine-function.ts";
import { functionNames } from "../project/functions.ts";
import { type Page, pageOfSetting } from "../shared/page.ts";
import { samplesFile } from "../shared/roots.ts";
import { loadSettings } from "../shared/settings-source.ts";
import { UsageError } from "../shared/usage-error.ts";

/** A wrong settings file or variable: every problem, each on its own line. */
export class SettingsProblem extends UsageError {
  override name = "SettingsProblem";
}

/** Settings that belong together: whoever gives one of a group gives up the sample's others. */
const groups = [
  ["WEBHOOK_SOURCES", "WEBHOOK_SECRETS"],
  ["NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_KEY"],
] as const;

/** Partitions of a topic if no setting has a count, as local/settings.env has it. */
const partitionsDefault = 3;

/**
 * Loads the settings for `npm start`: files before the environment, a later file before an earlier one, and all before
 * local/settings.env. Throws a UsageError that names every problem.
 */
export function loadLocalSettings(
  files: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): LocalSettings {
  const sample = loadSamples();
  const { STANDIN_TOPICS: topics } = environment;
  const own = {
    ...(isSet(topics) && { STANDIN_TOPICS: topics }),
    ...loadSettings(files, environment),
  };
  const settings = { ...withoutGivenGroups(sample, own), ...own };
  const examined = functionNames.map((name) => examineFunction(name, settings));
  refuseProblems(examined);
  return {
    settings: settings as LocalSettings["settings"],
    warnings: [...warningsBeyond(sample, examined), ...warningsAboutVariables(own, environment)],
    topics: toTopics({ sample, own, examined }),
  };
}

/** Loads the settings that work without an account. */
export function loadSamples(): Settings {
  return loadSettings([samplesFile], {});
}

/** Returns the samples without those that belong together with a setting of one's own. */
export function withoutGivenGroups(sample: Settings, own: Settings): Settings {
  const given = groups.filter((group) => group.some((name) => isSet(own[name]))).flat();
  const left = Object.entries(sample).filter(([name]) => !given.some((one) => one === name));
  return Object.fromEntries(left);
}

function refuseProblems(examined: readonly Examined[]): void {
  const problems = examined.flatMap((one) => one.problems);
  const lines = new Set(problems.map(({ setting, text }) => `${setting} ${text}`));
  const [first] = problems;
  if (first !== undefined) {
    throw new SettingsProblem([...lines].join("\n"), pageOf(first.setting));
  }
}

/** A problem within a source names the setting first: `WEBHOOK_SOURCES orders.header`. */
function pageOf(setting: string): Page {
  return pageOfSetting(setting.split(" ")[0] ?? "");
}

/** Returns the warnings that the samples alone do not give. */
function warningsBeyond(sample: Settings, examined: readonly Examined[]): readonly string[] {
  const usual = new Set(functionNames.flatMap((name) => examineFunction(name, sample).warnings));
  const all = new Set(examined.flatMap(({ warnings }) => warnings));
  return [...all].filter((warning) => !usual.has(warning));
}

/** Names that the emulators read from the environment alone. */
const variables = [
  ...["STANDIN_PORT", "OBJECT_STORAGE_PORT", "HTTP_PORT", "CLOUD_FUNCTIONS_PORT"],
  ...["STANDIN_SIZE", "STANDIN_TOPIC_LIST", "STANDIN_ACTIVATION_DELAY_MS"],
];

function warningsAboutVariables(
  own: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return variables
    .filter((name) => own[name] !== undefined && own[name] !== environment[name])
    .map((name) => `${name} in a settings file has no effect: set it in the environment`);
}

type TopicsInput = {
  readonly sample: Settings;
  readonly own: Settings;
  readonly examined: readonly Examined[];
};

/** Adds the topics that settings name. Partitions of one's own STANDIN_TOPICS come first. */
function toTopics({ sample, own, examined }: TopicsInput): UnknownObject {
  const named = examined.flatMap(({ targets, config }) =>
    targets.flatMap(({ topic, partition = 0 }) =>
      topic === undefined
        ? []
        : [
            [
              topic,
              Math.max(config?.partitionsOf(topic) ?? partitionsDefault, partition + 1),
            ] as const,
          ],
    ),
  );
  const used = Object.fromEntries(named);
  return isSet(own["STANDIN_TOPICS"])
    ? { ...used, ...parseTopics(own) }
    : { ...parseTopics(sample), ...used };
}

function parseTopics({ STANDIN_TOPICS: text }: Settings): UnknownObject {
  const value = parseJson(String(text));
  if (!isUnknownObject(value)) {
    throw new SettingsProblem('STANDIN_TOPICS must be a JSON object, such as {"orders": 3}');
  }
  return value;
}
