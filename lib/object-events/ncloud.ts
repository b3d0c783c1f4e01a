import type { UnknownObject } from "../encoding/unknown-object.ts";
import {
  fieldText,
  firstText,
  identityPartOf,
  isSetting,
  listNames,
  toEventName,
  toIdentityParts,
  toTime,
} from "./fields.ts";
import { type Notification, type ObjectFacts, toObjectEvents } from "./object-event.ts";

/** Names of fields that settings add to the known ones. */
export type NcloudFields = {
  /** Passed on only. */
  readonly passed: readonly string[];
  /** Read before the known ones, and passed on. */
  readonly bucket: readonly string[];
  readonly event: readonly string[];
  readonly time: readonly string[];
};

const known = {
  bucket: ["container_name", "bucket_name"],
  event: ["event_name", "event_type"],
  time: ["timestamp_finish", "timestamp_start", "request_time"],
} as const;

/**
 * Fields of NAVER Cloud's Object Storage trigger, which are passed on if present. NAVER Cloud does not document them,
 * and public code shows only `object_name`. The others are guesses from the vocabulary of IBM Cloud Object Storage
 * (notification format 2.0 and the trigger of IBM Cloud Functions), from which the storage seems to descend.
 */
const knownFields = [
  ...known.bucket,
  ...known.event,
  ...known.time,
  "bucket_uuid",
  "content_type",
  "format",
  "object_etag",
  "object_length",
  "object_name",
  "object_version",
  "region",
  "request_id",
  "request_type",
  "system_name",
  "system_uuid",
];

/** Reads an event of NAVER Cloud's Object Storage trigger; undefined for any other event. */
export function readNcloud(
  parameters: UnknownObject,
  configured: NcloudFields,
): Notification | undefined {
  const name = fieldText(parameters, "object_name");
  if (name === undefined) {
    return undefined;
  }
  const bucket = firstText(parameters, [...configured.bucket, ...known.bucket]);
  const named = [
    ...knownFields,
    ...configured.passed,
    ...configured.bucket,
    ...configured.event,
    ...configured.time,
  ];
  const kept = named.filter((field) => Object.hasOwn(parameters, field));
  const dropped = Object.keys(parameters).filter(
    (field) => !kept.includes(field) && !isSetting(field),
  );
  const object = {
    bucket,
    name,
    facts: () => readFacts(parameters, bucket, configured),
    data: Object.fromEntries(kept.map((field) => [field, parameters[field]])),
  };
  const notes =
    dropped.length > 0 ? [`fields not passed on (BUCKET_EVENT_FIELDS): ${listNames(dropped)}`] : [];
  return toObjectEvents([object], { notes });
}

function readFacts(
  parameters: UnknownObject,
  bucket: string | undefined,
  configured: NcloudFields,
): ObjectFacts {
  const eventFields = [...configured.event, ...known.event];
  const timeFields = [...configured.time, ...known.time];
  const event = firstText(parameters, eventFields) ?? "event";
  const partsOf = (names: readonly string[]) =>
    names.map((name) => identityPartOf(parameters, name));
  const times = timeFields.map((field) => toTime(fieldText(parameters, field)));
  return {
    type: `com.ncloud.objectstorage.${toEventName(event)}`,
    source: bucket === undefined ? "/objectstorage" : `/objectstorage/${bucket}`,
    time: times.find((time) => time !== undefined),
    // One request may concern several objects, and an object may be written twice with the same bytes.
    identityParts: toIdentityParts(
      partsOf(["request_id", "object_version", ...timeFields]),
      partsOf(["object_etag", ...eventFields]),
    ),
  };
}
