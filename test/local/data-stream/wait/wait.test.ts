import { request } from "node:http";
import { describe, expect, test } from "vitest";
import type { World } from "../../harness.ts";
import { startWorld } from "../../harness.ts";

async function wait(emulator: World, query: string) {
  const response = await fetch(`${emulator.origin}/_/wait?${query}`);
  return { status: response.status, body: await response.json() };
}

function produce(emulator: World, key: string, value: unknown) {
  return emulator.produce({ topic: "alerts", key, value: JSON.stringify(value), partition: 0 });
}

/** Opens a wait that nobody answers. Resolves once the emulator has it. */
async function openWait(emulator: World) {
  const waiting = request(`${emulator.origin}/_/wait?topic=alerts&key=never&timeoutMs=60000`, {
    agent: false,
  });
  waiting.on("error", () => undefined);
  const left = new Promise<void>((resolve) => waiting.on("finish", resolve));
  waiting.end();
  await left;
  return waiting;
}

describe("GET /_/wait", () => {
  test("the oldest record that matches is the response", async () => {
    const emulator = await startWorld();
    await produce(emulator, "a", { id: "1", type: "order.paid" });
    await produce(emulator, "b", { id: "2", type: "order.paid" });
    await produce(emulator, "b", { id: "3", type: "order.paid" });

    expect(await wait(emulator, "topic=alerts&key=b")).toEqual({
      status: 200,
      body: {
        ...{ cursor: 2, topic: "alerts", partition: 0, offset: 1, timestamp: 1_700_000_000_000 },
        ...{ key: "b", value: '{"id":"2","type":"order.paid"}' },
      },
    });
  });

  test.each([
    ["topic=alerts", 1],
    ["topic=alerts&type=order.paid", 1],
    ["topic=alerts&id=2", 2],
    ["topic=alerts&type=order.paid&key=b&id=3", 3],
    ["topic=alerts&id=%ED%95%9C%2F%22", 4],
  ])("the query %s finds record %i", async (query, cursor) => {
    const emulator = await startWorld();
    await produce(emulator, "a", { id: "1", type: "order.paid" });
    await produce(emulator, "b", { id: "2", type: "order.paid" });
    await produce(emulator, "b", { id: "3", type: "order.paid" });
    await emulator.produce({ topic: "alerts", key: "c", value: '{"id":"\\ud55c\\/\\u0022"}' });

    expect(await wait(emulator, query)).toMatchObject({ status: 200, body: { cursor } });
  });

  test("a record that comes later ends the wait", async () => {
    const emulator = await startWorld();
    const waiting = wait(emulator, "topic=alerts&id=2");
    await produce(emulator, "a", { id: "1" });
    await emulator.produce({ topic: "orders", key: "a", value: '{"id":"2"}' });
    await produce(emulator, "a", { id: "2" });

    expect(await waiting).toMatchObject({ status: 200, body: { topic: "alerts", offset: 1 } });
  });

  test.each(['{"id":1}', "[]", "null", "not JSON", '"id"'])(
    "the value %s matches no id and breaks nothing",
    async (value) => {
      const emulator = await startWorld();
      await emulator.produce({ topic: "alerts", key: "a", value });

      expect(await wait(emulator, "topic=alerts&id=1&timeoutMs=0")).toMatchObject({ status: 408 });
      expect(await wait(emulator, "topic=alerts&timeoutMs=0")).toMatchObject({ status: 200 });
    },
  );

  test("the timeout is a 408 that names the time", async () => {
    const emulator = await startWorld();

    expect(await wait(emulator, "topic=alerts&timeoutMs=20")).toEqual({
      status: 408,
      body: { error: "no record matched within 20 ms" },
    });
  });

  test("an unknown topic is a 404", async () => {
    const emulator = await startWorld();

    expect(await wait(emulator, "topic=nope")).toEqual({
      status: 404,
      body: { error: "the topic is unknown" },
    });
  });

  test.each([
    ["key=a", "topic must be given"],
    ["topic=alerts&timeoutMs=-1", "timeoutMs must be an integer from 0 to 60000"],
    ["topic=alerts&timeoutMs=60001", "timeoutMs must be an integer from 0 to 60000"],
    ["topic=alerts&timeoutMs=", "timeoutMs must be an integer from 0 to 60000"],
    ["topic=alerts&timeoutMs=1e3", "timeoutMs must be an integer from 0 to 60000"],
    ["topic=alerts&kye=a", 'unknown parameter "kye"; known: topic, key, type, id, timeoutMs'],
    ["topic=alerts&key=a&key=b", "key must be given at most once"],
  ])("the query %s is a 400 that names the field", async (query, error) => {
    const emulator = await startWorld();

    expect(await wait(emulator, query)).toEqual({ status: 400, body: { error } });
  });

  test("at most 100 requests wait, and a closed connection frees its place", async () => {
    const emulator = await startWorld();
    const waits = await Promise.all(Array.from({ length: 100 }, () => openWait(emulator)));

    await expect
      .poll(() => wait(emulator, "topic=alerts&timeoutMs=0").then(({ status }) => status))
      .toBe(429);
    for (const one of waits) {
      one.destroy();
    }
    await expect
      .poll(() => wait(emulator, "topic=alerts&timeoutMs=0").then(({ status }) => status))
      .toBe(408);
  });

  test("the emulator closes while a request waits", async () => {
    const emulator = await startWorld();
    const waiting = await openWait(emulator);
    const ended = new Promise((resolve) => waiting.on("close", () => resolve("ended")));

    await emulator.close();

    expect(await ended).toBe("ended");
  });
});
