import { once } from "node:events";
import { createServer } from "node:http";
import { describe, expect, it, onTestFinished, test, vi } from "vitest";
import { createEventPoster } from "../../../local/object-storage/events/event-poster.ts";
import type { ObjectStorageEvent } from "../../../local/object-storage/events/object-event.ts";
import { toObjectEvent } from "../../../local/object-storage/events/object-event.ts";
import { bucket, pathOf, startStorageWorld } from "./harness.ts";

const nowMs = Date.parse("2026-01-02T03:04:05.678Z");
const key = "서울/a b+c%.jpg";

describe("an event", () => {
  it("of a stored object is in NAVER Cloud's form and in that of S3", async () => {
    const world = await startStorageWorld({ now: () => nowMs });

    const { headers } = await world.put(key, "four");

    const requestId = headers["x-amz-request-id"];
    expect(world.events).toEqual([
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

  it("of a removed object has no length, and a later sequencer", async () => {
    const world = await startStorageWorld({ now: () => nowMs });
    await world.put("a", "four");

    await world.send({ method: "DELETE", path: pathOf("a") });

    expect(world.events[1]).toMatchObject({
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
    expect(world.events[1]?.ncloud).not.toHaveProperty("object_length");
  });

  it("comes for every bucket, and for nothing that was read, refused or not there", async () => {
    const world = await startStorageWorld();

    await world.put("a", "1");
    await world.get("a");
    await world.send({ path: `/${bucket}`, query: "list-type=2" });
    await world.send({ method: "DELETE", path: pathOf("none") });
    await world.send({ method: "PUT", path: pathOf("a", "unknown"), body: "1" });
    await world.send({ method: "PUT", path: pathOf("a", "other"), body: "1" });

    expect(world.events.map(({ ncloud }) => ncloud.container_name)).toEqual([bucket, "other"]);
  });

  it("that its listener fails on leaves the object stored and answered", async () => {
    const failing = vi.spyOn(console, "error").mockReturnValue(undefined);
    const world = await startStorageWorld({
      onEvent: () => {
        throw new Error("not listening");
      },
    });

    const put = await world.put("a", "1");

    expect(put.status).toBe(200);
    expect((await world.get("a")).text).toBe("1");
    expect(failing).toHaveBeenCalledOnce();
  });
});

function eventOf(name: string): ObjectStorageEvent {
  const change = {
    kind: "created",
    bucket,
    key: name,
    bytes: 1,
    etag: '"e"',
    requestId: "R",
  } as const;
  return toObjectEvent({ ...change, atMs: nowMs }, { region: "kr-standard", sequence: 1 });
}

type Receive = (name: string) => { status?: number; headers?: Record<string, string>; ms?: number };

async function startFunction(receive: Receive = () => ({})) {
  const received: unknown[] = [];
  const state = { open: 0, openMax: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    state.open += 1;
    state.openMax = Math.max(state.openMax, state.open);
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const event = JSON.parse(Buffer.concat(chunks).toString()) as { object_name: string };
      received.push(event);
      const { status = 200, headers = {}, ms = 0 } = receive(event.object_name);
      setTimeout(() => {
        state.open -= 1;
        response.writeHead(status, headers).end("{}");
      }, ms);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/invocations`, received, state };
}

function startPoster(url: string, waitingMax?: number) {
  const reports: string[] = [];
  const report = (line: string) => reports.push(line);
  const poster = createEventPoster({
    url,
    report,
    ...(waitingMax !== undefined && { waitingMax }),
  });
  onTestFinished(() => poster.close());
  return { ...poster, reports };
}

describe("the poster of events", () => {
  it("posts NAVER Cloud's form, one at a time and in order", async () => {
    const target = await startFunction((name) => ({ ms: name === "a" ? 100 : 0 }));
    const poster = startPoster(target.url);

    for (const name of ["a", "b", "c"]) {
      poster.post(eventOf(name));
    }
    await expect.poll(() => target.received.length).toBe(3);

    expect(target.received).toEqual(["a", "b", "c"].map((name) => eventOf(name).ncloud));
    expect(target.state.openMax).toBe(1);
    expect(poster.reports).toEqual([]);
  });

  test.for([
    [{ status: 500 }, "it failed (HTTP 500), see its log"],
    [{ headers: { "x-amz-function-error": "Unhandled" } }, "it failed (HTTP 200), see its log"],
  ] as const)("reports a function that answers %j and goes on", async ([answer, reason]) => {
    const target = await startFunction((name) => (name === "bad" ? answer : {}));
    const poster = startPoster(target.url);

    poster.post(eventOf("bad"));
    poster.post(eventOf("good"));
    await expect.poll(() => target.received.length).toBe(2);

    expect(poster.reports).toEqual([
      `the event of ${bucket}/bad did not reach the bucket function: ${reason}`,
    ]);
  });

  it("reports a function that is not there, without what a terminal would obey", async () => {
    const poster = startPoster("http://127.0.0.1:1/");

    poster.post(eventOf("a\u001b[31m\n한"));
    await expect.poll(() => poster.reports).toHaveLength(1);

    expect(poster.reports[0]).toMatch(
      /^the event of uploads\/a\?\[31m\?한 did not reach the bucket function: .+$/,
    );
  });

  it("reports what does not fit its queue, and posts what does", async () => {
    const target = await startFunction(() => ({ ms: 50 }));
    const poster = startPoster(target.url, 1);

    for (const name of ["a", "b", "c"]) {
      poster.post(eventOf(name));
    }
    await expect.poll(() => target.received.length).toBe(2);

    expect(poster.reports).toEqual([`the event of ${bucket}/c was dropped: 1 others wait`]);
    expect(target.received).toEqual([eventOf("a").ncloud, eventOf("b").ncloud]);
  });

  it("drops what waits when it is closed, without a report", async () => {
    const target = await startFunction(() => ({ ms: 10_000 }));
    const poster = startPoster(target.url);
    poster.post(eventOf("a"));
    poster.post(eventOf("b"));
    await expect.poll(() => target.received.length).toBe(1);

    poster.close();
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(target.received).toEqual([eventOf("a").ncloud]);
    expect(poster.reports).toEqual([]);
  });
});
