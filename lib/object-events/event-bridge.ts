import { type Bag, isBag } from "../encoding/unknown-object.ts";
import { bagAt, distinctMarks, fieldText, marksOf, toTime } from "./fields.ts";
import type { Notification, ObjectFacts } from "./object-event.ts";

/** Amazon S3 "EventBridge event message structure"; here object names are not URL-encoded. */
export function readEventBridge(parameters: Bag): Notification | undefined {
  const detailType = fieldText(parameters, "detail-type");
  if (detailType === undefined || !isBag(parameters["detail"])) {
    return undefined;
  }
  const bucket = fieldText(bagAt(parameters, "detail", "bucket"), "name");
  const name = fieldText(bagAt(parameters, "detail", "object"), "key");
  if (bucket === undefined || name === undefined) {
    return undefined;
  }
  const { account, region, source, time, id, version, resources, detail } = parameters;
  return {
    kind: "objects",
    objects: [
      {
        bucket,
        name,
        facts: () => readFacts(parameters, detailType, bucket),
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

function readFacts(parameters: Bag, detailType: string, bucket: string): ObjectFacts {
  const from = fieldText(parameters, "source") ?? "s3";
  const isAws = from === "aws.s3";
  const object = bagAt(parameters, "detail", "object");
  return {
    type: `${isAws ? "com.amazonaws.s3" : from}.${detailType.replaceAll(" ", "")}`,
    source: [isAws ? "aws:s3" : from, fieldText(parameters, "region"), bucket]
      .filter((part) => part !== undefined)
      .join("."),
    time: toTime(fieldText(parameters, "time")),
    marks: distinctMarks(
      [
        ...marksOf(object, ["version-id", "sequencer"]),
        ...marksOf(bagAt(parameters, "detail"), ["request-id"]),
        ...marksOf(parameters, ["time"]),
      ],
      marksOf(object, ["etag"]),
    ),
  };
}
