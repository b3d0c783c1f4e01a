import { sha256Hex } from "../encoding/sha256.ts";
import { isText } from "../encoding/unknown-object.ts";
import { toWellFormed } from "../encoding/well-formed.ts";
import type { InvocationEvent } from "../model/call.ts";
import type {
  Mapping,
  RecordDraft,
  Trigger,
  TriggerContext,
} from "../model/function-definition.ts";
import type { Content } from "../model/record.ts";
import { hasReservedPrefix } from "../model/reserved-prefixes.ts";
import { type Ending, refusal } from "../model/result.ts";
import type { Settings } from "../model/settings.ts";
import type { NcloudFields } from "../object-events/ncloud.ts";
import { readNotification } from "../object-events/notification.ts";
import type { ObjectEvent } from "../object-events/object-event.ts";
import { isSecretName, isSettingName } from "../settings/field-names.ts";
import { optional, parseFields, withDefault } from "../settings/fields.ts";
import {
  bucketName,
  json,
  oneOf,
  partitionIndex,
  textWhere,
  topicName,
} from "../settings/rules.ts";
import { findBatchItemFailures } from "./batch-item-failures.ts";

export type BucketConfig = {
  readonly key: "object" | "bucket";
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly value: "cloudevent" | "raw";
  readonly ncloudFields: NcloudFields;
  /** Buckets that the functions write to. An event about them would cause a loop. */
  readonly reservedBuckets: readonly string[];
};

/** Maps a bucket notification to one record per object event. */
export const bucket: Trigger<InvocationEvent, BucketConfig> = {
  name: "bucket",
  accepts: "invocation",
  deliveryTimeoutMs: 45_000,
  get settings() {
    return Object.keys(fields);
  },
  parse: parseBucketConfig,
  targets: ({ topic, partition }) => [
    { topicSetting: "BUCKET_TOPIC", topic, partitionSetting: "BUCKET_PARTITION", partition },
  ],
  warnings: () => [],
  map: mapNotification,
  findBatchItemFailures,
};

const eventField = textWhere(
  isEventField,
  "must be an event field's name, and no setting's or secret's",
);

const fields = {
  DEAD_LETTER_BUCKET: optional(bucketName),
  CLAIM_CHECK_BUCKET: optional(bucketName),
  BUCKET_KEY: withDefault(oneOf(["object", "bucket"]), "object"),
  BUCKET_TOPIC: optional(topicName),
  BUCKET_PARTITION: optional(partitionIndex),
  BUCKET_VALUE: withDefault(oneOf(["cloudevent", "raw"]), "cloudevent"),
  BUCKET_EVENT_FIELDS: withDefault(
    json<readonly string[]>(
      (value) => Array.isArray(value) && value.every(isEventField),
      "must be a list of event field names, none of them a setting's or a secret's",
    ),
    [],
  ),
  BUCKET_NAME_FIELD: optional(eventField),
  BUCKET_EVENT_FIELD: optional(eventField),
  BUCKET_TIME_FIELD: optional(eventField),
};

function parseBucketConfig(settings: Settings) {
  const parsed = parseFields(settings, fields);
  if (!parsed.ok) {
    return parsed;
  }
  const { value } = parsed;
  const config: BucketConfig = {
    key: value.BUCKET_KEY,
    topic: value.BUCKET_TOPIC,
    partition: value.BUCKET_PARTITION,
    value: value.BUCKET_VALUE,
    ncloudFields: {
      passed: value.BUCKET_EVENT_FIELDS,
      bucket: present([value.BUCKET_NAME_FIELD]),
      event: present([value.BUCKET_EVENT_FIELD]),
      time: present([value.BUCKET_TIME_FIELD]),
    },
    reservedBuckets: present([value.DEAD_LETTER_BUCKET, value.CLAIM_CHECK_BUCKET]),
  };
  return { ok: true as const, value: config };
}

function present(names: readonly (string | undefined)[]): readonly string[] {
  return names.filter((name) => name !== undefined);
}

function isEventField(name: unknown): boolean {
  return isText(name) && !looksLikeSetting(name);
}

/** Recognizes a field that could be a setting, also of a name's form alone. Such a field is never passed on. */
function looksLikeSetting(name: string): boolean {
  return (
    isSettingName(name) ||
    isSecretName(name) ||
    /^[A-Z][A-Z0-9_]*$/.test(name) ||
    name.startsWith("__")
  );
}

function mapNotification(
  event: InvocationEvent,
  config: BucketConfig,
  { arrivedMs, invocationId }: TriggerContext,
): Mapping {
  const notification = readNotification(event.parameters, config.ncloudFields);
  if (notification.kind === "unknown") {
    const reason =
      `the event${notification.from} is no bucket notification: neither object_name, nor Records, ` +
      "nor an Object event of EventBridge";
    return { records: [], endings: [refusal("UNKNOWN_EVENT", reason)] };
  }
  const { objects, unknown, tests, batch, notes } = notification;
  const foreign = objects.filter((object) => !isWrittenByUs(object, config));
  const ignored = [
    ...Array.from({ length: objects.length - foreign.length }, () => reservedObject),
    ...Array.from({ length: tests }, () => testEvent),
  ];
  // An event of another form as a whole fails: a platform that tries again keeps it. A queue's batch is known by its form.
  const isUnknown = objects.length === 0 && tests === 0 && batch === undefined;
  return {
    records: foreign.map((object, index) =>
      toRecord(object, config, { arrivedMs, invocationId, index }),
    ),
    endings: isUnknown ? unknown.map(({ refusal }) => refusal) : ignored,
    refusedBodies: isUnknown ? [] : unknown,
    batch,
    notes,
  };
}

const testEvent: Ending = { kind: "ignored", reason: "a test event" };

const reservedObject: Ending = { kind: "ignored", reason: "an object of the functions themselves" };

/**
 * Recognizes objects that the functions themselves write, because events about them would cause a loop. The bucket
 * decides. If the event names no bucket, the reserved prefixes decide: another function may write its dead letters there.
 */
function isWrittenByUs({ bucket, name }: ObjectEvent, { reservedBuckets }: BucketConfig): boolean {
  return bucket === undefined ? hasReservedPrefix(name) : reservedBuckets.includes(bucket);
}

type RecordContext = Pick<TriggerContext, "arrivedMs" | "invocationId"> & {
  readonly index: number;
};

function toRecord(
  object: ObjectEvent,
  { key: keyBy, topic, partition, value }: BucketConfig,
  { arrivedMs, invocationId, index }: RecordContext,
): RecordDraft {
  const { bucket, name, data, batchItem } = object;
  const path = bucket === undefined ? name : `${bucket}/${name}`;
  const key = toWellFormed(keyBy === "bucket" ? (bucket ?? path) : path);
  const content = (): Content => {
    const { source, type, time, identityParts } = object.facts();
    const position = object.position ?? `${invocationId}#${index}`;
    const id = toEventId([bucket ?? "", name, type], identityParts, position);
    const attributes = {
      id,
      source,
      type: toWellFormed(type),
      subject: toWellFormed(name),
      time: time ?? new Date(arrivedMs).toISOString(),
      datacontenttype: "application/json",
      partitionkey: key,
    };
    const isRaw = value === "raw";
    return { id, data: { kind: "value", value: data }, attributes: isRaw ? undefined : attributes };
  };
  return { topic, partition, key, batchItem, content };
}

/**
 * Makes the id, which is the same on every delivery of an object event. If the event has no identity parts, its position
 * in its message or in the invocation replaces them.
 */
function toEventId(
  what: readonly string[],
  identityParts: readonly string[],
  position: string,
): string {
  return sha256Hex(
    JSON.stringify(what.concat(identityParts.length > 0 ? identityParts : position)),
  );
}
