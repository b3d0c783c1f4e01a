import type { BatchItem, RefusedBody } from "../model/function-definition.ts";

/** One event about one object, independent of the vendor. */
export type ObjectEvent = {
  /** Absent if the event names none. */
  readonly bucket: string | undefined;
  /** Decoded. */
  readonly name: string;
  /** The received event, for the data of the message. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The position in a message that may be delivered again. Absent: the event came without a message. */
  readonly position?: string | undefined;
  /** The queue's message that the event came in. */
  readonly batchItem?: BatchItem | undefined;
  /** Reads the facts when the message is made, so that few of many events are in memory at once. */
  readonly facts: () => ObjectFacts;
};

export type ObjectFacts = {
  /** CloudEvents `type` and `source`. */
  readonly type: string;
  readonly source: string;
  /** RFC 3339. */
  readonly time: string | undefined;
  /** Fields that tell this event from the next one about the object: version, sequencer, request id, times. May be empty. */
  readonly identityParts: readonly string[];
};

/** The events of a notification. */
export type ObjectEvents = {
  readonly kind: "objects";
  readonly objects: readonly ObjectEvent[];
  /** Entries that are not object events. */
  readonly unknown: readonly RefusedBody[];
  /** Number of test events, which S3 sends when somebody configures notifications. */
  readonly tests: number;
  /** Every message, in order, if the event is a queue's batch. */
  readonly batch: readonly BatchItem[] | undefined;
  readonly notes: readonly string[];
};

export type Notification =
  | ObjectEvents
  /** `from` describes the event by its apparent source, as a part of a sentence. */
  | { readonly kind: "unknown"; readonly from: string };

/** Makes the notification of some events, with what else is in it. */
export function toObjectEvents(
  objects: readonly ObjectEvent[],
  { unknown = [], tests = 0, batch, notes = [] }: Partial<ObjectEvents> = {},
): ObjectEvents {
  return { kind: "objects", objects, unknown, tests, batch, notes };
}
