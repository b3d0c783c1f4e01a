import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toWellFormed } from "../../../lib/encoding/well-formed.ts";

describe("text for keys, ids, types and subjects", () => {
  test.for(["", "a b", "한글/é.txt", "👩‍💻", "\u2028\u2029", "\u00a0\ufeff\uffff", "a\\u0000"])(
    "the text %j, which every client reads alike, stays unchanged",
    (text) => {
      expect(toWellFormed(text)).toBe(text);
    },
  );

  // printf of the JSON text | sha256sum
  test.for([
    ["a\u0000b", "9db18af7360cd5d03bddf6a34395bcbe2a9a0c79ef7c495e5bd149c3c490defe"],
    ["\ud800", "8c0c59dd0d275aadcd462a5fe12eb352cbdfeaf961eae4f85a4660521df7d2f5"],
    ["\udc00x", "e50e1f009582812a42c85661c993c18ff96122b29039d2e53d57413c84beba74"],
    ["a\tb", "9086c3ca2d1e5a14a75356a5dad6e3266e2f7e111f5d2672350bd5d0ae9230c6"],
    ["a\u007f", "de68e1a6d4636ebf9e1524233e0a1c6e39a3562937e2f801244edbfb8579aa9f"],
    ["a\u0085", "9f617cd131ac4a40872bd08626baa7b3cc3df68986877f669ae23e47f26592a0"],
  ] as const)("the text %j is replaced by the SHA-256 of its JSON form", ([text, hash]) => {
    expect(toWellFormed(text)).toBe(hash);
  });

  test("any text comes out well-formed, without control characters, and different from others", () => {
    const units = fc.array(
      fc.oneof(fc.nat({ max: 0x9f }), fc.integer({ min: 0xd7ff, max: 0xe000 })),
      { maxLength: 4 },
    );
    const texts = units.map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        const [first, second] = [toWellFormed(one), toWellFormed(other)];

        expect(Buffer.from(first).toString()).toBe(first);
        expect([...first].filter((c) => c < " " || (c > "~" && c < "\u00a0"))).toEqual([]);
        expect(first === second).toBe(one === other);
      }),
    );
  });
});
