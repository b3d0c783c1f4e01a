import { describe, expect, test } from "vitest";
import type { NcloudFields } from "../../../lib/object-events/ncloud.ts";
import { readNotification } from "../../../lib/object-events/notification.ts";
import { noFields, objectEvent, withFacts } from "../../support/fixtures.ts";

function read(parameters: Readonly<Record<string, unknown>>, fields: Partial<NcloudFields> = {}) {
  const notification = readNotification(parameters, { ...noFields, ...fields });
  return notification.kind === "objects"
    ? { ...notification, objects: notification.objects.map(withFacts) }
    : { kind: notification.kind, objects: [], unknown: [], tests: 0, notes: [] };
}

describe("an event of NAVER Cloud", () => {
  test("the event is read with all its known fields and its name unchanged", () => {
    const event = objectEvent("ncloud");

    const { objects, notes } = read(event);

    expect(objects).toMatchObject([
      {
        bucket: "photos",
        name: "2023/a+b%20c.txt",
        type: "com.ncloud.objectstorage.ObjectCreated",
        source: "/objectstorage/photos",
        time: "2023-11-14T22:13:19.500Z",
        data: event,
      },
    ]);
    expect(notes).toEqual([]);
  });

  test("the event may have an object name and nothing else", () => {
    const { objects } = read({ object_name: "a.txt" });

    expect(objects).toEqual([
      {
        bucket: undefined,
        name: "a.txt",
        type: "com.ncloud.objectstorage.event",
        source: "/objectstorage",
        time: undefined,
        identityParts: [],
        data: { object_name: "a.txt" },
      },
    ]);
  });

  test("unknown fields are dropped, and notes have their names in a plain form", () => {
    const event = { object_name: "a", owner: "value-1", ["x\n\u001b[31m".repeat(9)]: "value-2" };

    const { objects, notes } = read(event);

    expect(objects).toMatchObject([{ data: { object_name: "a" } }]);
    expect(notes).toEqual([
      "fields not passed on (BUCKET_EVENT_FIELDS): owner, x???31mx???31mx???31mx???31mx???31mx???3",
    ]);
  });

  test("fields that BUCKET_EVENT_FIELDS names are kept", () => {
    const { objects, notes } = read(
      { object_name: "a", owner: "o", size: 1 },
      { passed: ["owner", "absent"] },
    );

    expect(objects).toMatchObject([{ data: { object_name: "a", owner: "o" } }]);
    expect(notes).toEqual(["fields not passed on (BUCKET_EVENT_FIELDS): size"]);
  });

  // Event of IBM Cloud Functions' trigger in the Java sample of github.com/IBM (read 2026-11-30).
  test("IBM's vocabulary is read too", () => {
    const event = objectEvent("ibm-cos");

    const { objects, notes } = read(event);

    expect(objects).toEqual([
      {
        bucket: "photos",
        name: "sample.txt",
        type: "com.ncloud.objectstorage.Object:Write",
        source: "/objectstorage/photos",
        time: "2019-09-04T14:40:35.294Z",
        identityParts: [
          "request_id=216c7ddb-218c-4fb7-84d2-293f286b62e6",
          "request_time=2019-09-04T14:40:35.294Z",
          "object_etag=a2b2d66938b1f023dec6394f12b782b5",
          "event_type=Object:Write",
        ],
        data: event,
      },
    ]);
    expect(notes).toEqual([]);
  });

  test("fields that settings name are read before the known ones", () => {
    const event = {
      ...objectEvent("ncloud"),
      bucketName: "mine",
      eventName: "s3:Created",
      when: 1_700_000_000,
    };

    const { objects, notes } = read(event, {
      bucket: ["bucketName"],
      event: ["eventName"],
      time: ["when"],
    });

    expect(objects).toMatchObject([
      {
        bucket: "mine",
        type: "com.ncloud.objectstorage.Created",
        source: "/objectstorage/mine",
        time: "2023-11-14T22:13:20.000Z",
        identityParts: expect.arrayContaining(["when=1700000000"]),
        data: event,
      },
    ]);
    expect(notes).toEqual([]);
  });

  test("known fields are read if those that settings name are absent, empty or not a time", () => {
    const event = { ...objectEvent("ncloud"), bucketName: "", when: "soon" };

    const { objects } = read(event, {
      bucket: ["bucketName"],
      event: ["eventName"],
      time: ["when"],
    });

    expect(objects).toMatchObject([
      {
        bucket: "photos",
        type: "com.ncloud.objectstorage.ObjectCreated",
        time: "2023-11-14T22:13:19.500Z",
      },
    ]);
  });

  test.for([
    ["an ETag", { object_etag: "a2b2d66938b1f023dec6394f12b782b5" }],
    ["an event", { event_name: "ObjectCreated", event_type: "Put" }],
    ["a length and no version", { object_length: 5, object_version: "null" }],
  ] as const)("an event with %s alone has no identity parts", ([, fields]) => {
    expect(read({ object_name: "a", ...fields }).objects).toMatchObject([{ identityParts: [] }]);
  });

  test.for([
    ["request_id", "r-1"],
    ["object_version", 7],
    ["request_time", 1_699_999_999],
    ["timestamp_start", "1699999999000"],
  ] as const)("the %s is an identity part", ([field, value]) => {
    expect(read({ object_name: "a", [field]: value }).objects).toMatchObject([
      { identityParts: [`${field}=${value}`] },
    ]);
  });

  test.for([
    ["0", "1970-01-01", undefined],
    ["1699999999", "", "2023-11-14T22:13:19.000Z"],
    [undefined, "2023-11-15T07:13:19+09:00", "2023-11-14T22:13:19.000Z"],
    ["2023", "", undefined],
    ["2023-11-15 07:13:19", "", undefined],
    ["2023-11-15T07:13+09:00", "", "2023-11-14T22:13:00.000Z"],
    ["2023-11-15T07:13:19+0900", "", "2023-11-14T22:13:19.000Z"],
    ["+002023-11-15T07:13:19Z", "", undefined],
    ["16999999990", "", undefined],
  ] as const)(
    "an event finished at %j and started at %j has the time %j",
    ([finish, start, time]) => {
      const times = { timestamp_finish: finish, timestamp_start: start };

      expect(read({ object_name: "a", ...times }).objects).toMatchObject([{ time }]);
    },
  );
});

describe("the note about dropped fields", () => {
  test("OpenWhisk's fields and settings cause no note", () => {
    const { notes } = read({ object_name: "a.txt", __ow_method: "post", LOG_LEVEL: "info" });

    expect(notes).toEqual([]);
  });

  test("the note names 20 fields without counting", () => {
    const twenty = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`field_${i}`, i]));

    const { notes } = read({ object_name: "a.txt", ...twenty });

    expect(notes[0]).toMatch(/field_18, field_19$/);
  });

  test("the note names at most 20 fields and counts the others", () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`field_${i}`, i]));

    const { notes } = read({ object_name: "a.txt", ...many });

    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/field_19 and 980 more$/);
  });
});
