import { isUnknownObject, type UnknownObject } from "../encoding/unknown-object.ts";
import type { RefusedBody } from "../model/function-definition.ts";
import {
  describeSource,
  fieldText,
  firstText,
  identityPartsOf,
  objectAt,
  toEventName,
  toIdentityParts,
  toTime,
} from "./fields.ts";
import type { Notification, ObjectEvent, ObjectFacts } from "./object-event.ts";

/** Amazon S3 "Event message structure"; many S3-compatible vendors send the same `Records`. */
export function readS3Records(parameters: UnknownObject): Notification | undefined {
  const { Records: entries } = parameters;
  if (!Array.isArray(entries)) {
    return undefined;
  }
  const read = entries.map((entry: unknown) =>
    isUnknownObject(entry) ? readEntry(entry) : unknownEntry({}, entry),
  );
  return {
    kind: "objects",
    objects: read.filter((entry) => "facts" in entry),
    unknown: read.filter((entry) => "refusal" in entry),
    notes: [],
  };
}

function readEntry(entry: UnknownObject): ObjectEvent | RefusedBody {
  const bucket = fieldText(objectAt(entry, "s3", "bucket"), "name");
  const object = objectAt(entry, "s3", "object");
  const key = fieldText(object, "key");
  const eventSource = fieldText(entry, "eventSource");
  return bucket === undefined || key === undefined
    ? unknownEntry(entry, entry)
    : {
        bucket,
        name: encodesNames(eventSource) ? decodeName(key) : key,
        data: entry,
        facts: () => readFacts(entry, bucket, object),
      };
}

/** SNS begins the field with a capital letter, SQS and S3 do not. */
function unknownEntry(fields: UnknownObject, entry: unknown): RefusedBody {
  const from = describeSource(firstText(fields, ["eventSource", "EventSource"]));
  const reason = `an entry of Records${from} names no bucket and object`;
  return {
    source: "bucket",
    contentType: "application/json",
    body: () => JSON.stringify(entry),
    refusal: { kind: "refused", code: "UNKNOWN_EVENT", reason },
  };
}

function readFacts(entry: UnknownObject, bucket: string, object: UnknownObject): ObjectFacts {
  const eventSource = fieldText(entry, "eventSource") ?? "s3";
  const region = fieldText(entry, "awsRegion");
  return {
    type: toType(eventSource, toEventName(fieldText(entry, "eventName") ?? "Event")),
    // CloudEvents "AWS S3 adapter": eventSource, awsRegion and bucket name, joined by dots.
    source: [eventSource, region, bucket].filter((part) => part !== undefined).join("."),
    time: toTime(fieldText(entry, "eventTime")),
    // `eventId` and `etag` are Ceph's.
    identityParts: toIdentityParts(
      [
        ...identityPartsOf(object, ["versionId", "sequencer"]),
        ...identityPartsOf(objectAt(entry, "responseElements"), ["x-amz-request-id"]),
        ...identityPartsOf(entry, ["eventTime", "eventId"]),
      ],
      identityPartsOf(object, ["eTag", "etag"]),
    ),
  };
}

/** `com.amazonaws.s3.` for AWS; another vendor must not pass for it, so it gets its own prefix. */
function toType(eventSource: string, name: string): string {
  const vendor = /^([a-z0-9-]{1,40}):s3$/i.exec(eventSource)?.[1]?.toLowerCase();
  if (vendor === "aws") {
    return `com.amazonaws.s3.${name}`;
  }
  return vendor === undefined ? `s3.${name}` : `com.${vendor}.s3.${name}`;
}

/**
 * Whether names come URL-encoded, with `+` for a space. To decode a name that is not encoded makes it
 * another object's, so only vendors count that say or show that they encode (all read 2026-11-30):
 * - AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * - MinIO: https://github.com/minio/minio/issues/11665
 * - RustFS: https://github.com/rustfs/rustfs/issues/2647
 *
 * Ceph's RGW does not (https://github.com/suitenumerique/meet/pull/1455), nor does Scality's Zenko (tests of
 * https://github.com/scality/backbeat). Of StorageGRID (`sgws:s3`) and others nothing is known.
 */
function encodesNames(eventSource = ""): boolean {
  return /^(aws|minio|rustfs):s3$/i.test(eventSource);
}

/** What cannot be decoded stays as it came. */
function decodeName(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return key;
  }
}
