import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { prettyJson, prettyTokens } from "../../../../local/page/parts/json-text.ts";

describe("pretty JSON", () => {
  test("only the blanks between tokens change", () => {
    const text = '{"a":1.0,"a":-1E+5,"b":[ {} ,[\n],"x: {y,\\"z\\"]"],"c":12345678901234567890}';

    expect(prettyJson(text)).toBe(
      '{\n  "a": 1.0,\n  "a": -1E+5,\n  "b": [\n    {},\n    [],\n    "x: {y,\\"z\\"]"\n  ],\n  "c": 12345678901234567890\n}',
    );
  });

  test("the result equals JSON.stringify's wherever that loses nothing", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const expected = JSON.stringify(JSON.parse(text), null, 2);
        expect(prettyJson(JSON.stringify(JSON.parse(text)))).toBe(expected);
      }),
    );
  });

  test("deeply nested values do not make the result grow without bound", () => {
    const depth = 10_000;
    expect(prettyJson("[".repeat(depth) + "]".repeat(depth)).length).toBeLessThan(200 * depth);
  });

  test("names, strings, numbers and words are told apart for their colours", () => {
    const tokens = prettyTokens('{"a":"b","n":-1.50,"t":null}').filter(
      ({ kind }) => kind !== "mark",
    );

    expect(tokens).toEqual([
      { kind: "name", text: '"a"' },
      { kind: "string", text: '"b"' },
      { kind: "name", text: '"n"' },
      { kind: "number", text: "-1.50" },
      { kind: "name", text: '"t"' },
      { kind: "word", text: "null" },
    ]);
  });
});
