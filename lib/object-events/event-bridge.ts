import { isUnknownObject, type UnknownObject } from "../encoding/unknown-object.ts";
import { fieldText, identityPartOf, objectAt, toIdentityParts, toTime } from "./fields.ts";
import { type Notification, type ObjectFacts, toObjectEvents } from "./object-event.ts";

/**
 * Reads an Amazon S3 event of EventBridge, whose object names are not URL-encoded
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html). Returns undefined for any other event.
 */
export function readEventBridge(parameters: UnknownObject): Notification | undefined {
  const detailType = fieldText(parameters, "detail-type");
  if (detailType === undefined || !isUnknownObject(parameters["detail"])) {
    return undefined;
  }
  const parts = objectAt(parameters, "detail");
  const bucket = fieldText(objectAt(parts, "bucket"), "name");
  const name = fieldText(objectAt(parts, "object"), "key");
  if (bucket === undefined || name === undefined) {
    return undefined;
  }
  const { account, region, source, time, id, version, resources, detail } = parameters;
  return toObjectEvents([
    {
      bucket,
      name,
      facts: () => readFacts(parameters, detailType, bucket),
      // The fields are named one by one, because on OpenWhisk the settings are in the same object.
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
  ]);
}

function readFacts(parameters: UnknownObject, detailType: string, bucket: string): ObjectFacts {
  const from = fieldText(parameters, "source") ?? "s3";
  const isAws = from === "aws.s3";
  const parts = objectAt(parameters, "detail");
  const object = objectAt(parts, "object");
  return {
    type: `${isAws ? "com.amazonaws.s3" : from}.${detailType.replaceAll(" ", "")}`,
    source: [isAws ? "aws:s3" : from, fieldText(parameters, "region"), bucket]
      .filter((part) => part !== undefined)
      .join("."),
    time: toTime(fieldText(parameters, "time")),
    identityParts: toIdentityParts(
      [
        identityPartOf(object, "version-id"),
        identityPartOf(object, "sequencer"),
        identityPartOf(parts, "request-id"),
        identityPartOf(parameters, "time"),
      ],
      [identityPartOf(object, "etag")],
    ),
  };
}
