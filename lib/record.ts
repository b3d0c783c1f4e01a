import { type EventParts, toCloudEvent } from "./cloud-event.ts";

/** What is handed to the topic. The produce API has no record headers. */
export type StreamRecord = {
  readonly topic: string;
  /** Absent: the API takes a random partition. */
  readonly partition: number | undefined;
  /** Whether a setting names the partition; it was chosen from the key otherwise. */
  readonly isFixed?: boolean;
  readonly key: string;
  readonly value: string;
  /** The CloudEvents id, also where the value is raw; consumers drop duplicates by it. */
  readonly id: string;
  /** Absent where the value is raw. */
  readonly event?: EventParts | undefined;
};

/** The fields of a record whose value is an event, not raw. */
export function toEventFields(event: EventParts): Pick<StreamRecord, "value" | "event"> {
  return { value: toCloudEvent(event.attributes, event.data), event };
}

/** Bytes that count against the message limit: key plus value, as UTF-8. */
export function recordBytes(record: StreamRecord): number {
  return Buffer.byteLength(record.key) + Buffer.byteLength(record.value);
}
