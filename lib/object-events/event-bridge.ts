import { type Bag, isBag } from "../bag.ts";
import { bagAt, fieldText, marksOf, toTime } from "./fields.ts";
import type { Notification } from "./notification.ts";

/** Amazon S3 "EventBridge event message structure"; here object names are not URL-encoded. */
export function readEventBridge(parameters: Bag): Notification | undefined {
  const detailType = fieldText(parameters, "detail-type");
  if (detailType === undefined || !isBag(parameters["detail"])) {
    return undefined;
  }
  const bucket = fieldText(bagAt(parameters, "detail", "bucket"), "name");
  const object = bagAt(parameters, "detail", "object");
  const name = fieldText(object, "key");
  if (bucket === undefined || name === undefined) {
    return undefined;
  }
  const { account, region, source, time, id, version, resources, detail } = parameters;
  const from = fieldText(parameters, "source") ?? "s3";
  return {
    kind: "objects",
    objects: [
      {
        bucket,
        name,
        facts: () => ({
          type: `${from === "aws.s3" ? "com.amazonaws.s3" : from}.${detailType.replaceAll(" ", "")}`,
          source: [from === "aws.s3" ? "aws:s3" : from, fieldText(parameters, "region"), bucket]
            .filter((part) => part !== undefined)
            .join("."),
          time: toTime(fieldText(parameters, "time")),
          marks: [
            ...marksOf(object, ["version-id", "etag", "sequencer"]),
            ...marksOf(bagAt(parameters, "detail"), ["request-id"]),
            ...marksOf(parameters, ["time"]),
          ],
        }),
        // Named one by one: on OpenWhisk the settings stand beside them.
        data: {
          version,
          id,
          "detail-type": detailType,
          source,
          account,
          time,
          region,
          resources,
          detail,
        },
      },
    ],
    unknown: [],
    notes: [],
  };
}
