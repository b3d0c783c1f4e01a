import { isUnknownObject, type UnknownObject } from "../encoding/unknown-object.ts";
import type { BatchItem, RefusedBody } from "../model/function-definition.ts";
import { refusal } from "../model/result.ts";
import {
  describeSource,
  fieldText,
  firstText,
  identityPartOf,
  objectAt,
  toEventName,
  toIdentityParts,
  toTime,
} from "./fields.ts";
import { type Message, messageOf, type ReadMessage } from "./messages.ts";
import {
  type Notification,
  type ObjectEvent,
  type ObjectEvents,
  type ObjectFacts,
  toObjectEvents,
} from "./object-event.ts";

/**
 * Reads the `Records` of Amazon S3, of many S3-compatible vendors, and of queues and topics that pass their events on
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html, read 2026-11-30).
 * Returns undefined for any other event.
 */
export function readS3Records(
  parameters: UnknownObject,
  read: ReadMessage,
): Notification | undefined {
  const { Records: entries } = parameters;
  if (!Array.isArray(entries)) {
    return undefined;
  }
  const found: Found = { objects: [], unknown: [], tests: 0, batch: [], notes: [] };
  entries.forEach((entry: unknown) => {
    addEntry(found, entry, read);
  });
  const { batch, notes } = found;
  return {
    ...{ kind: "objects", ...found },
    ...{ batch: batch.length > 0 ? batch : undefined, notes: [...new Set(notes)] },
  };
}

/** All that was found in the entries so far. A list for each of a thousand entries would take longer than reading them. */
type Found = {
  readonly objects: ObjectEvent[];
  readonly unknown: RefusedBody[];
  readonly batch: BatchItem[];
  readonly notes: string[];
  tests: number;
};

function addEntry(found: Found, entry: unknown, read: ReadMessage): void {
  if (!isUnknownObject(entry)) {
    found.unknown.push(unknownEntry({}, entry));
    return;
  }
  const message = messageOf(entry);
  if (message !== undefined) {
    addPart(found, readMessage(entry, message, read(message.text)));
    return;
  }
  const one = readObject(entry);
  if ("facts" in one) {
    found.objects.push(one);
  } else {
    found.unknown.push(one);
  }
}

function addPart(found: Found, { objects, unknown, tests, batch = [], notes }: ObjectEvents): void {
  found.objects.push(...objects);
  found.unknown.push(...unknown);
  found.batch.push(...batch);
  found.notes.push(...notes);
  found.tests += tests;
}

/** Returns the events in a message. A message without any is refused as it came. */
function readMessage(
  entry: UnknownObject,
  { id, batchItem }: Message,
  inner: Notification,
): ObjectEvents {
  const batch = batchItem && [batchItem];
  const refuse = (why: string): ObjectEvents =>
    toObjectEvents([], { unknown: [{ ...unknownEntry(entry, entry, why), batchItem }], batch });
  if (inner.kind === "unknown") {
    return refuse(inner.from === "" ? "" : `: its message is an event${inner.from}`);
  }
  const [first] = inner.unknown;
  if (inner.objects.length === 0 && first !== undefined) {
    return refuse(`: in its message, ${first.refusal.reason}`);
  }
  return {
    ...inner,
    objects: inner.objects.map((object, index) => ({
      ...object,
      position: object.position ?? (id === undefined ? id : `${id}#${index}`),
      batchItem,
    })),
    unknown: inner.unknown.map((one) => ({ ...one, batchItem })),
    batch,
  };
}

function readObject(entry: UnknownObject): ObjectEvent | RefusedBody {
  const s3 = objectAt(entry, "s3");
  const bucket = fieldText(objectAt(s3, "bucket"), "name");
  const object = objectAt(s3, "object");
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

/** Makes a refused body of an unknown entry. SNS writes the field with a capital letter, SQS and S3 do not. */
function unknownEntry(fields: UnknownObject, entry: unknown, why = ""): RefusedBody {
  const from = describeSource(firstText(fields, ["eventSource", "EventSource"]));
  const reason = `an entry of Records${from} names no bucket and object${why}`;
  return {
    source: "bucket",
    contentType: "application/json",
    body: () => JSON.stringify(entry),
    refusal: refusal("UNKNOWN_EVENT", reason),
  };
}

function readFacts(entry: UnknownObject, bucket: string, object: UnknownObject): ObjectFacts {
  const eventSource = fieldText(entry, "eventSource") ?? "s3";
  const region = fieldText(entry, "awsRegion");
  return {
    type: toType(eventSource, toEventName(fieldText(entry, "eventName") ?? "Event")),
    // CloudEvents "AWS S3 adapter" joins eventSource, awsRegion and bucket name with dots
    // (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/adapters/aws-s3.md).
    source: `${eventSource}.${region === undefined ? "" : `${region}.`}${bucket}`,
    time: toTime(fieldText(entry, "eventTime")),
    identityParts: identityPartsOf(entry, object),
  };
}

/** Ceph sends `eventId` and `etag`. */
function identityPartsOf(entry: UnknownObject, object: UnknownObject): readonly string[] {
  return toIdentityParts(
    [
      identityPartOf(object, "versionId"),
      identityPartOf(object, "sequencer"),
      identityPartOf(objectAt(entry, "responseElements"), "x-amz-request-id"),
      identityPartOf(entry, "eventTime"),
      identityPartOf(entry, "eventId"),
    ],
    [identityPartOf(object, "eTag"), identityPartOf(object, "etag")],
  );
}

/** Returns the type: `com.amazonaws.s3.` for AWS, and a prefix of its own for every other vendor. */
function toType(eventSource: string, name: string): string {
  const vendor = /^([A-Za-z0-9-]{1,40}):[Ss]3$/.exec(eventSource)?.[1]?.toLowerCase();
  if (vendor === "aws") {
    return `com.amazonaws.s3.${name}`;
  }
  return vendor === undefined ? `s3.${name}` : `com.${vendor}.s3.${name}`;
}

/**
 * Tells whether a vendor URL-encodes names, with `+` for a space. Decoding a name that is not encoded would name another
 * object, so only vendors count that document or show that they encode (all read 2026-11-30):
 * - AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * - MinIO: https://github.com/minio/minio/issues/11665
 * - RustFS: https://github.com/rustfs/rustfs/issues/2647
 *
 * Ceph RGW does not encode (https://github.com/suitenumerique/meet/pull/1455), nor does Scality's Zenko (tests of
 * https://github.com/scality/backbeat). Nothing is known about StorageGRID (`sgws:s3`) and others.
 */
function encodesNames(eventSource = ""): boolean {
  return /^(aws|minio|rustfs):s3$/.test(eventSource.toLowerCase());
}

/** Decodes a name. A name that cannot be decoded stays unchanged. */
function decodeName(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return key;
  }
}
