import { performance } from "node:perf_hooks";
import { describe, expect, test } from "vitest";
import type { World } from "../../harness.ts";
import { rawRequest, signedHeaders, startWorld } from "../../harness.ts";

const message = { topic: "orders", key: "a", value: "1" };

async function statuses(emulator: World, keys: readonly string[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const key of keys) {
    found.push((await emulator.produce({ ...message, key })).status);
  }
  return found;
}

async function keysStored(emulator: World): Promise<readonly string[]> {
  const { records } = (await emulator.get("/_/topics/orders/records")) as {
    records: { key: string }[];
  };
  return records.map(({ key }) => key);
}

function produceRaw(emulator: World, key: string) {
  return rawRequest({
    port: emulator.port,
    method: "POST",
    path: "/api/produce",
    headers: signedHeaders,
    body: JSON.stringify({ ...message, key }),
  });
}

describe("a step with a status", () => {
  test("a step responds as scripted without storing, as often as it says", async () => {
    const emulator = await startWorld();
    await emulator.setFaults({
      steps: [
        { times: 2, status: 503, headers: { "Retry-After": "7", Date: "then" }, body: "busy" },
      ],
    });

    const response = await emulator.produce({ ...message, key: "first" });

    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("7");
    expect(response.headers.get("date")).toBe("then");
    expect(await response.text()).toBe("busy");
    expect(await statuses(emulator, ["second", "third"])).toEqual([503, 200]);
    expect(await keysStored(emulator)).toEqual(["third"]);
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
    const emulator = await startWorld();
    await emulator.setFaults({ steps: [{ status }] });

    const response = await emulator.produce(message);

    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual(body);
    expect(await keysStored(emulator)).toEqual([]);
  });

  test("a step also applies to a request that the checks would refuse", async () => {
    const emulator = await startWorld();
    await emulator.setFaults({ steps: [{ status: 500 }] });

    const response = await emulator.post("/api/produce", "not JSON");

    expect(response.status).toBe(500);
    expect(await emulator.get("/_/requests")).toMatchObject({
      requests: [{ verdict: "faulted", status: 500, reason: "status 500 from the fault script" }],
    });
  });
});

describe("steps", () => {
  test("steps are used in order", async () => {
    const emulator = await startWorld();
    await emulator.setFaults({
      steps: [{ status: 500 }, { times: 2, status: 429 }, { status: 504 }],
    });

    expect(await statuses(emulator, ["a", "b", "c", "d", "e"])).toEqual([500, 429, 429, 504, 200]);
  });

  test("a step with `when` waits for a matching request", async () => {
    const emulator = await startWorld();
    await emulator.setFaults({
      steps: [
        { when: { topic: "alerts" }, status: 500 },
        { when: { topic: "orders", key: "b" }, times: 2, status: 503 },
        { when: { key: "c" }, status: 504 },
      ],
    });

    expect(await statuses(emulator, ["a", "b", "c", "b", "b"])).toEqual([200, 503, 504, 503, 200]);
    expect(await emulator.get("/_/faults")).toEqual({
      on: true,
      steps: [{ times: 1, when: { topic: "alerts" }, status: 500 }],
    });
  });

  test("a step with `nth` begins at the n-th matching request", async () => {
    const emulator = await startWorld();
    await emulator.setFaults({
      steps: [{ when: { key: "b", nth: 3 }, times: 2, status: 503 }],
    });

    expect(await statuses(emulator, ["b", "a", "b"])).toEqual([200, 200, 200]);
    expect(await emulator.get("/_/faults")).toEqual({
      on: true,
      steps: [{ when: { key: "b", nth: 1 }, times: 2, status: 503 }],
    });
    expect(await statuses(emulator, ["a", "b", "b", "b"])).toEqual([200, 503, 503, 200]);
  });

  test("a step with `nth` also counts requests that another step takes", async () => {
    const emulator = await startWorld();
    await emulator.setFaults({ steps: [{ status: 500 }, { when: { nth: 2 }, status: 503 }] });

    expect(await statuses(emulator, ["a", "b", "c"])).toEqual([500, 503, 200]);
  });

  test("a step without any effect lets requests through", async () => {
    const emulator = await startWorld();
    await emulator.setFaults({ steps: [{ times: 2 }, { status: 500 }] });

    expect(await statuses(emulator, ["a", "b", "c"])).toEqual([200, 200, 500]);
  });
});

describe("a cut", () => {
  test("a cut before storing resets the connection and stores nothing", async () => {
    const emulator = await startWorld();
    await emulator.setFaults({ steps: [{ cut: "before" }] });

    const response = await produceRaw(emulator, "a");

    expect(response).toEqual({ status: 0, body: "", error: "ECONNRESET" });
    expect(await keysStored(emulator)).toEqual([]);
    expect(await emulator.get("/_/requests")).toMatchObject({
      requests: [{ verdict: "faulted", status: 0, reason: "cut before the message was stored" }],
    });
  });

  test("a cut after storing resets the connection, and the message is stored", async () => {
    const emulator = await startWorld();
    await emulator.setFaults({ steps: [{ cut: "after" }] });

    const response = await produceRaw(emulator, "a");

    expect(response).toEqual({ status: 0, body: "", error: "ECONNRESET" });
    expect(await keysStored(emulator)).toEqual(["a"]);
    expect(await emulator.get("/_/requests")).toMatchObject({
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
    const emulator = await startWorld({ now: () => 0 });
    await emulator.setFaults({ steps: [{ cut: "after" }] });

    const response = await produceRaw(emulator, "a");

    expect(response.error).toBe("ECONNRESET");
    expect(await keysStored(emulator)).toEqual([]);
  });
});

describe("a delay", () => {
  test("a delay comes before the usual response", async () => {
    const emulator = await startWorld();
    await emulator.setFaults({ steps: [{ delayMs: 120 }] });
    const startedMs = performance.now();

    const response = await emulator.produce(message);

    expect(response.status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(115);
    expect(await keysStored(emulator)).toEqual(["a"]);
  });

  test("a delay ends when the emulator closes", async () => {
    const emulator = await startWorld();
    await emulator.setFaults({ steps: [{ delayMs: 60_000 }] });
    const pending = produceRaw(emulator, "a");
    // The step is taken as soon as the request is read.
    await expect.poll(() => emulator.get("/_/faults")).toEqual({ on: false, steps: [] });

    await emulator.close();

    expect((await pending).error).toBe("ECONNRESET");
  });
});

describe("a slow first byte", () => {
  test("a slow first byte comes after the message is stored and logged", async () => {
    const emulator = await startWorld();
    await emulator.setFaults({ steps: [{ firstByteMs: 60_000 }] });

    const pending = produceRaw(emulator, "a");

    await expect.poll(() => keysStored(emulator)).toEqual(["a"]);
    expect(await emulator.get("/_/requests")).toMatchObject({
      requests: [{ verdict: "accepted", status: 200, offset: 0 }],
    });
    await emulator.close();
    expect((await pending).error).toBe("ECONNRESET");
  });

  test("a slow first byte belongs to the usual response or to a scripted one", async () => {
    const emulator = await startWorld();
    await emulator.setFaults({ steps: [{ firstByteMs: 120 }, { firstByteMs: 120, status: 503 }] });
    const startedMs = performance.now();

    const found = await statuses(emulator, ["a", "b"]);

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
      const emulator = await startWorld();
      await emulator.setFaults({ steps: [{ skewMs }] });

      const skewed = await emulator.produce(message);
      const next = await emulator.produce(message);

      expect(skewed.status).toBe(401);
      expect(skewed.headers.get("date")).toBe(date);
      expect(next.status).toBe(200);
      expect(next.headers.get("date")).toBe("Tue, 14 Nov 2023 22:13:20 GMT");
    },
  );
});

test("a refusal that the script caused names the script", async () => {
  const emulator = await startWorld();
  await emulator.setFaults({ steps: [{ skewMs: 300_000 }] });

  await emulator.produce(message);

  expect(await emulator.get("/_/requests")).toMatchObject({
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
    const emulator = await startWorld();
    const rate = { probability: 0.5, seed: 7, step: { status: 503 } };

    await emulator.setFaults({ rate });
    const first = await statuses(emulator, keys);
    await emulator.setFaults({ rate });
    const second = await statuses(emulator, keys);

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
    const emulator = await startWorld();
    await emulator.setFaults({ rate: { probability, seed: 1, step: { status: 503 } } });

    expect(await statuses(emulator, keys)).toEqual(Array.from({ length: 20 }, () => status));
  });

  test("a rate with `nth` begins at the n-th request", async () => {
    const emulator = await startWorld();
    const step = { when: { nth: 3 }, status: 503 };
    await emulator.setFaults({ rate: { probability: 1, seed: 1, step } });

    expect(await statuses(emulator, ["a", "b", "c", "d"])).toEqual([200, 200, 503, 503]);
  });

  test("a rate applies after the steps, and only to requests that its `when` matches", async () => {
    const emulator = await startWorld();
    const step = { when: { key: "b" }, status: 503 };
    await emulator.setFaults({
      steps: [{ status: 500 }],
      rate: { probability: 1, seed: 1, step },
    });

    expect(await statuses(emulator, ["a", "a", "b"])).toEqual([500, 200, 503]);
    expect(await emulator.get("/_/faults")).toEqual({
      on: true,
      steps: [],
      rate: { probability: 1, seed: 1, step },
    });
  });
});
