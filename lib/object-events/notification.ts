import type { UnknownObject } from "../encoding/unknown-object.ts";
import { readEventBridge } from "./event-bridge.ts";
import { describeEvent } from "./fields.ts";
import { parseMessage, readSnsEnvelope } from "./messages.ts";
import { type NcloudFields, readNcloud } from "./ncloud.ts";
import { type Notification, toObjectEvents } from "./object-event.ts";
import { readS3Records } from "./s3-records.ts";

/** A queue's message that holds a topic's message is two deep. No service makes more. */
const messagesDeepMax = 4;

/** Recognizes every form of bucket notification, also within messages of queues and topics. Never throws. */
export function readNotification(
  parameters: UnknownObject,
  ncloudFields: NcloudFields,
  depth = 0,
): Notification {
  if (parameters["Event"] === "s3:TestEvent") {
    return toObjectEvents([], { tests: 1 });
  }
  const read = (text: string): Notification => {
    if (depth === messagesDeepMax) {
      return { kind: "unknown", from: ` within more than ${messagesDeepMax} messages` };
    }
    const event = parseMessage(text);
    return event === undefined
      ? { kind: "unknown", from: " that is no JSON object" }
      : readNotification(event, ncloudFields, depth + 1);
  };
  return (
    readS3Records(parameters, read) ??
    readSnsEnvelope(parameters, read) ??
    readEventBridge(parameters) ??
    readNcloud(parameters, ncloudFields) ?? { kind: "unknown", from: describeEvent(parameters) }
  );
}
