import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64, decodeUnpaddedBase64 } from "../../../lib/encoding/base64.ts";

describe("decodeBase64", () => {
  // Test vectors of https://www.rfc-editor.org/rfc/rfc4648#section-10.
  test.each([
    ["", ""],
    ["Zg==", "f"],
    ["Zm8=", "fo"],
    ["Zm9v", "foo"],
    ["Zm9vYg==", "foob"],
    ["Zm9vYmE=", "fooba"],
    ["Zm9vYmFy", "foobar"],
  ])("the vector %o of RFC 4648 is %o", (text, decoded) => {
    expect(decodeBase64(text)?.toString()).toBe(decoded);
  });

  test.each([
    ["no padding", "Zg"],
    ["half of the padding", "Zg="],
    ["padding alone", "===="],
    ["padding inside", "Zg==Zg=="],
    ["a second padding", "Zm9v===="],
    ["unused bits that are set", "Zh=="],
    ["unused bits that are set after a whole group", "Zm9vZm9="],
    ["the alphabet for URLs", "-_-_"],
    ["the alphabet for URLs before a whole group", "-_-_Zm9v"],
    ["a line break", "Zm9v\n"],
    ["a line break that makes a group whole", "Zm9\nZm9v"],
    ["a character outside Latin-1 whose low byte is in the alphabet", "\u{15A}m9vZm9v"],
    ["a character of Latin-1", "Z\u{E9}9vZm9v"],
    ["a foreign character in the last group", "Zm9vZm9*"],
  ])("a text with %s is refused", (_, text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });

  test("a text is accepted exactly if it is in the grammar of RFC 4648 and its unused bits are zero", () => {
    const character = fc.constantFrom(..."AZaz09+/=-_ \n*\u{E9}\u{15A}");
    const nearlyBase64 = fc
      .tuple(
        fc.uint8Array({ maxLength: 12 }),
        fc.nat(16),
        fc.string({ unit: character, maxLength: 3 }),
      )
      .map(([bytes, at, foreign]) => {
        const text = Buffer.from(bytes).toString("base64");
        return text.slice(0, at) + foreign + text.slice(at);
      });
    const strict =
      /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;

    fc.assert(
      fc.property(fc.oneof(nearlyBase64, fc.string({ unit: character })), (text) => {
        expect(decodeBase64(text) !== undefined).toBe(strict.test(text));
      }),
      { numRuns: 5_000 },
    );
  });
});

test("base64 without padding and of the alphabet for URLs is decoded", () => {
  expect(decodeUnpaddedBase64("-_-_Zg")).toEqual(Buffer.from("fbffbf66", "hex"));
  expect(decodeUnpaddedBase64("Zg=")).toBeUndefined();
});
