import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openRecordDatabase } from "../../../../local/data-stream/storage/record-database.ts";
import { temporaryDirectory } from "../../emulator-process.ts";
import { startWorld } from "../../harness.ts";
import { keysOf, mebibyte, produceKeys } from "./harness.ts";

test("the space that a burst took in the write-ahead log is released", async () => {
  const directory = temporaryDirectory();
  const store = await openRecordDatabase(directory, 64 * mebibyte);
  onTestFinished(() => store.close());
  const value = "x".repeat(900_000);
  const commit = (first: number, count: number) => {
    const cursors = Array.from({ length: count }, (_, index) => first + index);
    const place = { topic: "alerts", partition: 0, timestamp: 0, key: "" };
    const records = cursors.map((cursor) => ({ ...place, cursor, offset: cursor, value }));
    store.commit({ records, dropped: [], partitions: [], nextCursor: first + count });
    return statSync(join(directory, "data-stream.db-wal")).size;
  };

  expect(commit(1, 20)).toBeGreaterThan(16 * mebibyte);
  expect(commit(21, 1)).toBeLessThanOrEqual(4 * mebibyte);
});

describe("--data that does not take a message", () => {
  test("a message without space gets 503 and leaves no trace, and the next one is stored once there is space", async () => {
    const dataDirectory = temporaryDirectory();
    const emulator = await startWorld({ dataDirectory, dataBytesMax: mebibyte });
    await produceKeys(emulator, ["small"]);
    const large = { topic: "alerts", key: "large", value: "x".repeat(600_000) };
    const statuses = [(await emulator.produce(large)).status];
    const refused = await emulator.produce(large);
    statuses.push(refused.status);

    expect(statuses).toEqual([200, 503]);
    expect(await refused.json()).toMatchObject({ error: { message: "Endpoint Error" } });
    expect(emulator.lines.join()).toContain("the store of --data failed: SQLITE_FULL");
    expect(await keysOf(emulator, "alerts")).toEqual(["small", "large"]);
    expect(await emulator.get("/_/topics")).toMatchObject({
      topics: [{}, { partitions: [{ next: 2 }] }],
    });
    expect(await produceKeys(emulator, ["after"])).toEqual([200]);
    expect((await emulator.remove("/_/records")).status).toBe(204);
    expect((await emulator.produce({ ...large, key: "again" })).status).toBe(200);
    await emulator.close();

    const after = await startWorld({ dataDirectory });
    expect(await keysOf(after, "alerts")).toEqual(["again"]);
    expect(await after.get("/_/records/4")).toMatchObject({ key: "again", offset: 3 });
  });

  test("a burst that does not fit leaves the acknowledged messages and no others", async () => {
    const emulator = await startWorld({
      dataDirectory: temporaryDirectory(),
      dataBytesMax: mebibyte,
    });
    const value = "x".repeat(300_000);

    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        emulator.produce({ topic: "orders", key: `${index}`, value, partition: index % 3 }),
      ),
    );

    const accepted = answers.filter(({ status }) => status === 200).length;
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
    expect(accepted).toBeLessThan(8);
    expect(await keysOf(emulator, "orders")).toHaveLength(accepted);
  });
});
