import { describe, expect, test } from "vitest";
import { readNotification } from "../../../lib/object-events/notification.ts";
import { noFields, objectEvent, withFacts } from "../../support/fixtures.ts";

function read(parameters: Readonly<Record<string, unknown>>) {
  const notification = readNotification(parameters, noFields);
  return notification.kind === "objects"
    ? { ...notification, objects: notification.objects.map(withFacts) }
    : { kind: notification.kind, objects: [], unknown: [], tests: 0, notes: [] };
}

describe("an event of EventBridge", () => {
  test("the event is read with its name unchanged", () => {
    const { objects } = read(objectEvent("event-bridge"));

    expect(objects).toMatchObject([
      {
        bucket: "photos",
        name: "a+b 한.txt",
        type: "com.amazonaws.s3.ObjectCreated",
        source: "aws:s3.ca-central-1.photos",
        time: "2023-11-14T22:13:19.000Z",
      },
    ]);
  });

  test("the event is passed on unchanged, without fields that are not its own", () => {
    const event = objectEvent("event-bridge");

    const { objects } = read({ ...event, NCLOUD_REGION: "x", other: 1 });

    expect(objects.map(({ data }) => data)).toEqual([event]);
  });

  test("the version, ETag, sequencer, request and time are identity parts, and there are no notes", () => {
    const { objects, notes } = read(objectEvent("event-bridge"));

    expect(objects.map(({ identityParts }) => identityParts)).toEqual([
      [
        "version-id=IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
        "sequencer=617f08299329d189",
        "request-id=N4N7GDK58NMKJ12R",
        "time=2023-11-14T22:13:19Z",
        "etag=b1946ac92492d2347c6235b4d2611184",
      ],
    ]);
    expect(notes).toEqual([]);
  });

  test("an event of another vendor keeps that vendor's name", () => {
    const { region: _, ...event } = objectEvent("event-bridge");

    expect(read({ ...event, source: "acme.storage" }).objects).toMatchObject([
      { type: "acme.storage.ObjectCreated", source: "acme.storage.photos" },
    ]);
    expect(read({ ...event, source: undefined }).objects).toMatchObject([
      { type: "s3.ObjectCreated", source: "s3.photos" },
    ]);
  });

  test.for([
    ["type", { "detail-type": undefined }],
    ["bucket", { detail: { object: { key: "k" } } }],
    ["object", { detail: { bucket: { name: "b" } } }],
  ] as const)("an event without its %s is unknown", ([, change]) => {
    expect(read({ ...objectEvent("event-bridge"), ...change }).kind).toBe("unknown");
  });

  test("an event about something else is unknown", () => {
    const event = { ...objectEvent("event-bridge"), detail: { "instance-id": "i-1" } };

    expect(read(event).kind).toBe("unknown");
  });
});
