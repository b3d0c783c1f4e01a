import {
  type CloudEventAttributes,
  type CloudEventData,
  type EventParts,
  toCloudEvent,
  toRawValue,
} from "./cloud-event.ts";

type Addressed = {
  readonly topic: string;
  /** Absent: the API takes a random partition. */
  readonly partition: number | undefined;
  /** Whether a setting names the partition; it was chosen from the key otherwise. */
  readonly isFixed?: boolean;
  readonly key: string;
};

/** What a message says, before it is text. */
export type Content = {
  /** The CloudEvents id, also where the value is raw; consumers drop duplicates by it. */
  readonly id: string;
  readonly data: CloudEventData;
  /** Absent: the data goes out raw, without an envelope. */
  readonly attributes: CloudEventAttributes | undefined;
};

/** A record as it goes out. */
export type Message = Addressed & {
  readonly id: string;
  readonly value: string;
  /** Absent where the value is raw, or came as text: a dead letter, a line of a file. */
  readonly event?: EventParts | undefined;
};

/** A record whose content is made when its message goes out: of many records few are in memory at once. */
type Unmade = Addressed & { readonly content: () => Content };

/** What is handed to the topic. The produce API has no record headers. */
export type StreamRecord = Message | Unmade;

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

/** Bytes that count against the message limit: key plus value, as UTF-8. */
export function messageBytes({ key, value }: Message): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value);
}

export function isTopicName(value: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(value);
}
