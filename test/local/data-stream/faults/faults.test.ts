import { performance } from "node:perf_hooks";
import { describe, expect, test } from "vitest";
import type { World } from "../../harness.ts";
import { rawRequest, signedHeaders, startWorld } from "../../harness.ts";

const message = { topic: "orders", key: "a", value: "1" };

async function statuses(world: World, keys: readonly string[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const key of keys) {
    found.push((await world.produce({ ...message, key })).status);
  }
  return found;
}

async function keysStored(world: World): Promise<readonly string[]> {
  const { records } = (await world.get("/_/topics/orders/records")) as {
    records: { key: string }[];
  };
  return records.map(({ key }) => key);
}

function produceRaw(world: World, key: string) {
  return rawRequest({
    port: world.port,
    method: "POST",
    path: "/api/produce",
    headers: signedHeaders,
    body: JSON.stringify({ ...message, key }),
  });
}

describe("a step with a status", () => {
  test("a step responds as scripted without storing, as often as it says", async () => {
    const world = await startWorld();
    await world.setFaults({
      steps: [
        { times: 2, status: 503, headers: { "Retry-After": "7", Date: "then" }, body: "busy" },
      ],
    });

    const response = await world.produce({ ...message, key: "first" });

    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("7");
    expect(response.headers.get("date")).toBe("then");
    expect(await response.text()).toBe("busy");
    expect(await statuses(world, ["second", "third"])).toEqual([503, 200]);
    expect(await keysStored(world)).toEqual(["third"]);
  });

  test.for([
    [200, { status: "200", detail: "OK" }],
    [202, { status: "202", detail: "A fault of the emulator's script." }],
    [
      429,
      {
        error: {
          errorCode: "400",
          message: "Quota Exceeded",
          details: "A fault of the emulator's script.",
        },
      },
    ],
  ] as const)("a scripted %d without a body gets the usual body", async ([status, body]) => {
    const world = await startWorld();
    await world.setFaults({ steps: [{ status }] });

    const response = await world.produce(message);

    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual(body);
    expect(await keysStored(world)).toEqual([]);
  });

  test("a step also applies to a request that the checks would refuse", async () => {
    const world = await startWorld();
    await world.setFaults({ steps: [{ status: 500 }] });

    const response = await world.post("/api/produce", "not JSON");

    expect(response.status).toBe(500);
    expect(await world.get("/_/requests")).toMatchObject({
      requests: [{ verdict: "faulted", status: 500, reason: "answered 500 by the fault script" }],
    });
  });
});

describe("steps", () => {
  test("steps are used in order", async () => {
    const world = await startWorld();
    await world.setFaults({ steps: [{ status: 500 }, { times: 2, status: 429 }, { status: 504 }] });

    expect(await statuses(world, ["a", "b", "c", "d", "e"])).toEqual([500, 429, 429, 504, 200]);
  });

  test("a step with `when` waits for a matching request", async () => {
    const world = await startWorld();
    await world.setFaults({
      steps: [
        { when: { topic: "alerts" }, status: 500 },
        { when: { topic: "orders", key: "b" }, times: 2, status: 503 },
        { when: { key: "c" }, status: 504 },
      ],
    });

    expect(await statuses(world, ["a", "b", "c", "b", "b"])).toEqual([200, 503, 504, 503, 200]);
    expect(await world.get("/_/faults")).toEqual({
      on: true,
      steps: [{ times: 1, when: { topic: "alerts" }, status: 500 }],
    });
  });

  test("a step with `nth` begins at the n-th matching request", async () => {
    const world = await startWorld();
    await world.setFaults({
      steps: [{ when: { key: "b", nth: 3 }, times: 2, status: 503 }],
    });

    expect(await statuses(world, ["b", "a", "b"])).toEqual([200, 200, 200]);
    expect(await world.get("/_/faults")).toEqual({
      on: true,
      steps: [{ when: { key: "b", nth: 1 }, times: 2, status: 503 }],
    });
    expect(await statuses(world, ["a", "b", "b", "b"])).toEqual([200, 503, 503, 200]);
  });

  test("a step with `nth` also counts requests that another step takes", async () => {
    const world = await startWorld();
    await world.setFaults({ steps: [{ status: 500 }, { when: { nth: 2 }, status: 503 }] });

    expect(await statuses(world, ["a", "b", "c"])).toEqual([500, 503, 200]);
  });

  test("a step without any effect lets requests through", async () => {
    const world = await startWorld();
    await world.setFaults({ steps: [{ times: 2 }, { status: 500 }] });

    expect(await statuses(world, ["a", "b", "c"])).toEqual([200, 200, 500]);
  });
});

describe("a cut", () => {
  test("a cut before storing resets the connection and stores nothing", async () => {
    const world = await startWorld();
    await world.setFaults({ steps: [{ cut: "before" }] });

    const response = await produceRaw(world, "a");

    expect(response).toEqual({ status: 0, body: "", error: "ECONNRESET" });
    expect(await keysStored(world)).toEqual([]);
    expect(await world.get("/_/requests")).toMatchObject({
      requests: [{ verdict: "faulted", status: 0, reason: "cut before the message was stored" }],
    });
  });

  test("a cut after storing resets the connection, and the message is stored", async () => {
    const world = await startWorld();
    await world.setFaults({ steps: [{ cut: "after" }] });

    const response = await produceRaw(world, "a");

    expect(response).toEqual({ status: 0, body: "", error: "ECONNRESET" });
    expect(await keysStored(world)).toEqual(["a"]);
    expect(await world.get("/_/requests")).toMatchObject({
      requests: [
        {
          verdict: "faulted",
          status: 0,
          reason: "cut after the message was stored",
          topic: "orders",
          offset: 0,
        },
      ],
    });
  });

  test("a cut after storing stores nothing of a refused request", async () => {
    const world = await startWorld({ now: () => 0 });
    await world.setFaults({ steps: [{ cut: "after" }] });

    const response = await produceRaw(world, "a");

    expect(response.error).toBe("ECONNRESET");
    expect(await keysStored(world)).toEqual([]);
  });
});

describe("a delay", () => {
  test("a delay comes before the usual response", async () => {
    const world = await startWorld();
    await world.setFaults({ steps: [{ delayMs: 120 }] });
    const startedMs = performance.now();

    const response = await world.produce(message);

    expect(response.status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(115);
    expect(await keysStored(world)).toEqual(["a"]);
  });

  test("a delay ends when the emulator closes", async () => {
    const world = await startWorld();
    await world.setFaults({ steps: [{ delayMs: 60_000 }] });
    const pending = produceRaw(world, "a");
    // The step is taken as soon as the request is read.
    await expect.poll(() => world.get("/_/faults")).toEqual({ on: false, steps: [] });

    await world.close();

    expect((await pending).error).toBe("ECONNRESET");
  });
});

describe("a slow first byte", () => {
  test("a slow first byte comes after the message is stored and logged", async () => {
    const world = await startWorld();
    await world.setFaults({ steps: [{ firstByteMs: 60_000 }] });

    const pending = produceRaw(world, "a");

    await expect.poll(() => keysStored(world)).toEqual(["a"]);
    expect(await world.get("/_/requests")).toMatchObject({
      requests: [{ verdict: "accepted", status: 200, offset: 0 }],
    });
    await world.close();
    expect((await pending).error).toBe("ECONNRESET");
  });

  test("a slow first byte belongs to the usual response or to a scripted one", async () => {
    const world = await startWorld();
    await world.setFaults({ steps: [{ firstByteMs: 120 }, { firstByteMs: 120, status: 503 }] });
    const startedMs = performance.now();

    const found = await statuses(world, ["a", "b"]);

    expect(found).toEqual([200, 503]);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(235);
  });
});

describe("a skewed clock", () => {
  test.for([
    [300_000, "Tue, 14 Nov 2023 22:18:20 GMT"],
    [-3_600_000, "Tue, 14 Nov 2023 21:13:20 GMT"],
  ] as const)(
    "a clock skew of %d ms refuses one request and shows in its Date header",
    async ([skewMs, date]) => {
      const world = await startWorld();
      await world.setFaults({ steps: [{ skewMs }] });

      const skewed = await world.produce(message);
      const next = await world.produce(message);

      expect(skewed.status).toBe(401);
      expect(skewed.headers.get("date")).toBe(date);
      expect(next.status).toBe(200);
      expect(next.headers.get("date")).toBe("Tue, 14 Nov 2023 22:13:20 GMT");
    },
  );
});

test("a refusal that the script caused names the script", async () => {
  const world = await startWorld();
  await world.setFaults({ steps: [{ skewMs: 300_000 }] });

  await world.produce(message);

  expect(await world.get("/_/requests")).toMatchObject({
    requests: [
      {
        verdict: "refused",
        reason:
          "the timestamp is 300000 ms behind the emulator's clock (the fault script moves the clock by 300000 ms)",
      },
    ],
  });
});

describe("a rate", () => {
  const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);

  test("the same seed gives the same faults", async () => {
    const world = await startWorld();
    const rate = { probability: 0.5, seed: 7, step: { status: 503 } };

    await world.setFaults({ rate });
    const first = await statuses(world, keys);
    await world.setFaults({ rate });
    const second = await statuses(world, keys);

    expect(first).toEqual([
      503, 503, 200, 200, 200, 503, 503, 503, 200, 200, 503, 503, 200, 200, 503, 503, 503, 200, 503,
      200,
    ]);
    expect(second).toEqual(first);
  });

  test.for([
    [0, 200],
    [1, 503],
  ] as const)("a rate of %d always gets %d", async ([probability, status]) => {
    const world = await startWorld();
    await world.setFaults({ rate: { probability, seed: 1, step: { status: 503 } } });

    expect(await statuses(world, keys)).toEqual(Array.from({ length: 20 }, () => status));
  });

  test("a rate with `nth` begins at the n-th request", async () => {
    const world = await startWorld();
    const step = { when: { nth: 3 }, status: 503 };
    await world.setFaults({ rate: { probability: 1, seed: 1, step } });

    expect(await statuses(world, ["a", "b", "c", "d"])).toEqual([200, 200, 503, 503]);
  });

  test("a rate applies after the steps, and only to requests that its `when` matches", async () => {
    const world = await startWorld();
    const step = { when: { key: "b" }, status: 503 };
    await world.setFaults({
      steps: [{ status: 500 }],
      rate: { probability: 1, seed: 1, step },
    });

    expect(await statuses(world, ["a", "a", "b"])).toEqual([500, 200, 503]);
    expect(await world.get("/_/faults")).toEqual({
      on: true,
      steps: [],
      rate: { probability: 1, seed: 1, step },
    });
  });
});
