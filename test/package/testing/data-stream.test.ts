import { createServer } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { createDataStreamClient } from "../../../package/client.ts";
import { startDataStream } from "../../../package/testing.ts";

async function open(options?: Parameters<typeof startDataStream>[0]) {
  const stream = await startDataStream(options);
  const client = createDataStreamClient(stream);
  const close = async () => {
    await client.close();
    await stream.close();
  };
  const produce = (key: string, value: string) => client.produce([{ topic: "orders", key, value }]);
  return { stream, client, close, produce };
}

const openServers = () =>
  process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length;

describe("startDataStream", () => {
  test("a record lies on its topic, with its JSON", async () => {
    const { stream, close, produce } = await open({ topics: { orders: 1 } });
    await produce("k", '{"total":12}');
    await produce("k", "no JSON");

    expect(stream.records).toEqual([
      {
        topic: "orders",
        partition: 0,
        offset: 0,
        timestamp: expect.any(Number),
        key: "k",
        value: '{"total":12}',
        json: { total: 12 },
      },
      {
        topic: "orders",
        partition: 0,
        offset: 1,
        timestamp: expect.any(Number),
        key: "k",
        value: "no JSON",
        json: undefined,
      },
    ]);
    stream.clear();
    expect(stream.records).toEqual([]);
    await close();
  });

  test("a wrong signature is refused", async () => {
    const { stream, close } = await open({ topics: ["orders"] });
    const stranger = createDataStreamClient({ ...stream, secretKey: "another-secret" });

    expect(await stranger.produce([{ topic: "orders", key: "k", value: "v" }])).toEqual([
      expect.objectContaining({ status: "failed", code: "STREAM_UNAUTHENTICATED" }),
    ]);
    await stranger.close();
    await close();
  });

  test("waitFor sees records that are there, and those that come", async () => {
    const { stream, close, produce } = await open({ topics: ["orders"] });
    await produce("a", "1");
    const later = stream.waitFor(({ key }) => key === "b", { within: 5_000 });
    await produce("b", "2");

    expect(await stream.waitFor(({ key }) => key === "a")).toMatchObject({ value: "1" });
    expect(await later).toMatchObject({ value: "2", offset: 1 });
    await close();
  });

  test("waitFor rejects when its time is over, when the predicate throws, and when the stream closes", async () => {
    const { stream, close, produce } = await open({ topics: ["orders"] });
    await produce("a", "1");
    const failing = stream.waitFor(({ key }) => {
      if (key === "b") {
        throw new Error("the predicate fails");
      }
      return false;
    });
    const failed = expect(failing).rejects.toThrow("the predicate fails");
    await produce("b", "2");
    const ended = expect(stream.waitFor(() => false)).rejects.toThrow("was closed before");

    await failed;
    await expect(stream.waitFor(() => false, { within: 20 })).rejects.toThrow(
      "no record matched within 20 ms; records on all topics: 2",
    );
    await expect(stream.waitFor((async () => true) as never)).rejects.toThrow("asynchronous");
    await close();
    await ended;
    await expect(stream.waitFor(() => true)).rejects.toThrow("is closed");
  });

  test("faults are set, used up and cleared, and a wrong script throws", async () => {
    const { stream, close, produce } = await open({ topics: ["orders"] });
    stream.faults.set({ steps: [{ status: 503 }, { cut: "before", when: { key: "z" } }] });

    expect(await produce("a", "1")).toEqual([{ status: "delivered" }]);
    expect(stream.faults.remaining().steps).toHaveLength(1);
    stream.faults.clear();
    expect(stream.faults.remaining()).toEqual({ on: false, steps: [] });
    expect(() => stream.faults.set({ steps: [{ status: 42 }] })).toThrow("status");
    await close();
  });

  test("many delayed responses at once are no warning of Node.js", async () => {
    const warnings = vi.spyOn(process, "emitWarning").mockReturnValue();
    const { stream, client, close } = await open({ topics: ["orders"] });
    stream.faults.set({ steps: [{ times: 12, delayMs: 300 }] });

    const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
    const outcomes = await client.produce(
      keys.map((key) => ({ topic: "orders", key, value: "1" })),
    );

    expect(outcomes).toEqual(keys.map(() => ({ status: "delivered" })));
    expect(warnings).not.toHaveBeenCalled();
    await close();
  });

  test("a wrong topic and a taken port reject with a message that names them", async () => {
    const { stream, close } = await open();
    const port = Number(new URL(stream.endpoint).port);

    await expect(startDataStream({ topics: { Orders: 1 } })).rejects.toThrow('topic name "Orders"');
    await expect(startDataStream({ port })).rejects.toThrow(`${port}`);
    await close();
  });

  test.each([
    [{ port: "4010" }, "port must be an integer from 0 to 65535"],
    [{ port: 65_536 }, "port must be an integer from 0 to 65535"],
    [{ topics: "orders" }, "topics must be an object or a list of names"],
    [{ topics: null }, "topics must be an object or a list of names"],
    [{ topics: [5] }, "a topic name must be text"],
    [{ topic: ["orders"] }, 'the options has an unknown field "topic"; known: port, topics'],
    [null, "the options must be an object"],
  ])("the options %j reject with a message that names the field", async (options, message) => {
    await expect(startDataStream(options as never)).rejects.toThrow(message);
  });

  test("waitFor rejects at once for an argument of a wrong type", async () => {
    const { stream, close } = await open();

    await expect(stream.waitFor({ key: "k" } as never)).rejects.toEqual(
      new TypeError("the predicate of waitFor must be a function"),
    );
    for (const within of [Number.NaN, "20", null]) {
      const waiting = stream.waitFor(() => false, { within: within as number });
      await expect(waiting).rejects.toEqual(
        new TypeError("within must be a number of milliseconds"),
      );
    }
    await expect(stream.waitFor(() => false, { within: 5 })).rejects.toThrow("within 5 ms");
    await close();
  });

  test("200 run side by side, and all their ports are free afterwards", async () => {
    const serversBefore = openServers();
    const streams = await Promise.all(Array.from({ length: 200 }, () => startDataStream()));
    const [one] = streams;
    const ports = streams.map(({ endpoint }) => new URL(endpoint).port);
    expect(new Set(ports).size).toBe(200);
    await Promise.all(streams.map(({ close }) => close()));

    await expect(fetch(`${one?.endpoint}/_/topics`)).rejects.toThrow();
    // A closed handle leaves the list at the end of the event loop's turn, which fetch can precede.
    await expect.poll(openServers).toBeLessThan(serversBefore + 5);
  });

  test("a start takes no longer than 60 bare servers", async () => {
    const times: number[] = [];
    for (let run = 0; run < 9; run += 1) {
      times.push((await timeOf(startDataStream)) / (await timeOf(startBare)));
    }

    expect(times.toSorted((a, b) => a - b)[4]).toBeLessThan(60);
  });
});

async function timeOf(start: () => Promise<{ close: () => unknown }>): Promise<number> {
  const startedMs = performance.now();
  const server = await start();
  const ms = performance.now() - startedMs;
  await server.close();
  return ms;
}

async function startBare() {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
