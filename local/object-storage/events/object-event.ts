import { formEncode } from "../protocol/uri.ts";

/** A change of an object. */
export type ObjectChange = {
  readonly kind: "created" | "removed";
  readonly bucket: string;
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  readonly requestId: string;
  readonly atMs: number;
};

/**
 * The parameters of NAVER Cloud's Object Storage trigger. Only `object_name` is known from public code. The other
 * names, the words of `event_name`, and the assumption that all values are text are not confirmed.
 */
export type NcloudEvent = {
  readonly container_name: string;
  readonly object_name: string;
  readonly event_name: "object-created" | "object-removed";
  /** Absent when the object was removed. */
  readonly object_length?: string;
  readonly request_id: string;
  readonly timestamp_start: string;
};

/**
 * An event of Amazon S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * (read 2026-11-30).
 */
export type S3Event = { readonly Records: readonly [Readonly<Record<string, unknown>>] };

/** One change in both forms of events. */
export type ObjectStorageEvent = { readonly ncloud: NcloudEvent; readonly s3: S3Event };

export type EventOrigin = { readonly region: string; readonly sequence: number };

export function toObjectEvent(change: ObjectChange, place: EventOrigin): ObjectStorageEvent {
  return { ncloud: toNcloud(change), s3: toS3(change, place) };
}

function toNcloud({ kind, bucket, key, bytes, requestId, atMs }: ObjectChange): NcloudEvent {
  return {
    container_name: bucket,
    object_name: key,
    event_name: `object-${kind}`,
    ...(kind === "created" && { object_length: String(bytes) }),
    request_id: requestId,
    timestamp_start: String(atMs),
  };
}

function toS3(change: ObjectChange, { region, sequence }: EventOrigin): S3Event {
  const { kind, bucket, key, bytes, etag, requestId, atMs } = change;
  const record = {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: region,
    eventTime: new Date(atMs).toISOString(),
    eventName: kind === "created" ? "ObjectCreated:Put" : "ObjectRemoved:Delete",
    responseElements: { "x-amz-request-id": requestId },
    s3: {
      s3SchemaVersion: "1.0",
      bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: formEncode(key),
        ...(kind === "created" && { size: bytes, eTag: etag.replaceAll('"', "") }),
        /** All values have one length and are compared as text: a later change has a greater one. */
        sequencer: sequence.toString(16).toUpperCase().padStart(16, "0"),
      },
    },
  };
  return { Records: [record] };
}
