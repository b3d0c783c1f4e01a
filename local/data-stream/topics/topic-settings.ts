import {
  closedObject,
  InvalidInput,
  ifPresent,
  integerIn,
  isObject,
} from "../control/checked-input.ts";

/** A topic's partition count, alone or with its retention. */
export type TopicSetting =
  | number
  | { readonly partitions: number; readonly retentionMs?: number | undefined };

export type TopicSettings = Readonly<Record<string, TopicSetting>>;

export type TopicLimits = {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
};

/**
 * Data Stream's own limits for a topic: https://guide.ncloud-docs.com/docs/datastream-spec and
 * https://api.ncloud-docs.com/docs/datastream-posttopic (read 2026-11-30).
 */
const topicName = /^[a-z0-9-]{1,200}$/;
const partitionsRange = { min: 1, max: 16 };
const retentionMsRange = { min: 3_600_000, max: 1_296_000_000 };
const retentionMsDefault = 86_400_000;
/** Data Stream allows 3 topics an account. This limit is higher because local settings may cover several accounts. */
const topicsMax = 100;

/** Reads STANDIN_TOPICS, such as `{"orders": 3}` or `{"orders": {"partitions": 3, "retentionMs": 3600000}}`. */
export function readTopicSettings(value: unknown): TopicSettings {
  if (!isObject(value)) {
    throw new InvalidInput('STANDIN_TOPICS must be a JSON object, such as {"orders": 3}');
  }
  try {
    checkTopicSettings(value);
  } catch (error) {
    throw error instanceof InvalidInput ? new InvalidInput(`${error.message}${setBy}`) : error;
  }
  return value as TopicSettings;
}

/** The partitions of a topic that STANDIN_TOPICS does not name are those for the key of a message. */
const setBy = " (set by STANDIN_TOPICS, otherwise by DATASTREAM_TOPIC and DATASTREAM_PARTITIONS)";

export function checkTopicSettings(
  settings: Readonly<Record<string, unknown>>,
): readonly TopicLimits[] {
  const entries = Object.entries(settings);
  if (entries.length === 0 || entries.length > topicsMax) {
    throw new InvalidInput(`topics must name 1 to ${topicsMax} topics`);
  }
  return entries.map(([name, setting]) => checkTopic(name, setting));
}

function checkTopic(name: string, setting: unknown): TopicLimits {
  if (!topicName.test(name)) {
    const shown = JSON.stringify(name.slice(0, 250));
    throw new InvalidInput(`topic name ${shown}: 1 to 200 lowercase letters, digits, hyphens`);
  }
  const { partitions, retentionMs } =
    typeof setting === "number"
      ? { partitions: setting, retentionMs: undefined }
      : closedObject(setting, `topic ${name}`, ["partitions", "retentionMs"]);
  return {
    name,
    partitions: toPartitionCount(partitions, name),
    retentionMs:
      ifPresent(retentionMs, (given) =>
        integerIn(given, `topic ${name}: retentionMs`, retentionMsRange),
      ) ?? retentionMsDefault,
  };
}

function toPartitionCount(value: unknown, name: string): number {
  const { min, max } = partitionsRange;
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw new InvalidInput(`topic ${name}: the partition count must be from ${min} to ${max}`);
  }
  return value;
}
