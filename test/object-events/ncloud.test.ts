import { describe, expect, test } from "vitest";
import { readNotification } from "../../lib/object-events/notification.ts";
import { objectEvent, withFacts } from "../support/fixtures.ts";

function read(parameters: Readonly<Record<string, unknown>>, eventFields: readonly string[] = []) {
  const notification = readNotification(parameters, eventFields);
  return notification.kind === "objects"
    ? { ...notification, objects: notification.objects.map(withFacts) }
    : { kind: notification.kind, objects: [], unknown: [], notes: [] };
}

describe("an event of NAVER Cloud", () => {
  test("is read with all its known fields, its name as it came", () => {
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

  test("may hold an object name and nothing else", () => {
    const { objects } = read({ object_name: "a.txt" });

    expect(objects).toEqual([
      {
        bucket: undefined,
        name: "a.txt",
        type: "com.ncloud.objectstorage.event",
        source: "/objectstorage",
        time: undefined,
        marks: [],
        data: { object_name: "a.txt" },
      },
    ]);
  });

  test("loses its other fields, whose names are noted in a plain form", () => {
    const event = { object_name: "a", owner: "value-1", ["x\n\u001b[31m".repeat(9)]: "value-2" };

    const { objects, notes } = read(event);

    expect(objects).toMatchObject([{ data: { object_name: "a" } }]);
    expect(notes).toEqual([
      "fields not passed on (BUCKET_EVENT_FIELDS): owner, x???31mx???31mx???31mx???31mx???31mx???3",
    ]);
  });

  test("keeps the fields that BUCKET_EVENT_FIELDS names", () => {
    const { objects, notes } = read({ object_name: "a", owner: "o", size: 1 }, ["owner", "absent"]);

    expect(objects).toMatchObject([{ data: { object_name: "a", owner: "o" } }]);
    expect(notes).toEqual(["fields not passed on (BUCKET_EVENT_FIELDS): size"]);
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
  ] as const)("finished at %j and started at %j is of the time %j", ([finish, start, time]) => {
    const times = { timestamp_finish: finish, timestamp_start: start };

    expect(read({ object_name: "a", ...times }).objects).toMatchObject([{ time }]);
  });
});

describe("the note about dropped fields", () => {
  test("is none about what is OpenWhisk's or a setting", () => {
    const { notes } = read({ object_name: "a.txt", __ow_method: "post", LOG_LEVEL: "info" });

    expect(notes).toEqual([]);
  });

  test("names 20 without counting", () => {
    const twenty = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`field_${i}`, i]));

    const { notes } = read({ object_name: "a.txt", ...twenty });

    expect(notes[0]).toMatch(/field_18, field_19$/);
  });

  test("names at most 20 and counts the others", () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`field_${i}`, i]));

    const { notes } = read({ object_name: "a.txt", ...many });

    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/field_19 and 980 more$/);
  });
});
