import { parseJson } from "../encoding/json-source.ts";
import { isText, isUnknownObject, type UnknownObject } from "../encoding/unknown-object.ts";
import type { BatchItem } from "../model/function-definition.ts";
import { fieldText, objectAt } from "./fields.ts";
import type { Notification } from "./object-event.ts";

/** A message of a queue or topic, whose text should be an event. */
export type Message = {
  readonly text: string;
  /** The id that stays the same when the message is delivered again. */
  readonly id: string | undefined;
  /** The message in its queue's batch. A topic has none. */
  readonly batchItem: BatchItem | undefined;
};

/** Reads the event in a message's text. */
export type ReadMessage = (text: string) => Notification;

/**
 * Reads an entry of `Records` that Lambda gets from Amazon SQS or SNS; undefined for any other entry
 * (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html and https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html,
 * both read 2026-11-30).
 */
export function messageOf(entry: UnknownObject): Message | undefined {
  const source = fieldText(entry, "eventSource") ?? fieldText(entry, "EventSource") ?? "";
  const service = /:(sqs|sns)$/.exec(source.toLowerCase())?.[1];
  if (service === undefined) {
    return undefined;
  }
  const isQueue = service === "sqs";
  const sns = objectAt(entry, "Sns");
  const text = isQueue ? entry["body"] : sns["Message"];
  const id = isQueue ? fieldText(entry, "messageId") : fieldText(sns, "MessageId");
  return !isText(text)
    ? undefined
    : { text, id, batchItem: isQueue ? toBatchItem(entry) : undefined };
}

/** Names a message of Amazon SQS, so that it can be repeated without the others of its batch. */
export function toBatchItem(entry: UnknownObject): BatchItem {
  const attributes = objectAt(entry, "attributes");
  // A standard queue's messages can have a group too, which is no order ("fair queues").
  const isFifo =
    fieldText(entry, "eventSourceARN")?.endsWith(".fifo") === true ||
    Object.hasOwn(attributes, "SequenceNumber");
  // Lambda takes an empty id for a failure of the whole batch.
  const id = fieldText(entry, "messageId") ?? "";
  return { id, group: isFifo ? fieldText(attributes, "MessageGroupId") : undefined };
}

/**
 * Reads the JSON that Amazon SNS sends to a queue without raw message delivery; undefined for any other event
 * (https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html, read 2026-11-30).
 */
export function readSnsEnvelope(
  parameters: UnknownObject,
  read: ReadMessage,
): Notification | undefined {
  const { Type: type, Message: text } = parameters;
  return type === "Notification" && isText(text) ? read(text) : undefined;
}

/** Parses a message's text. Returns undefined unless it is a JSON object. A byte order mark is ignored. */
export function parseMessage(text: string): UnknownObject | undefined {
  const parsed = parseJson(text.replace(/^\uFEFF/, ""));
  return isUnknownObject(parsed) ? parsed : undefined;
}
