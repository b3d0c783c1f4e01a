import {
  type CloudEventAttributes,
  type CloudEventData,
  type EventParts,
  toCloudEvent,
  toRawValue,
} from "./cloud-event.ts";

type RecordAddress = {
  readonly topic: string;
  /** Absent: the API chooses a partition at random. */
  readonly partition: number | undefined;
  /** True if a setting names the partition; otherwise it was chosen from the key. */
  readonly isFixed?: boolean;
  readonly key: string;
  /** Records of a group are sent one after the other whatever their keys are: the message group of a FIFO queue. */
  readonly group?: string | undefined;
};

/** The content of a message before it is serialized. */
export type Content = {
  /** The CloudEvents id, also of a raw value. Consumers drop duplicates by it. */
  readonly id: string;
  readonly data: CloudEventData;
  /** Absent: the value is the data itself, without an envelope. */
  readonly attributes: CloudEventAttributes | undefined;
};

/** A record in the form in which it is sent. */
export type Message = RecordAddress & {
  readonly id: string;
  readonly value: string;
  /** Absent if the value is raw or came as text (a dead letter, a line of a file). */
  readonly event?: EventParts | undefined;
};

/** A record whose content is made when it is sent, so that few of many records are in memory at once. */
type LazyRecord = RecordAddress & { readonly content: () => Content };

/** A record for a topic. The produce API has no record headers. */
export type StreamRecord = Message | LazyRecord;

/** Makes the message of a record. The same record gives the same message each time. */
export function toMessage(record: StreamRecord): Message {
  if (!("content" in record)) {
    return record;
  }
  const { topic, partition, isFixed = false, key, content } = record;
  const { id, data, attributes } = content();
  const value = attributes === undefined ? toRawValue(data) : toCloudEvent(attributes, data);
  const event = attributes && { attributes, data };
  return { topic, partition, isFixed, key, id, value, event };
}

export function idOf(record: StreamRecord): string {
  return "content" in record ? record.content().id : record.id;
}

/** Returns the bytes that count against the message limit: key and value in UTF-8. */
export function messageBytes({ key, value }: Message): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value);
}

/** Checks Kafka's rule for topic names. */
export function isTopicName(value: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(value);
}
