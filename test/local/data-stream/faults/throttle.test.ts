import { expect, test } from "vitest";
import { clockMs, signedHeaders, startWorld } from "../../harness.ts";

/** An emulator whose clock the test moves; a signature stays valid for the first 5 minutes. */
async function startClocked() {
  const clock = { ms: clockMs };
  const world = await startWorld({ now: () => clock.ms });
  const produce = async (bytes: number, partition = 0) => {
    const message = { topic: "orders", key: "", value: "x".repeat(bytes), partition };
    return (await world.produce(message, signedHeaders)).status;
  };
  return { ...world, clock, produceBytes: produce };
}

test("any amount is accepted while no bucket is set", async () => {
  const world = await startClocked();

  const statuses = [await world.produceBytes(1_000_000), await world.produceBytes(1_000_000)];

  expect(statuses).toEqual([200, 200]);
});

test("a partition takes the documented 1 MB a second, and gives 429 above", async () => {
  const world = await startClocked();
  const posted = await world.setFaults({ bucket: {} });

  const first = [await world.produceBytes(600_000), await world.produceBytes(400_000)];
  const over = await world.produceBytes(1);
  const elsewhere = await world.produceBytes(1_000_000, 1);
  world.clock.ms += 500;
  const later = [await world.produceBytes(500_000), await world.produceBytes(1)];

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
  const world = await startClocked();
  await world.setFaults({ bucket: { bytesPerSecond: 5 } });
  const message = { topic: "orders", key: "키", value: "12", partition: 2 };

  await world.produce(message);
  const response = await world.produce({ ...message, value: "34" });

  expect(response.status).toBe(429);
  expect(await response.json()).toEqual({
    error: {
      errorCode: "410",
      message: "Throttle Limited",
      details: "The partition takes no more bytes now.",
    },
  });
  expect(await world.get("/_/topics/orders/records")).toMatchObject({ records: [{ value: "12" }] });
  expect(await world.get("/_/requests")).toMatchObject({
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
  const world = await startClocked();
  await world.setFaults({ bucket: { bytesPerSecond: 1000 } });

  const statuses = [await world.produceBytes(2500)];
  for (const passedMs of [1500, 999, 1]) {
    world.clock.ms += passedMs;
    statuses.push(await world.produceBytes(1000));
  }

  expect(statuses).toEqual([200, 429, 429, 200]);
});

test("a bucket saves no more than one second's worth", async () => {
  const world = await startClocked();
  await world.setFaults({ bucket: { bytesPerSecond: 1000 } });

  const statuses = [await world.produceBytes(1000)];
  world.clock.ms += 60_000;
  statuses.push(await world.produceBytes(1000), await world.produceBytes(1));

  expect(statuses).toEqual([200, 200, 429]);
});

test.for([-60_000, 0])("a clock that moves by %d ms refills nothing", async (movedMs) => {
  const world = await startClocked();
  await world.setFaults({ bucket: { bytesPerSecond: 1000 } });

  const first = await world.produceBytes(900);
  world.clock.ms += movedMs;

  expect([first, await world.produceBytes(100), await world.produceBytes(1)]).toEqual([
    200, 200, 429,
  ]);
});

test("a new script begins with a full bucket, and its end removes the bucket", async () => {
  const world = await startClocked();
  await world.setFaults({ bucket: { bytesPerSecond: 10 } });

  const statuses = [await world.produceBytes(10), await world.produceBytes(1)];
  await world.setFaults({ bucket: { bytesPerSecond: 10 } });
  statuses.push(await world.produceBytes(10), await world.produceBytes(1));
  await world.remove("/_/faults");
  statuses.push(await world.produceBytes(10));

  expect(statuses).toEqual([200, 429, 200, 429, 200]);
});

test("only accepted messages count", async () => {
  const world = await startClocked();
  await world.setFaults({ bucket: { bytesPerSecond: 10 } });

  await world.produce({ topic: "orders", key: "", value: "x".repeat(10), partition: 3 });

  expect(await world.produceBytes(10)).toBe(200);
});
