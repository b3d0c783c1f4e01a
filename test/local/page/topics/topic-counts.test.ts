import { expect, test } from "vitest";
import { retentionOf } from "../../../../local/page/topics/topic-counts.ts";

test.each([
  [3_600_000, { unit: "hours", count: 1 }],
  [86_400_000, { unit: "days", count: 1 }],
  [1_296_000_000, { unit: "days", count: 15 }],
  [5_400_000, { unit: "hours", count: 1.5 }],
  [90_000_000, { unit: "hours", count: 25 }],
])("a retention of %d ms is %o", (ms, expected) => {
  expect(retentionOf(ms)).toEqual(expected);
});
