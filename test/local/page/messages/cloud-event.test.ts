import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { attributesOf, dataOf, eventOf } from "../../../../local/page/messages/cloud-event.ts";

const typeOf = (text: string) => eventOf(text).type;

describe("CloudEvents attributes", () => {
  test("attributes are the members beside the data, in their order, and repeated ones twice", () => {
    const text =
      '{ "specversion" : "1.0","id":"\\u0061","data":{"type":"no"},"type":"t","n":1.0,"type":"u" }';

    expect(attributesOf(text)).toEqual([
      { name: "specversion", text: "1.0" },
      { name: "id", text: "a" },
      { name: "type", text: "t" },
      { name: "n", text: "1.0" },
      { name: "type", text: "u" },
    ]);
    expect(typeOf(text)).toBe("t");
  });

  test.each(["", "{", '{"a', '{"a":', '{"specversion":"1.0"', "[1]", "null", '{"type":"t"}', "{]"])(
    "the text %s has no attributes",
    (text) => {
      expect(typeOf(text)).toBe("");
    },
  );

  test.each([
    ['{"specversion":"1.0","data":{"n":1.0},"id":"a"}', '{"n":1.0}'],
    ['{"data":[1],"specversion":"1.0"}', "[1]"],
    ['{"specversion":"1.0","data_base64":"AA=="}', '"AA=="'],
    ['{"specversion":"1.0"}', '{"specversion":"1.0"}'],
    ['{"data":1}', '{"data":1}'],
    ["text", "text"],
  ])("the data of %s is %s, as it was written", (value, data) => {
    expect(dataOf(value)).toBe(data);
  });

  test("no text makes the reading fail or hang", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[],:"\\ a1\n') }), (text) => {
        attributesOf(text);
        expect(typeOf(text)).toBeTypeOf("string");
      }),
    );
  });
});
