import { parseJson } from "../encoding/json-source.ts";
import {
  isUnknownObject,
  objectOf,
  textOf,
  type UnknownObject,
} from "../encoding/unknown-object.ts";
import { type CallResult, toCounts, toErrorText } from "../model/result.ts";

/** A part of an event of Lambda that is a call of its own. */
export type EventPart = {
  /** The event as the function got it first. */
  readonly event: unknown;
  /** Request id of the invocation that failed. Ids that are made of it stay the same. */
  readonly invocationId?: string;
  /** Time at which that invocation ended, in epoch milliseconds. */
  readonly arrivedMs?: number | undefined;
  /** The message of the queue that it came in. Absent if the event is no batch. */
  readonly messageId?: string;
};

/** A record within a record is made when somebody calls the function with one, and it fails again. */
const recordsDeepMax = 4;

/**
 * Reads events of asynchronous invocations that failed, out of Lambda's own records of them. Returns undefined if the
 * event holds none that is this function's. Every other message of a batch is then a part too.
 */
export function readFailedEvents(
  event: unknown,
  functionName: string,
  deep = 0,
): readonly EventPart[] | undefined {
  if (deep === recordsDeepMax) {
    return undefined;
  }
  const readWithin = (part: EventPart) =>
    readFailedEvents(part.event, functionName, deep + 1) ?? [part];
  const record = readRecord(event, functionName);
  if (record !== undefined) {
    return readWithin(record);
  }
  const messages = messagesOf(event);
  const failed = messages.map((message) => readMessage(message, functionName));
  return failed.every((part) => part === undefined)
    ? undefined
    : messages.flatMap((message, at) => {
        const messageId = textOf(message["messageId"]);
        const parts = readWithin(failed[at] ?? { event: { Records: [message] } });
        return parts.map((part) => ({ ...part, messageId }));
      });
}

/** Returns the messages of a batch of Amazon SQS; none if the queue is FIFO, because Lambda sends records to none. */
function messagesOf(event: unknown): readonly UnknownObject[] {
  const { Records: entries } = objectOf(event);
  const isMessage = (entry: unknown): entry is UnknownObject =>
    isUnknownObject(entry) &&
    entry["eventSource"] === "aws:sqs" &&
    !textOf(entry["eventSourceARN"]).endsWith(".fifo");
  return Array.isArray(entries) && entries.every(isMessage) ? entries : [];
}

/** Reads a message of an on-failure destination, or of a dead-letter queue, whose text is the event itself. */
function readMessage(message: UnknownObject, functionName: string): EventPart | undefined {
  const { body, messageAttributes: given } = message;
  const { RequestID: requestId, ErrorCode: code } = objectOf(given);
  const text = textOf(body);
  if (isUnknownObject(requestId) && isUnknownObject(code)) {
    const event = parseJson(text);
    return event === undefined
      ? undefined
      : { event, invocationId: textOf(requestId["stringValue"]) };
  }
  // Most messages are none of Lambda's records, and are parsed later.
  return text.includes('"requestPayload"') ? readRecord(parseJson(text), functionName) : undefined;
}

/**
 * Reads the record that Lambda makes of an invocation
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html, read 2026-11-30). Returns undefined
 * for a success, for a record without its event, and for one of another function, which is that function's to handle.
 */
function readRecord(value: unknown, functionName: string): EventPart | undefined {
  const { requestContext, requestPayload: event, timestamp } = objectOf(value);
  const { requestId, functionArn, condition } = objectOf(requestContext);
  // arn:aws:lambda:<region>:<account>:function:<name>:<qualifier>
  const name = textOf(functionArn).split(":")[6];
  const isOwn = name !== undefined && (functionName === "" || name === functionName);
  const isFailure = textOf(condition) !== "" && condition !== "Success";
  if (!isOwn || !isFailure || event === undefined || event === null) {
    return undefined;
  }
  const endedMs = Date.parse(textOf(timestamp));
  const arrivedMs = Number.isNaN(endedMs) ? undefined : endedMs;
  return { event, invocationId: textOf(requestId), arrivedMs };
}

/**
 * Handles the parts one after the other. Returns the counts of all, or the messages that failed if the queue repeats only
 * them. Throws after a failure otherwise.
 */
export async function handleFailedEvents(
  parts: readonly EventPart[],
  isPartialBatch: boolean,
  handle: (part: EventPart) => Promise<CallResult>,
): Promise<Record<string, unknown>> {
  const counts: Record<string, number> = {};
  const failures: { readonly itemIdentifier: string | undefined; readonly error: string }[] = [];
  for (const part of parts) {
    const result = await handle(part);
    const error = result.batchItemFailures?.[0] ?? toErrorText(result);
    if (error !== undefined) {
      failures.push({ itemIdentifier: part.messageId, error });
    }
    for (const [name, count] of Object.entries(toCounts(result))) {
      counts[name] = (counts[name] ?? 0) + count;
    }
  }
  if (isPartialBatch && parts[0]?.messageId !== undefined) {
    return { batchItemFailures: failures.map(({ itemIdentifier }) => ({ itemIdentifier })) };
  }
  const [failure] = failures;
  if (failure !== undefined) {
    throw new Error(failure.error);
  }
  return counts;
}
