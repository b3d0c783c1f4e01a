import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNotification } from "../../../lib/object-events/notification.ts";
import { noFields, objectEvent, withFacts } from "../../support/fixtures.ts";

function read(parameters: Readonly<Record<string, unknown>>) {
  const notification = readNotification(parameters, noFields);
  return notification.kind === "objects"
    ? { ...notification, objects: notification.objects.map(withFacts) }
    : { kind: notification.kind, objects: [], unknown: [], tests: 0, notes: [] };
}

describe("any notification", () => {
  test("S3's test event is a test", () => {
    expect(read(objectEvent("s3-test-event"))).toMatchObject({
      objects: [],
      unknown: [],
      tests: 1,
    });
  });

  test.for([
    ["empty", {}],
    ["without own fields", Object.create({ object_name: "inherited" })],
    ["with an object name that is no text", { object_name: { a: 1 } }],
    ["with an empty object name", { object_name: "" }],
    ["with Records that are no list", { Records: { 0: {} } }],
  ] as const)("a notification is unknown if it is %s", ([, parameters]) => {
    expect(read(parameters as Readonly<Record<string, unknown>>).kind).toBe("unknown");
  });
});

test.for([
  [" from aws.ec2", { source: "aws.ec2", "detail-type": "EC2 Instance State-change", detail: {} }],
  [" from Scheduled Event", { "detail-type": "Scheduled Event" }],
  ["", {}],
] as const)("an unknown notification names its source: %s", ([from, event]) => {
  expect(readNotification(event, noFields)).toEqual({ kind: "unknown", from });
});

const names = fc.constantFrom("object_name", "Records", "s3", "bucket", "object", "key", "name");
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.jsonValue(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(names, fc.constantFrom("detail", "detail-type")), tie("value")),
  ),
})).value;

test("any JSON object is read without an exception", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(names, fc.string()), values), (parameters) => {
      expect(["objects", "unknown"]).toContain(read(parameters).kind);
    }),
  );
});
