import { expect, test } from "vitest";
import { escapeHidden } from "../../../lib/encoding/printable.ts";

test.for(["", '{"a":1}', "a\nb\t", "한글 👩 é", "\u00a0\u00ac\uffff"])(
  "the text %j, of which a reader sees every character, stays unchanged",
  (text) => {
    expect(escapeHidden(text)).toBe(text);
  },
);

// https://www.unicode.org/Public/16.0.0/ucd/extracted/DerivedGeneralCategory.txt, category Cf
test.for([
  ["a\u007fb", String.raw`a\u007fb`],
  ["\u0080\u009f", String.raw`\u0080\u009f`],
  ["\u00ad", String.raw`\u00ad`],
  ["\u202etxt.exe", String.raw`\u202etxt.exe`],
  ["\u200b\u2060\ufeff", String.raw`\u200b\u2060\ufeff`],
  ["\u2028\u2029", String.raw`\u2028\u2029`],
  ["한\u{e0041}글", String.raw`한\udb40\udc41글`],
] as const)("hidden characters of %j are escaped as in JSON", ([text, escaped]) => {
  expect(escapeHidden(text)).toBe(escaped);
});
