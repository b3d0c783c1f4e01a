import { describe, expect, test } from "vitest";
import { startEmulator } from "../../../../local/data-stream/server.ts";
import { temporaryDirectory } from "../../emulator-process.ts";
import { clockMs, startWorld } from "../../harness.ts";
import { keysOf, produceKeys, resume } from "../storage/harness.ts";

describe("retention", () => {
  test("records older than their topic's retention are dropped, and only those", async () => {
    const clock = { ms: clockMs };
    const hour = 3_600_000;
    const emulator = await startWorld({
      now: () => clock.ms,
      topics: { alerts: { partitions: 1, retentionMs: hour }, orders: 1 },
    });
    const stamped = (ms: number) => {
      clock.ms = clockMs + ms;
      // The signature is valid for five minutes.
      return emulator.setFaults({ steps: [{ skewMs: -ms, times: 2 }] });
    };
    await stamped(0);
    await produceKeys(emulator, ["a"]);
    await produceKeys(emulator, ["o"], "orders");
    await stamped(hour - 1);
    await produceKeys(emulator, ["b"]);
    const young = await keysOf(emulator, "alerts");
    await stamped(hour);
    await produceKeys(emulator, ["c"]);

    expect(young).toEqual(["a", "b"]);
    expect(await keysOf(emulator, "alerts")).toEqual(["b", "c"]);
    expect(await keysOf(emulator, "orders")).toEqual(["o"]);
    expect(await emulator.get("/_/topics")).toMatchObject({
      topics: [
        { name: "alerts", partitions: [{ first: 1, next: 3, dropped: 1 }] },
        { name: "orders", partitions: [{ first: 0, next: 1, dropped: 0 }] },
      ],
    });
    expect(await emulator.get("/_/records/1")).toMatchObject({ error: expect.any(String) });
    expect(await emulator.get("/_/records/2")).toMatchObject({ key: "o" });
    expect(await resume(emulator, 0, 3)).toEqual(["o", "b", "c"]);
  });

  test("retention needs no new messages, and reaches the disk", async () => {
    const clock = { ms: clockMs };
    const dataDirectory = temporaryDirectory();
    const emulator = await startWorld({ now: () => clock.ms, dataDirectory });
    await produceKeys(emulator, ["a"]);

    clock.ms += 86_400_000;
    await expect.poll(() => keysOf(emulator, "alerts"), { timeout: 20_000 }).toEqual([]);
    await emulator.close();

    const after = await startWorld({ dataDirectory });
    expect(await after.get("/_/topics")).toMatchObject({
      topics: [{}, { partitions: [{ first: 1, next: 1, dropped: 1 }] }],
    });
  });

  test("a partition with too many bytes drops its oldest records", async () => {
    const emulator = await startWorld({ partitionBytesMax: 10 });
    const produce = (key: string, partition: number) =>
      emulator.produce({ topic: "orders", key, value: "1234", partition });
    for (const [key, partition] of [
      ["a", 0],
      ["b", 1],
      ["c", 0],
      ["d", 0],
    ] as const) {
      await produce(key, partition);
    }

    expect(await keysOf(emulator, "orders")).toEqual(["b", "c", "d"]);
    expect(await emulator.get("/_/topics")).toMatchObject({
      topics: [
        {
          partitions: [
            { first: 1, next: 3, dropped: 1 },
            { first: 0, next: 1, dropped: 0 },
            { first: 0, next: 0, dropped: 0 },
          ],
        },
        {},
      ],
    });
  });

  test.each([
    [
      { alerts: { partitions: 1, retentionMs: 3_599_999 } },
      "retentionMs must be an integer from 3600000 to 1296000000",
    ],
    [{ alerts: { partitions: 1, retentionMs: 1_296_000_001 } }, "retentionMs must be an integer"],
    [{ alerts: { partitions: 1, retention: 1 } }, "topic alerts has an unknown field"],
    [{ alerts: {} }, "topic alerts: the partition count must be from 1 to 16"],
  ])("the retention of %j is refused", async (topics, problem) => {
    const options = { port: 0, topics, accessKeys: {} } as Parameters<typeof startEmulator>[0];

    await expect(startEmulator(options)).rejects.toThrow(problem);
  });
});
