import { type Config, parseConfig } from "../../lib/settings/stream-config.ts";
import { allSettingNames } from "../project/functions.ts";
import { commandText } from "../shared/command-text.ts";
import { pageOfSetting } from "../shared/page.ts";
import { loadSettings } from "../shared/settings-source.ts";
import type { Terminal } from "../shared/terminal.ts";
import { UsageError } from "../shared/usage-error.ts";
import { isPartition } from "./input/message.ts";

export type ProduceOptions = {
  readonly settings?: readonly string[];
  readonly topic?: string;
  readonly key?: string;
  readonly value?: string;
  readonly valueFile?: string;
  readonly ndjson?: string;
  readonly jsonValues?: true;
  readonly partition?: number;
  readonly fromOffset?: number;
  readonly checkpoint?: string;
  readonly dryRun?: true;
  readonly json?: true;
};

/** A command may take longer than a function's call: no caller waits for it. */
const deliveryTimeoutMs = 45_000;

/** Reads the settings as every function does. `--topic` replaces DATASTREAM_TOPIC. */
export function toConfig(
  { settings: files = [], topic }: ProduceOptions,
  terminal: Terminal,
): Config {
  const settings = loadSettings(files, terminal.environment);
  const own = topic === undefined ? {} : { DATASTREAM_TOPIC: topic };
  const parsed = parseConfig({ ...settings, ...own }, deliveryTimeoutMs, allSettingNames);
  if (!parsed.ok) {
    const nameOf = (setting: string) =>
      setting === "DATASTREAM_TOPIC" && topic !== undefined ? "--topic" : setting;
    const problems = parsed.problems.map(({ setting, text }) => `${nameOf(setting)} ${text}`);
    const page = pageOfSetting(nameOf(parsed.problems[0]?.setting ?? ""));
    throw new UsageError(`${problems.join("; ")} (${commandText("doctor")} says more)`, page);
  }
  return parsed.value;
}

/** Checks what the parser of the command line cannot know. */
export function checkOptions(options: ProduceOptions): void {
  const { ndjson, key, value, valueFile } = options;
  const problem = ndjson === undefined ? findProblemOfOne(options) : undefined;
  const sources = [ndjson, value, valueFile].filter((one) => one !== undefined);
  if (sources.length > 1) {
    throw new UsageError("--value, --value-file and --ndjson exclude each other");
  }
  if (key === "") {
    throw new UsageError("--key must not be empty");
  }
  if (problem !== undefined) {
    throw new UsageError(problem);
  }
}

function findProblemOfOne({
  key,
  jsonValues,
  fromOffset,
  checkpoint,
}: ProduceOptions): string | undefined {
  if (jsonValues !== undefined || fromOffset !== undefined || checkpoint !== undefined) {
    return "--json-values, --from-offset and --checkpoint go with --ndjson";
  }
  return key === undefined ? "--key is required (or give --ndjson)" : undefined;
}

export function parsePartition(value: string): number {
  const partition = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  if (!isPartition(partition)) {
    throw new UsageError("--partition must be a whole number from 0 to 1023");
  }
  return partition;
}

export function parseOffset(value: string): number {
  const offset = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(offset)) {
    throw new UsageError("--from-offset must be a whole number of bytes");
  }
  return offset;
}
