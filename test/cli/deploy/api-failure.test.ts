import { expect, test } from "vitest";
import { toFailure, toPlainText } from "../../../cli/deploy/api/api-failure.ts";
import { answer } from "../../support/harness.ts";

const context = { what: "PUT action", nowMs: 0, hide: (text: string) => text };

test.each([
  ["a <b>bold</b> word", "a bold word"],
  ["a < b and c > d", "a d"],
  [`<${"x".repeat(101)}>`, `<${"x".repeat(101)}>`],
  ["<<br>", "<"],
  ["one\u0000\u202Etwo\u2028three", "one two three"],
])("the message %j is shown as %j", (given, shown) => {
  expect(toPlainText(given)).toBe(shown);
});

test.each(["<", "<a", " <", "\u0000<"])(
  "a megabyte of %j takes little longer than a megabyte of words",
  (part) => {
    const msOf = (text: string) => {
      const startedMs = performance.now();
      toPlainText(text);
      return performance.now() - startedMs;
    };
    const bytes = 2_000_000;

    const wordsMs = msOf("word ".repeat(bytes / 5));
    const partsMs = msOf(part.repeat(bytes / part.length));

    // An implementation that looked a hundred times at every character took fifty times as long.
    expect(partsMs).toBeLessThan(10 * wordsMs + 200);
  },
);

test("an error whose code is not text is reported without a code", () => {
  const body = '{"error":{"errorCode":{"toString":1,"valueOf":2},"message":"no"}}';

  expect(toFailure(answer(500, body), context).message).toBe("PUT action: HTTP 500, no");
});
