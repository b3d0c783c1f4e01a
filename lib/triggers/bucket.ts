import { sha256Hex } from "../encoding/sha256.ts";
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
import type { Ending } from "../model/result.ts";
import type { Settings } from "../model/settings.ts";
import type { NcloudFields } from "../object-events/ncloud.ts";
import { readNotification } from "../object-events/notification.ts";
import type { ObjectEvent } from "../object-events/object-event.ts";
import {
  bucketName,
  json,
  oneOf,
  partitionIndex,
  textWhere,
  topicName,
} from "../settings/rules.ts";
import { optional, parseFields, settingNames, withDefault } from "../settings/settings.ts";

type BucketConfig = {
  readonly key: "object" | "bucket";
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly value: "cloudevent" | "raw";
  readonly ncloudFields: NcloudFields;
  /** Buckets that our own functions write to: an event about them would go round in a circle. */
  readonly ownBuckets: readonly string[];
};

/** A bucket notification becomes one record for each object event in it. */
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
    ownBuckets: present([value.DEAD_LETTER_BUCKET, value.CLAIM_CHECK_BUCKET]),
  };
  return { ok: true as const, value: config };
}

function present(names: readonly (string | undefined)[]): readonly string[] {
  return names.filter((name) => name !== undefined);
}

function isEventField(name: unknown): boolean {
  return typeof name === "string" && !looksLikeSetting(name);
}

/**
 * On OpenWhisk an event's fields share one object with the settings, so a field that could be one
 * is never passed on: a known name in any case, the shape of our names, or a word for a secret.
 */
function looksLikeSetting(name: string): boolean {
  const upper = name.toUpperCase();
  return (
    settingNames.some((setting) => setting === upper) ||
    /^[A-Z][A-Z0-9_]*$/.test(name) ||
    name.startsWith("__") ||
    /secret|passw|passphrase|token|credential|signature|^auth|(access|private|api)_?key/i.test(name)
  );
}

function mapNotification(
  event: InvocationEvent,
  config: BucketConfig,
  context: TriggerContext,
): Mapping {
  const notification = readNotification(event.parameters, config.ncloudFields);
  switch (notification.kind) {
    case "objects": {
      const foreign = notification.objects.filter((object) => !isOwn(object, config));
      const own = notification.objects.length - foreign.length;
      return {
        records: foreign.map((object, index) => toRecord(object, config, { index, ...context })),
        endings: Array.from({ length: own }, () => ownObject),
        refusedBodies: notification.unknown,
        notes: notification.notes,
      };
    }
    case "test":
      return { records: [], endings: [{ kind: "ignored", reason: "a test event" }] };
    case "unknown":
      return {
        records: [],
        endings: [
          {
            kind: "refused",
            code: "UNKNOWN_EVENT",
            reason:
              `the event${notification.from} is no bucket notification: neither object_name, nor Records, ` +
              "nor an Object event of EventBridge",
          },
        ],
      };
  }
}

const ownObject: Ending = { kind: "ignored", reason: "an object of the functions themselves" };

/**
 * Events about our own objects would go round in a circle. The bucket tells which those are. Where the event
 * names no bucket our prefixes tell, if this function writes objects at all: without a bucket of its own it
 * writes none, so nothing can go round, and the object is somebody else's.
 */
function isOwn({ bucket, name }: ObjectEvent, { ownBuckets }: BucketConfig): boolean {
  return bucket === undefined
    ? ownBuckets.length > 0 && hasReservedPrefix(name)
    : ownBuckets.includes(bucket);
}

function toRecord(
  object: ObjectEvent,
  { key: keyBy, topic, partition, value }: BucketConfig,
  { arrivedMs, invocationId, index }: TriggerContext & { readonly index: number },
): RecordDraft {
  const { bucket, name, data } = object;
  const path = bucket === undefined ? name : `${bucket}/${name}`;
  const key = toWellFormed(keyBy === "bucket" ? (bucket ?? path) : path);
  const content = (): Content => {
    const { source, type, time, marks } = object.facts();
    const id = toEventId([bucket ?? "", name, type], marks, `${invocationId}#${index}`);
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
  return { topic, partition, key, content };
}

/**
 * The same object event gives the same id each time it is delivered. Where the event holds nothing
 * that tells it from the next one about the same object, its place in the invocation has to.
 */
function toEventId(what: readonly string[], marks: readonly string[], place: string): string {
  return sha256Hex(JSON.stringify([...what, ...(marks.length > 0 ? marks : [place])]));
}
