import {
  isText,
  isUnknownObject,
  objectOf,
  type UnknownObject,
} from "../../encoding/unknown-object.ts";
import type { InvocationEvent } from "../../model/call.ts";
import type { BatchItem } from "../../model/function-definition.ts";
import { fieldText, firstText, objectAt, toTime } from "../../object-events/fields.ts";
import { toBatchItem } from "../../object-events/messages.ts";

/** The part of an event that becomes one message: the whole event, or a message of a queue or topic. */
export type EventPart = {
  /** The JSON of the event, or the text of a message. */
  readonly text: string;
  /** True if bound parameters are among its fields. */
  readonly holdsSettings?: boolean;
  /** CloudEvents attributes as the platform says them, unchecked. */
  readonly source: string;
  readonly type: string;
  readonly id?: string | undefined;
  readonly subject?: string | undefined;
  /** RFC 3339. */
  readonly time?: string | undefined;
  /** The platform's own word for the type, for EVENT_FILTER. */
  readonly word?: string | undefined;
  /** Fields beside the text, which are not passed on. */
  readonly beside?: readonly string[];
  readonly batchItem?: BatchItem | undefined;
};

/** Reads an event. It has one part, unless it is messages of Amazon SQS or SNS. Throws if the event is no JSON. */
export function readParts({ parameters, holdsSettings }: InvocationEvent): readonly EventPart[] {
  const { Records: entries } = parameters;
  const records = Array.isArray(entries) ? (entries as readonly unknown[]) : [];
  const messages = readAll(records, readSqs) ?? readAll(records, readSns);
  if (messages !== undefined) {
    const others = Object.keys(parameters).filter((name) => name !== "Records");
    return messages.map((part) => ({ ...part, beside: [...others, ...(part.beside ?? [])] }));
  }
  const byDefault = holdsSettings
    ? { source: "/events", type: "com.ncloud.event" }
    : { source: "aws:lambda", type: "com.amazonaws.lambda" };
  const facts =
    readEventBridge(parameters) ?? readService(objectOf(records[0])) ?? readService(parameters);
  return [{ text: JSON.stringify(parameters), holdsSettings, ...(facts ?? byDefault) }];
}

/** Returns the parts of all entries; undefined if one of them has another form, so that the event stays whole. */
function readAll(
  entries: readonly unknown[],
  read: (entry: UnknownObject) => EventPart | undefined,
): readonly EventPart[] | undefined {
  const parts = entries.map((entry) => (isUnknownObject(entry) ? read(entry) : undefined));
  return parts.length > 0 && parts.every((part) => part !== undefined) ? parts : undefined;
}

/** Reads a message of Amazon SQS (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, read 2026-11-30). */
function readSqs(entry: UnknownObject): EventPart | undefined {
  const { eventSource, body } = entry;
  if (eventSource !== "aws:sqs" || !isText(body)) {
    return undefined;
  }
  const attributes = objectAt(entry, "attributes");
  const arn = fieldText(entry, "eventSourceARN");
  return {
    text: body,
    source: arn ?? eventSource,
    type: "com.amazonaws.sqs",
    id: fieldText(entry, "messageId"),
    time: toTime(fieldText(attributes, "SentTimestamp")),
    beside: Object.keys(objectAt(entry, "messageAttributes")),
    batchItem: toBatchItem(entry),
  };
}

/** Reads a message of Amazon SNS (https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html, read 2026-11-30). */
function readSns(entry: UnknownObject): EventPart | undefined {
  const sns = objectAt(entry, "Sns");
  const { Message: text } = sns;
  if (entry["EventSource"] !== "aws:sns" || !isText(text)) {
    return undefined;
  }
  return {
    text,
    source: fieldText(sns, "TopicArn") ?? "aws:sns",
    type: "com.amazonaws.sns",
    id: fieldText(sns, "MessageId"),
    subject: fieldText(sns, "Subject"),
    time: toTime(fieldText(sns, "Timestamp")),
    beside: Object.keys(objectAt(sns, "MessageAttributes")),
  };
}

type Facts = Omit<EventPart, "text" | "holdsSettings">;

/**
 * Reads an event of an EventBridge rule
 * (https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html, read 2026-11-30). A source of one's
 * own has its kind of event in the type.
 */
function readEventBridge(event: UnknownObject): Facts | undefined {
  const [source, word] = [fieldText(event, "source"), fieldText(event, "detail-type")];
  if (source === undefined || word === undefined) {
    return undefined;
  }
  const type = toAwsType(source) ?? `${source}.${word.replaceAll(" ", "")}`;
  return { source, type, word, id: fieldText(event, "id"), time: toTime(fieldText(event, "time")) };
}

/**
 * Reads what other services of AWS say in their records, which stay together (Kinesis, DynamoDB, SES), or in the event
 * itself (Kafka, Amazon MQ, DocumentDB).
 */
function readService(entry: UnknownObject): Facts | undefined {
  const service = firstText(entry, ["eventSource", "EventSource"]) ?? "";
  const type = toAwsType(service);
  return type === undefined
    ? undefined
    : { source: firstText(entry, ["eventSourceARN", "eventSourceArn"]) ?? service, type };
}

/** Returns the type of events of a service that is called `aws.ec2` or `aws:kinesis`. */
function toAwsType(source: string): string | undefined {
  const service = /^aws[.:]([\w-]{1,100})$/.exec(source)?.[1];
  return service === undefined ? undefined : `com.amazonaws.${service}`;
}
