import { expect, test } from "vitest";
import { toHeaders } from "../../../lib/adapters/headers.ts";

test("header names are in lower case, and repeated headers are joined", () => {
  const headers = toHeaders({ "X-A": "1", "x-a": ["2", 3], "X-Empty": "" });

  expect([...headers]).toEqual([
    ["x-a", "1, 2, 3"],
    ["x-empty", ""],
  ]);
});

// Gateways pass a header twice: under two spellings of its name, or as a list. A type or an id that is doubled is another one.
test("a value that is repeated under one name counts once", () => {
  const headers = toHeaders({ "X-A": "1", "x-a": "1", "X-B": ["1", "1"], "x-c": ["1", "2", "1"] });

  expect([...headers]).toEqual([
    ["x-a", "1"],
    ["x-b", "1"],
    ["x-c", "1, 2"],
  ]);
});

// Blanks and folds around a value are no part of it (https://www.rfc-editor.org/rfc/rfc9110#section-5.5, read 2026-12-01).
test("a value is read without the blanks around it", () => {
  expect([...toHeaders({ a: " 1 ", b: ["\t2", "2\r\n "], c: "\r\n 3 4" })]).toEqual([
    ["a", "1"],
    ["b", "2"],
    ["c", "3 4"],
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
