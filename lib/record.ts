import { type EventParts, toCloudEvent } from "./cloud-event.ts";

type Addressed = {
  readonly topic: string;
  /** Absent: the API takes a random partition. */
  readonly partition: number | undefined;
  /** Whether a setting names the partition; it was chosen from the key otherwise. */
  readonly isFixed?: boolean;
  readonly key: string;
  /** The CloudEvents id, also where the value is raw; consumers drop duplicates by it. */
  readonly id: string;
};

type Written = {
  readonly value: string;
  /** Absent where the value is raw, or came as text: a dead letter, a line of a file. */
  readonly event?: EventParts | undefined;
};

/** An event that is written when its message goes out: of many records few are text at once. */
type Unwritten = { readonly event: EventParts; readonly value?: undefined };

export type RecordContent = Written | Unwritten;

/** What is handed to the topic. The produce API has no record headers. */
export type StreamRecord = Addressed & RecordContent;

/** A record as it goes out. */
export type Message = Addressed & Written;

export function toMessage(record: StreamRecord): Message {
  if (record.value !== undefined) {
    return record;
  }
  const { topic, partition, isFixed = false, key, id, event } = record;
  const value = toCloudEvent(event.attributes, event.data);
  return { topic, partition, isFixed, key, id, event, value };
}

/** Bytes that count against the message limit: key plus value, as UTF-8. */
export function messageBytes({ key, value }: Message): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value);
}
