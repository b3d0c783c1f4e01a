import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  headerKey,
  integer,
  isSecret,
  json,
  oneOf,
  origin,
  partitionCounts,
  partitionIndex,
  type Rule,
  secretText,
  text,
  topicName,
} from "../../../lib/settings/rules.ts";

/** Returns the value that a rule accepts, or `refused`. */
function read(rule: Rule<unknown>, given: unknown): unknown {
  const { isValid, coerce = (value) => value } = rule;
  const value = coerce(given);
  return isValid(value) ? value : "refused";
}

describe("an origin", () => {
  test.for([
    "https://api.datastream.naverncp.com",
    "https://stream.example:8443",
    "http://127.0.0.1:4010",
    "http://localhost:4010",
    "http://[::1]:4010",
  ])("the text %s is an origin", (value) => {
    expect(read(origin, value)).toBe(value);
  });

  test("a trailing slash of an origin is removed, because paths are appended to it", () => {
    expect(read(origin, "https://stream.example/")).toBe("https://stream.example");
  });

  test.for([
    "http://api.datastream.naverncp.com",
    "http://127.0.0.1.example",
    "http://localhost.example",
    "http://10.0.0.1",
    "https://stream.example/api/produce",
    "https://stream.example?x=1",
    "https://stream.example/?",
    "https://stream.example#x",
    "https://user:password@stream.example",
    "ftp://stream.example",
    "javascript:alert(1)",
    "stream.example",
    "https://",
    "",
    42,
    null,
  ])("the text %s is not an origin", (value) => {
    expect(read(origin, value)).toBe("refused");
  });

  test("any text is checked without an exception, and an accepted one is https or of this machine", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (value) => {
        const taken = read(origin, value);
        expect(taken === "refused" || /^\s*https?:/i.test(String(taken))).toBe(true);
      }),
    );
  });
});

describe("a whole number", () => {
  const rule = integer(1, 256);

  test.for([
    ["1", 1],
    ["256", 256],
    ["016", 16],
    [16, 16],
    [0, "refused"],
    [257, "refused"],
    ["0", "refused"],
    ["257", "refused"],
    [1.5, "refused"],
    ["1.5", "refused"],
    ["1e2", "refused"],
    ["0x10", "refused"],
    [" 16", "refused"],
    ["-1", "refused"],
    ["sixteen", "refused"],
    ["9999999999999999", "refused"],
    [Number.NaN, "refused"],
    [true, "refused"],
    [[16], "refused"],
  ] as const)("the value %j is %s", ([given, taken]) => {
    expect(read(rule, given)).toBe(taken);
  });
});

describe("partition counts", () => {
  test.for([
    [3, 3],
    ["3", 3],
    ["1024", 1024],
    [
      { orders: 3, "a.b_c-D": 16 },
      { orders: 3, "a.b_c-D": 16 },
    ],
    ['{"orders":3}', { orders: 3 }],
    ["{}", {}],
    [0, "refused"],
    ["0", "refused"],
    [1025, "refused"],
    ["1.5", "refused"],
    ["three", "refused"],
    [{ orders: 0 }, "refused"],
    [{ orders: "3" }, "refused"],
    [{ "not a topic": 3 }, "refused"],
    [[3], "refused"],
    ["[3]", "refused"],
    ["null", "refused"],
    ['{"orders":', "refused"],
    [true, "refused"],
  ] as const)("the value %j gives %j", ([given, taken]) => {
    expect(read(partitionCounts, given)).toEqual(taken);
  });
});

test.for([
  ["0", 0],
  [1023, 1023],
  [1024, "refused"],
  [-1, "refused"],
] as const)("the partition %j is %s", ([given, taken]) => {
  expect(read(partitionIndex, given)).toBe(taken);
});

test.for([
  ["orders", true],
  ["ab12c-orders", true],
  ["A.b_c-9", true],
  ["t".repeat(249), true],
  ["t".repeat(250), false],
  ["", false],
  ["주문", false],
  ["a b", false],
  ["a/b", false],
  ["a\n", false],
  [7, false],
] as const)("the topic name %j is accepted: %s", ([given, accepted]) => {
  expect(read(topicName, given) !== "refused").toBe(accepted);
});

test.for([
  ["canary", true, true],
  ["with space", true, false],
  ["비밀", true, false],
  ["zero\u200bwidth", true, false],
  ["", false, false],
  ["   ", false, false],
  ["two\nlines", false, false],
  ["two\rlines", false, false],
  ["a\0b", false, false],
  [`$${"{env:SECRET}"}`, false, false],
  ["a${", false, false],
  [7, false, false],
  [undefined, false, false],
] as const)("the value %j is a secret: %s, and a key for a header: %s", ([given, secret, key]) => {
  expect(isSecret(given)).toBe(secret);
  expect(read(secretText, given) !== "refused").toBe(secret);
  expect(read(headerKey, given) !== "refused").toBe(key);
});

test.for([
  ["text of one line", text, ["", "주문 1"], ["a\nb", "a\rb", "a\ud800", "a\0", 7]],
  ["one of some words", oneOf(["info", "warn"]), ["info", "warn"], ["INFO", "", 0]],
] as const)("the rule %s accepts nothing else", ([, rule, taken, refused]) => {
  expect(taken.map((value) => read(rule, value))).toEqual(taken);
  expect(refused.map((value) => read(rule, value))).toEqual(refused.map(() => "refused"));
});

test("JSON is JSON text or the value itself, whatever the text", () => {
  const anything = json<unknown>(() => true, "");

  expect(read(anything, '{"a":[1]}')).toEqual({ a: [1] });
  expect(read(anything, { a: [1] })).toEqual({ a: [1] });
  fc.assert(
    fc.property(fc.string(), (value) => {
      expect(() => read(anything, value)).not.toThrow();
    }),
  );
});
