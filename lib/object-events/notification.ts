import type { UnknownObject } from "../encoding/unknown-object.ts";
import { readEventBridge } from "./event-bridge.ts";
import { describeSource, firstText } from "./fields.ts";
import { type NcloudFields, readNcloud } from "./ncloud.ts";
import type { Notification } from "./object-event.ts";
import { readS3Records } from "./s3-records.ts";

/** Recognizes every form of bucket notification. Never throws. */
export function readNotification(
  parameters: UnknownObject,
  ncloudFields: NcloudFields,
): Notification {
  if (parameters["Event"] === "s3:TestEvent") {
    return { kind: "test" };
  }
  return (
    readS3Records(parameters) ??
    readEventBridge(parameters) ??
    readNcloud(parameters, ncloudFields) ?? {
      kind: "unknown",
      from: describeSource(firstText(parameters, ["source", "detail-type"])),
    }
  );
}
