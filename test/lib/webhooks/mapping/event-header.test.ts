import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeEventHeader } from "../../../../lib/webhooks/mapping/event-header.ts";

describe("the value of a ce- header", () => {
  test.for([
    // The example of https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md
    // (section 3.1.3.2, read 2026-11-30).
    ["Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"],
    ["euro%20%e2%82%ac", "Euro €".replace("E", "e")],
    ["%61bc", "abc"],
    ["%2525", "%25"],
    ["plain text", "plain text"],
    ["", ""],
    ['"a b"', "a b"],
    ['"say \\"hi\\" \\\\"', 'say "hi" \\'],
    ['"%E2%82%AC"', "€"],
    ['"a\\%41"', "aA"],
    // No quoted string (https://www.rfc-editor.org/rfc/rfc7230#section-3.2.6), so nothing is unescaped.
    ['say "hi"', 'say "hi"'],
    ['"', '"'],
    ['"a\\"', '"a\\"'],
    ['"a"b"', '"a"b"'],
    // No byte.
    ["100%", "100%"],
    ["%zz%4", "%zz%4"],
  ] as const)("%j is read as %j", ([value, text]) => {
    expect(decodeEventHeader(value)).toBe(text);
  });

  test.for(["%C0%A0", "a%FF", "%ED%A0%80", "%E2%82", "%F4%90%80%80"])(
    "%j, which is no UTF-8, is refused",
    (value) => {
      expect(decodeEventHeader(value)).toBeUndefined();
    },
  );

  test("any text comes back from its percent-encoded and from its quoted form", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const quoted = text.replaceAll("%", "%25").replaceAll(/["\\]/g, "\\$&");

        expect(decodeEventHeader(encodeURIComponent(text))).toBe(text);
        expect(decodeEventHeader(`"${quoted}"`)).toBe(text);
      }),
    );
  });

  test("any value is read or refused without an exception", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        expect(["string", "undefined"]).toContain(typeof decodeEventHeader(value));
      }),
    );
  });
});
