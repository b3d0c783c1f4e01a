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
    // CPU time: other programs on the machine do not count.
    const msOf = (text: string) => {
      const before = process.cpuUsage();
      toPlainText(text);
      return process.cpuUsage(before).user / 1_000;
    };
    const bytes = 2_000_000;

    const wordsMs = msOf("word ".repeat(bytes / 5));
    const partsMs = msOf(part.repeat(bytes / part.length));

    // An implementation that looked a hundred times at every character took fifty times as long.
    expect(partsMs).toBeLessThan(20 * wordsMs + 1_000);
  },
);

test("an error whose code is not text is reported without a code", () => {
  const body = '{"error":{"errorCode":{"toString":1,"valueOf":2},"message":"no"}}';

  expect(toFailure(answer(500, body), context).message).toBe("PUT action: HTTP 500, no");
});

test.each(["x-ncp-request-id", "x-ncp-apigw-request-id"])(
  "an error has the request's id of the header %s, without secrets",
  (name) => {
    const hide = (text: string) => text.replaceAll("secret", "***");
    const response = answer(503, "", { [name]: "id-1-secret" });

    expect(toFailure(response, { ...context, hide }).message).toBe(
      "PUT action: HTTP 503, request id-1-***",
    );
  },
);
