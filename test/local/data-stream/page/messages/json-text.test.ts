import fc from "fast-check";
import { describe, expect, test } from "vitest";

const module = new URL(
  "../../../../../local/data-stream/page/messages/json-text.js",
  import.meta.url,
);
const { prettyJson } = (await import(module.href)) as { prettyJson: (text: string) => string };

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
});
