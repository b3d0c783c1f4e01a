import fc from "fast-check";
import { expect, test } from "vitest";
import { readActivation } from "../../../../cli/deploy/logs/activation.ts";
import { readLogLine } from "../../../../cli/deploy/logs/log-line.ts";

const hide = (text: string) => text.replaceAll("s3cret", "[hidden]");
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

test("any line becomes one line without control characters", () => {
  const line = fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.jsonValue(), fc.anything());

  fc.assert(
    fc.property(line, (given) => {
      const { text, isError } = readLogLine(toJsonValue(given), hide);

      expect(controls.test(text)).toBe(false);
      expect(typeof isError).toBe("boolean");
    }),
  );
});

test("a secret is hidden wherever escape sequences and controls are in a line", () => {
  const noise = fc.constantFrom("", "\u001b[0m", "\u001b]0;x\u0007", "\u009b1m", " ", "{", '"');

  fc.assert(
    fc.property(noise, noise, noise, (before, within, after) => {
      const isSequence = ["\u001b", "\u009b"].some((first) => within.includes(first));
      const line = `${before}s3${isSequence ? within : ""}cret${after}`;

      expect(readLogLine(line, hide).text).not.toContain("s3cret");
    }),
  );
});

test("any answer is an activation with a printable id, or none", () => {
  fc.assert(
    fc.property(fc.anything(), fc.string(), (given, id) => {
      const read = readActivation({ activationId: id, ...Object(toJsonValue(given)) });

      expect(read === undefined || /^[A-Za-z0-9_-]{1,64}$/.test(read.id)).toBe(true);
      if (read?.startMs !== undefined) {
        expect(() => new Date(read.startMs ?? 0).toISOString()).not.toThrow();
      }
    }),
  );
});

test("a long line is cut, and says by how much", () => {
  expect(readLogLine("x".repeat(4_010), hide).text).toBe(
    `${"x".repeat(4_000)} … (10 characters more)`,
  );
});

test("a megabyte of escapes takes no time to speak of", () => {
  // CPU time: other programs on the machine do not count.
  const before = process.cpuUsage();

  readLogLine("\u001b]".repeat(500_000), hide);
  readLogLine("\u001b[".repeat(500_000), hide);

  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000);
});

/** Any value that a parsed response of the API can hold. */
function toJsonValue(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null");
  } catch {
    return null;
  }
}
