import { describe, expect, onTestFinished, test } from "vitest";
import { createDurableStorage } from "../../../../local/data-stream/storage/durable-storage.ts";
import type {
  RecordDatabase,
  StoreChanges,
} from "../../../../local/data-stream/storage/record-database.ts";
import { createTopics } from "../../../../local/data-stream/topics/topics.ts";

/** Replaces the disk: it records the keys of each transaction, and fails when the test says so. */
function startKeeper() {
  const commits: string[][] = [];
  const told: string[] = [];
  const disk = { fails: false };
  const store: RecordDatabase = {
    commit({ records }: StoreChanges) {
      commits.push(records.map(({ key }) => key));
      if (disk.fails) {
        throw Object.assign(new Error("no"), { code: "SQLITE_IOERR_FSYNC" });
      }
    },
    empty: () => undefined,
    partitions: () => [],
    nextCursor: () => 1,
    *records() {
      // There is no earlier start.
    },
    close: () => undefined,
  };
  const bounds = { recordsMax: 10_000, recordBytesMax: 1e9, partitionBytesMax: 1e9 };
  const topics = createTopics({ orders: 2 }, { ...bounds, now: () => 0 });
  const keeper = createDurableStorage({ topics, store }, ({ key }) => told.push(key));
  const keep = async (key: string, partition = 0) => {
    const ending = await keeper.write({ topic: "orders", partition, timestamp: 0, key, value: "" });
    return "kind" in ending
      ? [key, ending.response.status, ending.reason]
      : [key, ending.partition, ending.offset, ending.cursor];
  };
  onTestFinished(() => keeper.close());
  // The first transaction stores the partitions.
  commits.length = 0;
  return { commits, told, disk, topics, keep };
}

describe("the durable storage", () => {
  test("records of one turn make one transaction and are acknowledged in their order", async () => {
    const { commits, told, keep } = startKeeper();

    const first = await Promise.all([keep("a"), keep("b", 1), keep("c")]);
    const second = await keep("d");

    expect(first).toEqual([
      ["a", 0, 0, 1],
      ["b", 1, 0, 2],
      ["c", 0, 1, 3],
    ]);
    expect(second).toEqual(["d", 0, 2, 4]);
    expect(commits).toEqual([["a", "b", "c"], ["d"]]);
    expect(told).toEqual(["a", "b", "c", "d"]);
  });

  test("a failed transaction refuses all its records, shows none, and reuses their numbers", async () => {
    const { told, disk, topics, keep } = startKeeper();
    disk.fails = true;

    const refused = await Promise.all([keep("a"), keep("b")]);
    const seen = [...topics.records.after(0)];
    disk.fails = false;

    const reason = "the store of --data failed: SQLITE_IOERR_FSYNC";
    expect(refused).toEqual([
      ["a", 503, reason],
      ["b", 503, reason],
    ]);
    expect(seen).toEqual([]);
    expect(await keep("c")).toEqual(["c", 0, 0, 1]);
    expect(told).toEqual(["c"]);
  });

  test("a transaction holds a bounded number of records", async () => {
    const { commits, keep } = startKeeper();

    await Promise.all(Array.from({ length: 2500 }, (_, index) => keep(`${index}`)));

    expect(commits.map(({ length }) => length)).toEqual([1000, 1000, 500]);
  });
});
