import fc from "fast-check";
import { describe, expect, test } from "vitest";

type Attribute = { readonly name: string; readonly text: string };

const module = new URL(
  "../../../../../local/data-stream/page/messages/cloud-event.js",
  import.meta.url,
);
const { attributesOf, typeOf } = (await import(module.href)) as {
  attributesOf: (text: string) => readonly Attribute[];
  typeOf: (text: string) => string;
};

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

  test("no text makes the reading fail or hang", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[],:"\\ a1\n') }), (text) => {
        attributesOf(text);
        expect(typeOf(text)).toBeTypeOf("string");
      }),
    );
  });
});
