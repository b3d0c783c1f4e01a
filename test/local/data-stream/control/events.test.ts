import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createEvents } from "../../../../local/data-stream/control/events.ts";
import { createRecordLog } from "../../../../local/data-stream/storage/record-log.ts";
import type { World } from "../../harness.ts";
import { startWorld } from "../../harness.ts";

const eventsMax = 1000;

/** Reads blocks of the stream; `next(count)` waits for that many. */
async function listen(origin: string, headers: Record<string, string> = {}) {
  const aborter = new AbortController();
  const response = await fetch(`${origin}/_/events`, { headers, signal: aborter.signal });
  onTestFinished(() => aborter.abort());
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const blocks: string[] = [];
  // The parts of a block that is not whole yet: large ones are joined once, not at each read.
  let parts: string[] = [];
  const next = async (count: number): Promise<readonly string[]> => {
    for (let reads = 0; blocks.length < count && reads < eventsMax; reads += 1) {
      const read = await reader?.read();
      const value = read?.value ?? "";
      const isWhole =
        value.includes("\n\n") || (value.startsWith("\n") && parts.at(-1)?.endsWith("\n"));
      parts.push(value);
      if (isWhole) {
        const whole = parts.join("").split("\n\n");
        parts = [whole.pop() ?? ""];
        blocks.push(...whole);
      }
    }
    return blocks.splice(0, count);
  };
  const [retry, joined] = await next(2);
  expect(retry).toBe("retry: 1000");
  return { response, next, joined };
}

function produce(emulator: World, key: string) {
  return emulator.produce({ topic: "alerts", key, value: "line 1\nline 2\r\n\nevent: evil" });
}

function recordEvent(cursor: number, key: string): string {
  return [
    `id: ${cursor}`,
    "event: record",
    `data: {"cursor":${cursor},"topic":"alerts","partition":0,"offset":${cursor - 1},"timestamp":1700000000000,"key":"${key}","value":"line 1\\nline 2\\r\\n\\nevent: evil"}`,
  ].join("\n");
}

describe("GET /_/events", () => {
  test("each record and each request is sent as it happens", async () => {
    const emulator = await startWorld();
    const { response, next } = await listen(emulator.origin);

    await produce(emulator, "a");
    await emulator.produce({ topic: "nope" });

    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(await next(3)).toEqual([
      recordEvent(1, "a"),
      'event: request\ndata: {"id":"1","at":1700000000000,"method":"POST","path":"/api/produce","status":200,"verdict":"accepted","topic":"alerts","partition":0,"offset":0}',
      'event: request\ndata: {"id":"2","at":1700000000000,"method":"POST","path":"/api/produce","status":404,"verdict":"refused","reason":"the topic is unknown","fix":"Use a topic that the emulator was started with, its prefix included: GET /_/topics lists them."}',
    ]);
  });

  test("a new client gets new records and not earlier ones", async () => {
    const emulator = await startWorld();
    await produce(emulator, "a");
    const { next } = await listen(emulator.origin);

    await produce(emulator, "b");

    expect(await next(1)).toEqual([recordEvent(2, "b")]);
  });

  test("a client resumes after Last-Event-ID and goes on live", async () => {
    const emulator = await startWorld();
    for (const key of ["a", "b", "c"]) {
      await produce(emulator, key);
    }

    const { next } = await listen(emulator.origin, { "last-event-id": "1" });
    const replayed = await next(2);
    await produce(emulator, "d");

    expect(replayed).toEqual([recordEvent(2, "b"), recordEvent(3, "c")]);
    expect(await next(1)).toEqual([recordEvent(4, "d")]);
  });

  test("a client resumes with the oldest record when the named one was dropped", async () => {
    const emulator = await startWorld({ recordsMax: 1 });
    for (const key of ["a", "b", "c"]) {
      await produce(emulator, key);
    }

    const { next } = await listen(emulator.origin, { "last-event-id": "0" });

    expect(await next(1)).toEqual([recordEvent(3, "c")]);
  });

  test("a cursor from before a restart gets every record", async () => {
    const emulator = await startWorld();
    await produce(emulator, "a");

    const { next } = await listen(emulator.origin, { "last-event-id": "500" });

    expect(await next(1)).toEqual([recordEvent(1, "a")]);
  });

  test("more records than a socket buffers are replayed in order", async () => {
    const emulator = await startWorld();
    const value = "x".repeat(500_000);
    for (let count = 0; count < 40; count += 1) {
      await emulator.produce({ topic: "alerts", key: "", value });
    }

    const { next } = await listen(emulator.origin, { "last-event-id": "0" });
    const ids = (await next(40)).map((block) => block.split("\n")[0]);

    expect(ids).toEqual(Array.from({ length: 40 }, (_, index) => `id: ${index + 1}`));
  });

  test("a new client learns whether faults are on, and every client learns of changes", async () => {
    const emulator = await startWorld();
    const on = 'event: faults\ndata: {"on":true}';
    const off = 'event: faults\ndata: {"on":false}';
    const early = await listen(emulator.origin);

    await emulator.setFaults({ steps: [{ status: 500 }] });
    const late = await listen(emulator.origin);
    await produce(emulator, "a");

    expect([early.joined, ...(await early.next(2))]).toEqual([off, on, off]);
    expect([late.joined, ...(await late.next(1))]).toEqual([on, off]);
  });

  test("a 33rd client is refused, and accepted once another leaves", async () => {
    const emulator = await startWorld();
    const aborters = Array.from({ length: 32 }, () => new AbortController());
    const join = (signal?: AbortSignal) =>
      fetch(`${emulator.origin}/_/events`, signal ? { signal } : {});
    await Promise.all(aborters.map(({ signal }) => join(signal)));

    const refused = await join();
    aborters[0]?.abort();

    expect(refused.status).toBe(429);
    expect(await refused.json()).toEqual({ error: "too many clients listen to the events" });
    await expect.poll(async () => (await join()).status).toBe(200);
  });

  test("a client that does not read is dropped", async () => {
    const emulator = await startWorld();
    const lazy = await fetch(`${emulator.origin}/_/events`);
    const value = "x".repeat(1_000_000);

    for (let count = 0; count < 40; count += 1) {
      await emulator.produce({ topic: "alerts", key: "", value });
    }

    await expect(lazy.text()).rejects.toThrow("terminated");
  });

  test("a comment is sent now and then", async () => {
    const events = createEvents(
      createRecordLog({ recordsMax: 1, recordBytesMax: 1 }, () => {}),
      10,
    );
    const server = createServer((request, response) => events.join(response, request.headers));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      events.close();
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;

    const { next } = await listen(`http://127.0.0.1:${port}`);

    expect(await next(2)).toEqual([": still here", ": still here"]);
  });
});
