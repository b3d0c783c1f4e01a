import fc from "fast-check";
import { expect, test } from "vitest";
import { parameterOf } from "../../../lib/encoding/query.ts";

test.for([
  ["token=a", "a"],
  ["x=1&token=a%20b+c%2B", "a b c+"],
  ["tok%65n=a", "a"],
  ["token=%EC%8B%9C", "시"],
  ["token=", ""],
  ["token", ""],
  ["", undefined],
  ["Token=a", undefined],
  ["token=a&token=a", undefined],
  ["token=a&tok%65n=b", undefined],
  [`token=${"a".repeat(19_994)}`, "a".repeat(19_994)],
  [`token=${"a".repeat(19_995)}`, undefined],
] as const)("the parameter of %s is %s", ([query, value]) => {
  expect(parameterOf(query, "token")).toBe(value);
});

test("any query is read without an exception", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (query) => {
      expect(["string", "undefined"]).toContain(typeof parameterOf(query, "token"));
    }),
  );
});
