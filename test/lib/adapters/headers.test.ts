import { expect, test } from "vitest";
import { toHeaders } from "../../../lib/adapters/headers.ts";

test("header names are in lower case, and repeated headers are joined", () => {
  const headers = toHeaders({ "X-A": "1", "x-a": ["2", 3], "X-Empty": "" });

  expect([...headers]).toEqual([
    ["x-a", "1, 2, 3"],
    ["x-empty", ""],
  ]);
});

test.for(["text", ["x-a", "1"], 7, null, undefined, true])(
  "the object %j holds no headers",
  (bag) => {
    expect([...toHeaders(bag)]).toEqual([]);
  },
);

test("a value that is not text, a number or a list of them is dropped, however deep it is", () => {
  let deep: unknown = "x";
  for (let depth = 0; depth < 100_000; depth += 1) {
    deep = [deep];
  }

  expect([...toHeaders({ a: deep, b: {}, c: null, d: [], e: [null, "1"] })]).toEqual([["e", "1"]]);
});
