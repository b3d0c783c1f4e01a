import { describe, expect, test } from "vitest";

import { createRecordStore, type Entry } from "../../../../local/page/messages/record-store.ts";

describe("the page's store", () => {
  const record = (cursor: number, value = "v", key = "k") => ({
    ...{ cursor, topic: "t", partition: 0, offset: cursor, timestamp: 0, key, value },
  });

  test("each record is kept once, in the order of cursors, however the records arrive", () => {
    const store = createRecordStore();

    store.add([record(3), record(5)]);
    const news = store.add([record(4), record(3), record(1), record(4)]);

    expect(news.map(({ cursor }) => cursor)).toEqual([1, 4]);
    expect(store.entries().map(({ cursor }) => cursor)).toEqual([1, 3, 4, 5]);
    expect(store.bytesOf("t", 0)).toBe(8);
    expect(store.removeWhere(({ cursor }) => cursor < 4)).toBe(true);
    expect(store.bytesOf("t", 0)).toBe(4);
  });

  test("the store is bounded by count and by bytes, and drops the oldest", () => {
    const store = createRecordStore();
    store.add(Array.from({ length: 10_500 }, (_, index) => record(index + 1)));
    expect(store.entries()).toHaveLength(10_000);
    expect(store.entries()[0]?.cursor).toBe(501);

    const large = "글".repeat(1_000_000);
    store.add(Array.from({ length: 30 }, (_, index) => record(20_000 + index, large)));

    expect(store.bytesOf("t", 0)).toBeLessThanOrEqual(64 * 1024 * 1024);
    expect(store.entries().length).toBeLessThan(30);
    expect(store.entries().at(-1)?.cursor).toBe(20_029);
  });

  test("the previous record with the same key is found", () => {
    const store = createRecordStore();
    const entries = store.add([record(1, "a", "x"), record(2, "b", "y"), record(3, "c", "x")]);

    expect(store.before(entries[2] as Entry)?.cursor).toBe(1);
    expect(store.before(entries[0] as Entry)).toBeUndefined();
  });
});
