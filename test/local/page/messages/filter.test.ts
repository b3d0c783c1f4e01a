import { describe, expect, test } from "vitest";
import { createFilter } from "../../../../local/page/messages/filter.ts";
import { createRecordStore } from "../../../../local/page/messages/record-store.ts";

const value =
  '{"specversion":"1.0","id":"e-1","type":"order.paid","source":"/shop","data":{"name":"Kim"}}';
const record = { cursor: 1, topic: "orders", partition: 2, offset: 0, timestamp: 0, key: "A-7" };
const [entry] = createRecordStore().add([{ ...record, value }]);

function fits(search: string, place = ""): boolean {
  return entry !== undefined && createFilter({ search, place })(entry);
}

describe("the filter of the messages", () => {
  test.each(["", "kim", "a-7", "ORDER.PAID", "e-1", "kim a-7", "/shop", "  kim  "])(
    "the search %j finds the message",
    (search) => {
      expect(fits(search)).toBe(true);
    },
  );

  test.each(["key:a-7", "type:paid", "id:e-1", "topic:ord", "data:kim", "key:a- data:kim"])(
    "the search %j finds the message by its fields",
    (search) => {
      expect(fits(search)).toBe(true);
    },
  );

  test.each(["lee", "kim lee", "key:kim", "data:shop", "type:kim", "key:", "constructor:x"])(
    "the search %j finds the message only if every word does",
    (search) => {
      expect(fits(search)).toBe(search === "key:");
    },
  );

  test.each([
    ["orders", true],
    ["orders/2", true],
    ["orders/1", false],
    ["alerts", false],
  ])("the place %s is met: %s", (place, expected) => {
    expect(fits("", place)).toBe(expected);
  });
});
