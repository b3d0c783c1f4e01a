import { expect, test } from "vitest";
import { clockMs, signedHeaders, startWorld } from "../../harness.ts";

/** An emulator whose clock the test moves; a signature stays valid for the first 5 minutes. */
async function startClocked() {
  const clock = { ms: clockMs };
  const emulator = await startWorld({ now: () => clock.ms });
  const produce = async (bytes: number, partition = 0) => {
    const message = { topic: "orders", key: "", value: "x".repeat(bytes), partition };
    return (await emulator.produce(message, signedHeaders)).status;
  };
  return { ...emulator, clock, produceBytes: produce };
}

test("any amount is accepted while no bucket is set", async () => {
  const emulator = await startClocked();

  const statuses = [await emulator.produceBytes(1_000_000), await emulator.produceBytes(1_000_000)];

  expect(statuses).toEqual([200, 200]);
});

test("a partition takes the documented 1 MB a second, and gives 429 above", async () => {
  const emulator = await startClocked();
  const posted = await emulator.setFaults({ bucket: {} });

  const first = [await emulator.produceBytes(600_000), await emulator.produceBytes(400_000)];
  const over = await emulator.produceBytes(1);
  const elsewhere = await emulator.produceBytes(1_000_000, 1);
  emulator.clock.ms += 500;
  const later = [await emulator.produceBytes(500_000), await emulator.produceBytes(1)];

  expect(await posted.json()).toEqual({
    on: true,
    steps: [],
    bucket: { bytesPerSecond: 1_000_000 },
  });
  expect(first).toEqual([200, 200]);
  expect(over).toBe(429);
  expect(elsewhere).toBe(200);
  expect(later).toEqual([200, 429]);
});

test("a throttled request gets the gateway's form, stores nothing and says why", async () => {
  const emulator = await startClocked();
  await emulator.setFaults({ bucket: { bytesPerSecond: 5 } });
  const message = { topic: "orders", key: "키", value: "12", partition: 2 };

  await emulator.produce(message);
  const response = await emulator.produce({ ...message, value: "34" });

  expect(response.status).toBe(429);
  expect(await response.json()).toEqual({
    error: {
      errorCode: "410",
      message: "Throttle Limited",
      details: "The partition takes no more bytes now.",
    },
  });
  expect(await emulator.get("/_/topics/orders/records")).toMatchObject({
    records: [{ value: "12" }],
  });
  expect(await emulator.get("/_/requests")).toMatchObject({
    requests: [
      {
        verdict: "faulted",
        status: 429,
        reason: "throttled: 5 bytes are more than the bucket of partition 2 holds now",
      },
      { verdict: "accepted" },
    ],
  });
});

test("a message larger than the bucket passes a full bucket and leaves a debt", async () => {
  const emulator = await startClocked();
  await emulator.setFaults({ bucket: { bytesPerSecond: 1000 } });

  const statuses = [await emulator.produceBytes(2500)];
  for (const passedMs of [1500, 999, 1]) {
    emulator.clock.ms += passedMs;
    statuses.push(await emulator.produceBytes(1000));
  }

  expect(statuses).toEqual([200, 429, 429, 200]);
});

test("a bucket saves no more than one second's worth", async () => {
  const emulator = await startClocked();
  await emulator.setFaults({ bucket: { bytesPerSecond: 1000 } });

  const statuses = [await emulator.produceBytes(1000)];
  emulator.clock.ms += 60_000;
  statuses.push(await emulator.produceBytes(1000), await emulator.produceBytes(1));

  expect(statuses).toEqual([200, 200, 429]);
});

test.for([-60_000, 0])("a clock that moves by %d ms refills nothing", async (movedMs) => {
  const emulator = await startClocked();
  await emulator.setFaults({ bucket: { bytesPerSecond: 1000 } });

  const first = await emulator.produceBytes(900);
  emulator.clock.ms += movedMs;

  expect([first, await emulator.produceBytes(100), await emulator.produceBytes(1)]).toEqual([
    200, 200, 429,
  ]);
});

test("a new script begins with a full bucket, and its end removes the bucket", async () => {
  const emulator = await startClocked();
  await emulator.setFaults({ bucket: { bytesPerSecond: 10 } });

  const statuses = [await emulator.produceBytes(10), await emulator.produceBytes(1)];
  await emulator.setFaults({ bucket: { bytesPerSecond: 10 } });
  statuses.push(await emulator.produceBytes(10), await emulator.produceBytes(1));
  await emulator.remove("/_/faults");
  statuses.push(await emulator.produceBytes(10));

  expect(statuses).toEqual([200, 429, 200, 429, 200]);
});

test("only accepted messages count", async () => {
  const emulator = await startClocked();
  await emulator.setFaults({ bucket: { bytesPerSecond: 10 } });

  await emulator.produce({ topic: "orders", key: "", value: "x".repeat(10), partition: 3 });

  expect(await emulator.produceBytes(10)).toBe(200);
});
