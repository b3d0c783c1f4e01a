import type { Acknowledgement } from "../model/acknowledgement.ts";
import type { Target } from "../model/function-definition.ts";
import { createKeyPair, type KeyPair } from "../model/key-pair.ts";
import type { LogLevel } from "../model/log.ts";
import { type ParseResult, type Problem, problemsOf, type Settings } from "../model/settings.ts";
import type { StorageConfig } from "../model/storage.ts";
import { parseFields } from "./fields.ts";
import { findMisspelt } from "./settings.ts";
import { streamFields } from "./stream-fields.ts";

/** The settings that every function needs to reach the stream. */
export type Config = {
  readonly endpoint: string;
  readonly keys: KeyPair;
  /** The default topic; absent if each source names its own. */
  readonly topic: string | undefined;
  readonly partitionsOf: (topic: string) => number | undefined;
  readonly concurrency: number;
  readonly attemptsMax: number;
  readonly attemptTimeoutMs: number;
  readonly deliveryTimeoutMs: number;
  readonly messageBytesMax: number;
  readonly acknowledgement: Acknowledgement;
  /** True if failed messages of an SQS batch are reported one by one (`ReportBatchItemFailures`). */
  readonly sqsPartialBatch: boolean;
  /** Bucket of dead letters and set-aside objects. */
  readonly deadLetterBucket: string | undefined;
  /** Bucket for data that is too large for a message. */
  readonly claimCheckBucket: string | undefined;
  readonly storage: StorageConfig;
  readonly logLevel: LogLevel;
};

/** Parses the settings of the stream. `deliveryTimeoutMs` is the function's default of DELIVERY_TIMEOUT_MS, `known` names of functions' settings. */
export function parseConfig(
  settings: Settings,
  deliveryTimeoutMs: number,
  known: readonly string[] = [],
): ParseResult<Config> {
  return refuseMisspelt(parseStream(settings, deliveryTimeoutMs), settings, known);
}

/** Adds misspelt names to the problems. It looks at every name, so its result is not memoized. */
export function refuseMisspelt<T>(
  parsed: ParseResult<T>,
  settings: Settings,
  known: readonly string[],
): ParseResult<T> {
  const misspelt = findMisspelt(settings, known);
  return misspelt.length === 0
    ? parsed
    : { ok: false, problems: problemsOf([parsed]).concat(misspelt) };
}

/** Parses the known settings and looks at no other name. */
export function parseStream(settings: Settings, deliveryTimeoutMs: number): ParseResult<Config> {
  const parsed = parseFields(settings, streamFields);
  if (!parsed.ok) {
    return parsed;
  }
  const { value } = parsed;
  const keys = createKeyPair(value.NCLOUD_ACCESS_KEY, value.NCLOUD_SECRET_KEY);
  return {
    ok: true,
    value: {
      endpoint: value.DATASTREAM_ENDPOINT,
      keys,
      topic: value.DATASTREAM_TOPIC,
      partitionsOf: countIn(value.DATASTREAM_PARTITIONS),
      concurrency: value.DATASTREAM_CONCURRENCY,
      attemptsMax: value.DATASTREAM_ATTEMPTS_MAX,
      attemptTimeoutMs: value.ATTEMPT_TIMEOUT_MS,
      deliveryTimeoutMs: value.DELIVERY_TIMEOUT_MS ?? deliveryTimeoutMs,
      messageBytesMax: value.DATASTREAM_MESSAGE_BYTES_MAX,
      acknowledgement: value.DATASTREAM_ACKNOWLEDGEMENT,
      sqsPartialBatch: value.SQS_PARTIAL_BATCH,
      deadLetterBucket: value.DEAD_LETTER_BUCKET,
      claimCheckBucket: value.CLAIM_CHECK_BUCKET,
      storage: {
        endpoint: value.OBJECT_STORAGE_ENDPOINT,
        region: value.OBJECT_STORAGE_REGION,
        keys,
      },
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

/** Checks a function's targets against the settings of the stream. */
export function checkTargets(
  targets: readonly Target[],
  stream: Pick<Config, "topic" | "partitionsOf">,
): readonly Problem[] {
  const withoutTopic = targets.filter(({ topic = stream.topic }) => topic === undefined);
  const partitions = targets.flatMap(({ topic = stream.topic, partition, partitionSetting }) => {
    if (partition === undefined || topic === undefined) {
      return [];
    }
    const count = stream.partitionsOf(topic) ?? Infinity;
    const text = `must be below the topic's partition count of ${count}`;
    return partition >= count ? [{ setting: partitionSetting, text }] : [];
  });
  return withoutTopic.length === 0 ? partitions : [missingTopic(withoutTopic), ...partitions];
}

/** Reports one problem for all targets without a topic. */
function missingTopic([first, ...others]: readonly Target[]): Problem {
  const more = others.length === 0 ? "is" : `and ${others.length} more are`;
  return {
    setting: "DATASTREAM_TOPIC",
    text: `is required: ${first?.topicSetting} ${more} not set`,
  };
}
