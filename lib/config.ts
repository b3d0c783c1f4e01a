import { createKeyPair, type KeyPair } from "./data-stream/signature.ts";
import { type LogLevel, logLevels } from "./log.ts";
import {
  headerKey,
  integer,
  oneOf,
  origin,
  partitionCounts,
  secretText,
  topicName,
} from "./setting-rules.ts";
import {
  findMisspelt,
  findUnsupported,
  optional,
  type Parsed,
  type Problem,
  parseFields,
  problemsOf,
  required,
  type Settings,
  withDefault,
} from "./settings.ts";

/** What every function needs to reach the stream. */
export type Config = {
  readonly endpoint: string;
  readonly keys: KeyPair;
  /** The default topic; absent when each source names its own. */
  readonly topic: string | undefined;
  readonly partitionsOf: (topic: string) => number | undefined;
  readonly concurrency: number;
  readonly attemptsMax: number;
  readonly attemptTimeoutMs: number;
  readonly deliveryTimeoutMs: number;
  readonly messageBytesMax: number;
  readonly logLevel: LogLevel;
};

const fields = {
  NCLOUD_ACCESS_KEY: required(headerKey),
  NCLOUD_SECRET_KEY: required(secretText),
  DATASTREAM_ENDPOINT: withDefault(origin, "https://api.datastream.naverncp.com"),
  DATASTREAM_TOPIC: optional(topicName),
  DATASTREAM_PARTITIONS: optional(partitionCounts),
  DATASTREAM_CONCURRENCY: withDefault(integer(1, 256), 16),
  DATASTREAM_ATTEMPTS_MAX: withDefault(integer(1, 20), 5),
  DATASTREAM_MESSAGE_BYTES_MAX: withDefault(integer(1, 100_000_000), 1_000_000),
  DELIVERY_TIMEOUT_MS: optional(integer(500, 900_000)),
  ATTEMPT_TIMEOUT_MS: withDefault(integer(100, 60_000), 3_000),
  LOG_LEVEL: withDefault(oneOf(logLevels), "info"),
};

/** `deliveryTimeoutMs` is the function's default for DELIVERY_TIMEOUT_MS. */
export function parseConfig(settings: Settings, deliveryTimeoutMs: number): Parsed<Config> {
  const parsed = parseFields(settings, fields);
  const misplaced = [...findMisspelt(settings), ...findUnsupported(settings)];
  if (!parsed.ok || misplaced.length > 0) {
    return { ok: false, problems: [...problemsOf([parsed]), ...misplaced] };
  }
  const { value } = parsed;
  return {
    ok: true,
    value: {
      endpoint: value.DATASTREAM_ENDPOINT,
      keys: createKeyPair(value.NCLOUD_ACCESS_KEY, value.NCLOUD_SECRET_KEY),
      topic: value.DATASTREAM_TOPIC,
      partitionsOf: countIn(value.DATASTREAM_PARTITIONS),
      concurrency: value.DATASTREAM_CONCURRENCY,
      attemptsMax: value.DATASTREAM_ATTEMPTS_MAX,
      attemptTimeoutMs: value.ATTEMPT_TIMEOUT_MS,
      deliveryTimeoutMs: value.DELIVERY_TIMEOUT_MS ?? deliveryTimeoutMs,
      messageBytesMax: value.DATASTREAM_MESSAGE_BYTES_MAX,
      logLevel: value.LOG_LEVEL,
    },
  };
}

function countIn(counts: number | Readonly<Record<string, number>> | undefined) {
  return (topic: string): number | undefined => {
    if (typeof counts === "number" || counts === undefined) {
      return counts;
    }
    return Object.hasOwn(counts, topic) ? counts[topic] : undefined;
  };
}

/** Where records may go, and the settings that say so. */
export type Target = {
  readonly topicSetting: string;
  /** Absent: DATASTREAM_TOPIC. */
  readonly topic: string | undefined;
  readonly partitionSetting: string;
  readonly partition: number | undefined;
};

/** Problems that only show when a function's targets meet the stream's settings. */
export function checkTargets(
  targets: readonly Target[],
  stream: Pick<Config, "topic" | "partitionsOf">,
): readonly Problem[] {
  return targets.flatMap(({ topic = stream.topic, topicSetting, partition, partitionSetting }) => {
    if (topic === undefined) {
      return [{ setting: "DATASTREAM_TOPIC", text: `is required: ${topicSetting} is not set` }];
    }
    const count = stream.partitionsOf(topic) ?? Infinity;
    const text = `must be below the topic's partition count of ${count}`;
    return (partition ?? 0) >= count ? [{ setting: partitionSetting, text }] : [];
  });
}
