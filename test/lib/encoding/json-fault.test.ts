import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findJsonFault } from "../../../lib/encoding/json-fault.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("the place where a text stops being JSON", () => {
  // Positions that V8 (Node 22) reports: "… in JSON at position N".
  test.for([
    ['{"a":1,}', 7],
    ['{"a":1', 6],
    ["{'a':1}", 1],
    ["{a:1}", 1],
    ['{"a" 1}', 5],
    ['{"a":1 "b":2}', 7],
    ['{"a":[1,2}}', 9],
    ["[1,]", 3],
    ["[,1]", 1],
    ["[1 2]", 3],
    ['{"a":1}}', 7],
    ['{"a":"b\nc"}', 7],
    [String.raw`{"a":"\x"}`, 7],
    [String.raw`"\u12g4"`, 5],
    ["01", 1],
    ["1 2", 2],
    ["", 0],
    ["  ", 2],
    ['"abc', 4],
    ["{", 1],
    ["]", 0],
    ["nul", 0],
    ["\ufeff{}", 0],
    ['{"a":“b”}', 5],
    ["abc", 0],
  ] as const)("the place in %j is %i", ([text, place]) => {
    expect(isJson(text)).toBe(false);
    expect(findJsonFault(text)).toBe(place);
  });

  test("a place is found exactly if JSON.parse refuses the text", () => {
    const piece = fc.constantFrom(
      ...[
        '{"',
        '":',
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        "\\",
        "\\u00e9",
        "a",
        "1",
        "-",
        "0.5",
        "e3",
      ],
      ...["true", "null", "fals", " ", "\n", "\u2028", "\0", "é"],
    );
    const text = fc.oneof(
      fc.json(),
      fc.string(),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
    );

    fc.assert(
      fc.property(text, (given) => {
        const place = findJsonFault(given);
        expect(place === undefined).toBe(isJson(given));
        expect(place ?? 0).toBeLessThanOrEqual(given.length);
      }),
      { numRuns: 20_000 },
    );
  });

  test("the place is that of an inserted invalid character", () => {
    const cases = fc
      .json()
      .chain((json) => fc.tuple(fc.constant(json), fc.nat(json.length)))
      .filter(
        ([json, at]) => (json.slice(0, at).replace(/\\./g, "").split('"').length - 1) % 2 === 0,
      );

    fc.assert(
      fc.property(cases, ([json, at]) => {
        const place = findJsonFault(`${json.slice(0, at)}?${json.slice(at)}`) ?? 0;
        // A word or number counts as wrong from its start.
        expect(json.slice(place, at)).toMatch(/^[\w.+-]*$/);
        expect(place).toBeLessThanOrEqual(at);
      }),
    );
  });

  test("the place is found in a text that nests as deep as a setting can be long", () => {
    expect(findJsonFault("[".repeat(1_000_000))).toBe(1_000_000);
    expect(findJsonFault(`"${"a".repeat(1_000_000)}`)).toBe(1_000_001);
    expect(findJsonFault(`["${"\\n".repeat(500_000)}",]`)).toBe(1_000_004);
  });
});
