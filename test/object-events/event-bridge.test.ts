import { describe, expect, test } from "vitest";
import { readNotification } from "../../lib/object-events/notification.ts";
import { objectEvent, withFacts } from "../support/fixtures.ts";

function read(parameters: Readonly<Record<string, unknown>>) {
  const notification = readNotification(parameters, []);
  return notification.kind === "objects"
    ? { ...notification, objects: notification.objects.map(withFacts) }
    : { kind: notification.kind, objects: [], unknown: [], notes: [] };
}

describe("an event of EventBridge", () => {
  test("is read, its name as it came", () => {
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

  test("is passed on as it came, without what stands beside its own fields", () => {
    const event = objectEvent("event-bridge");

    const { objects } = read({ ...event, NCLOUD_REGION: "x", other: 1 });

    expect(objects.map(({ data }) => data)).toEqual([event]);
  });

  test("of another vendor keeps that vendor's name", () => {
    const { region: _, ...event } = objectEvent("event-bridge");

    expect(read({ ...event, source: "acme.storage" }).objects).toMatchObject([
      { type: "acme.storage.ObjectCreated", source: "acme.storage.photos" },
    ]);
    expect(read({ ...event, source: undefined }).objects).toMatchObject([
      { type: "s3.ObjectCreated", source: "s3.photos" },
    ]);
  });

  test("about something else is unknown", () => {
    const event = { ...objectEvent("event-bridge"), detail: { "instance-id": "i-1" } };

    expect(read(event).kind).toBe("unknown");
  });
});
