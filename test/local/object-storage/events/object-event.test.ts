import { describe, expect, test, vi } from "vitest";
import { bucket, pathOf, startStorageWorld } from "../harness.ts";

const nowMs = Date.parse("2026-01-02T03:04:05.678Z");
const key = "서울/a b+c%.jpg";

describe("the event of a change", () => {
  test("the event of a stored object has NAVER Cloud's form and that of S3", async () => {
    const storage = await startStorageWorld({ now: () => nowMs });

    const { headers } = await storage.put(key, "four");

    const requestId = headers["x-amz-request-id"];
    expect(storage.events).toEqual([
      {
        ncloud: {
          container_name: bucket,
          object_name: key,
          event_name: "object-created",
          object_length: "4",
          request_id: requestId,
          timestamp_start: String(nowMs),
        },
        s3: {
          Records: [
            {
              eventVersion: "2.1",
              eventSource: "aws:s3",
              awsRegion: "kr-standard",
              eventTime: "2026-01-02T03:04:05.678Z",
              eventName: "ObjectCreated:Put",
              responseElements: { "x-amz-request-id": requestId },
              s3: {
                s3SchemaVersion: "1.0",
                bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
                object: {
                  key: "%EC%84%9C%EC%9A%B8/a+b%2Bc%25.jpg",
                  size: 4,
                  eTag: "8cbad96aced40b3838dd9f07f6ef5772",
                  sequencer: "0000000000000001",
                },
              },
            },
          ],
        },
      },
    ]);
  });

  test("the event of a removed object has no length, and a later sequencer", async () => {
    const storage = await startStorageWorld({ now: () => nowMs });
    await storage.put("a", "four");

    await storage.send({ method: "DELETE", path: pathOf("a") });

    expect(storage.events[1]).toMatchObject({
      ncloud: { event_name: "object-removed", object_name: "a" },
      s3: {
        Records: [
          {
            eventName: "ObjectRemoved:Delete",
            s3: { object: { key: "a", sequencer: "0000000000000002" } },
          },
        ],
      },
    });
    expect(storage.events[1]?.ncloud).not.toHaveProperty("object_length");
  });

  test("every bucket has events, and reads, refusals and missing objects have none", async () => {
    const storage = await startStorageWorld();

    await storage.put("a", "1");
    await storage.get("a");
    await storage.send({ path: `/${bucket}`, query: "list-type=2" });
    await storage.send({ method: "DELETE", path: pathOf("none") });
    await storage.send({ method: "PUT", path: pathOf("a", "unknown"), body: "1" });
    await storage.send({ method: "PUT", path: pathOf("a", "other"), body: "1" });

    expect(storage.events.map(({ ncloud }) => ncloud.container_name)).toEqual([bucket, "other"]);
  });

  test("a listener that fails leaves the object stored and acknowledged", async () => {
    const failing = vi.spyOn(console, "error").mockReturnValue(undefined);
    const storage = await startStorageWorld({
      onEvent: () => {
        throw new Error("not listening");
      },
    });

    const put = await storage.put("a", "1");

    expect(put.status).toBe(200);
    expect((await storage.get("a")).text).toBe("1");
    expect(failing).toHaveBeenCalledOnce();
  });
});
