import { once } from "node:events";
import { createServer } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { createEventPoster } from "../../../../local/object-storage/events/event-poster.ts";
import type { ObjectStorageEvent } from "../../../../local/object-storage/events/object-event.ts";
import { toObjectEvent } from "../../../../local/object-storage/events/object-event.ts";
import { bucket } from "../harness.ts";

const nowMs = Date.parse("2026-01-02T03:04:05.678Z");

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
  test("events are posted in NAVER Cloud's form, one at a time and in order", async () => {
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
  ] as const)(
    "a function that responds with %j is reported, and the next event is posted",
    async ([answer, reason]) => {
      const target = await startFunction((name) => (name === "bad" ? answer : {}));
      const poster = startPoster(target.url);

      poster.post(eventOf("bad"));
      poster.post(eventOf("good"));
      await expect.poll(() => target.received.length).toBe(2);

      expect(poster.reports).toEqual([
        `the event of ${bucket}/bad did not reach the bucket function: ${reason}`,
      ]);
    },
  );

  test("a missing function is reported without characters that a terminal obeys", async () => {
    const poster = startPoster("http://127.0.0.1:1/");

    poster.post(eventOf("a\u001b[31m\n한"));
    await expect.poll(() => poster.reports).toHaveLength(1);

    expect(poster.reports[0]).toMatch(
      /^the event of uploads\/a\?\[31m\?한 did not reach the bucket function: .+$/,
    );
  });

  test("events beyond the queue are reported, and the others are posted", async () => {
    const target = await startFunction(() => ({ ms: 50 }));
    const poster = startPoster(target.url, 1);

    for (const name of ["a", "b", "c"]) {
      poster.post(eventOf(name));
    }
    await expect.poll(() => target.received.length).toBe(2);

    expect(poster.reports).toEqual([`the event of ${bucket}/c was dropped: 1 others wait`]);
    expect(target.received).toEqual([eventOf("a").ncloud, eventOf("b").ncloud]);
  });

  test("closing drops the waiting events without a report", async () => {
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
