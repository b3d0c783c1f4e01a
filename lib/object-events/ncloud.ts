import type { Bag } from "../bag.ts";
import { settingNames } from "../settings.ts";
import { fieldText, marksOf, toTime } from "./fields.ts";
import type { Notification } from "./notification.ts";

/**
 * Fields of NAVER Cloud's Object Storage trigger. Only `object_name` is known from public code; the
 * others fit the storage's notification vocabulary and are passed on when present.
 */
const knownFields = [
  "container_name",
  "event_name",
  "event_type",
  "object_length",
  "object_name",
  "region",
  "request_id",
  "request_type",
  "timestamp_finish",
  "timestamp_start",
];

export function readNcloud(
  parameters: Bag,
  eventFields: readonly string[],
): Notification | undefined {
  const name = fieldText(parameters, "object_name");
  if (name === undefined) {
    return undefined;
  }
  const bucket = fieldText(parameters, "container_name");
  const kept = [...knownFields, ...eventFields].filter((field) => Object.hasOwn(parameters, field));
  const dropped = Object.keys(parameters).filter(
    (field) => !kept.includes(field) && !isOurs(field),
  );
  return {
    kind: "objects",
    objects: [
      {
        bucket,
        name,
        facts: () => ({
          type: `com.ncloud.objectstorage.${fieldText(parameters, "event_name") ?? "event"}`,
          source: bucket === undefined ? "/objectstorage" : `/objectstorage/${bucket}`,
          time: toTime(
            fieldText(parameters, "timestamp_finish") ?? fieldText(parameters, "timestamp_start"),
          ),
          marks: marksOf(parameters, ["request_id", "timestamp_start", "timestamp_finish"]),
        }),
        data: Object.fromEntries(kept.map((field) => [field, parameters[field]])),
      },
    ],
    unknown: [],
    notes:
      dropped.length > 0 ? [`fields not passed on (BUCKET_EVENT_FIELDS): ${listOf(dropped)}`] : [],
  };
}

function isOurs(field: string): boolean {
  return settingNames.some((name) => name === field) || field.startsWith("__ow_");
}

const namesMax = 20;
const nameCharsMax = 40;

function listOf(names: readonly string[]): string {
  const more = names.length > namesMax ? ` and ${names.length - namesMax} more` : "";
  return `${names.slice(0, namesMax).map(printable).join(", ")}${more}`;
}

/** A field name is foreign text too: the log gets a short, plain form of it. */
function printable(name: string): string {
  return name.slice(0, nameCharsMax).replace(/[^\w.-]/g, "?");
}
