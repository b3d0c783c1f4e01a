import { type Bag, isBag } from "../bag.ts";
import type { Refused } from "../outcome.ts";
import type { RefusedBody } from "../trigger.ts";
import { bagAt, fieldText, marksOf, toTime } from "./fields.ts";
import type { Notification, ObjectEvent, ObjectFacts } from "./notification.ts";

const unknownEntry: Refused = {
  kind: "refused",
  code: "UNKNOWN_EVENT",
  reason: "an entry of Records names no bucket and object",
};

/** Amazon S3 "Event message structure"; many S3-compatible vendors send the same `Records`. */
export function readS3Records(parameters: Bag): Notification | undefined {
  const { Records: entries } = parameters;
  if (!Array.isArray(entries)) {
    return undefined;
  }
  const read = entries.map((entry: unknown) => (isBag(entry) ? readEntry(entry) : undefined));
  return {
    kind: "objects",
    objects: read.filter((object) => object !== undefined),
    unknown: entries.filter((_, index) => read[index] === undefined).map(toRefusedBody),
    notes: [],
  };
}

function toRefusedBody(entry: unknown): RefusedBody {
  const body = () => JSON.stringify(entry);
  return { source: "bucket", contentType: "application/json", body, refusal: unknownEntry };
}

function readEntry(entry: Bag): ObjectEvent | undefined {
  const bucket = fieldText(bagAt(entry, "s3", "bucket"), "name");
  const object = bagAt(entry, "s3", "object");
  const rawName = fieldText(object, "key");
  return bucket === undefined || rawName === undefined
    ? undefined
    : {
        bucket,
        name: decodeName(rawName),
        data: entry,
        facts: () => readFacts(entry, bucket, object),
      };
}

function readFacts(entry: Bag, bucket: string, object: Bag): ObjectFacts {
  const eventSource = fieldText(entry, "eventSource") ?? "s3";
  const region = fieldText(entry, "awsRegion");
  return {
    type: toType(eventSource, fieldText(entry, "eventName") ?? "Event"),
    // CloudEvents "AWS S3 adapter": eventSource, awsRegion and bucket name, joined by dots.
    source: [eventSource, region, bucket].filter((part) => part !== undefined).join("."),
    time: toTime(fieldText(entry, "eventTime")),
    marks: [
      ...marksOf(object, ["versionId", "eTag", "sequencer"]),
      ...marksOf(bagAt(entry, "responseElements"), ["x-amz-request-id"]),
      ...marksOf(entry, ["eventTime"]),
    ],
  };
}

/** `com.amazonaws.s3.` for AWS; another vendor must not pass for it, so it gets its own prefix. */
function toType(eventSource: string, eventName: string): string {
  const name = eventName.replace(/^s3:/, "");
  const vendor = /^([a-z0-9-]{1,40}):s3$/i.exec(eventSource)?.[1]?.toLowerCase();
  if (vendor === "aws") {
    return `com.amazonaws.s3.${name}`;
  }
  return vendor === undefined ? `s3.${name}` : `com.${vendor}.s3.${name}`;
}

/** Names come URL-encoded with `+` for a space; what cannot be decoded stays as it came. */
function decodeName(rawName: string): string {
  try {
    return decodeURIComponent(rawName.replaceAll("+", " "));
  } catch {
    return rawName;
  }
}
