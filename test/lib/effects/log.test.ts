import fc from "fast-check";
import { expect, test } from "vitest";
import { createLog, keyHash } from "../../../lib/function/log.ts";
import type { LogLevel } from "../../../lib/model/log.ts";
import { createHarness } from "../../support/harness.ts";

test("a line is one JSON object: level, time, message, common fields, its own", () => {
  const { effects, lines } = createHarness();
  const log = createLog(effects, "info", { function: "webhook", invocationId: undefined });

  log.warn("two\nlines", { attempts: 2, ids: ["a"], topic: undefined });

  expect(lines).toEqual([
    '{"level":"warn","at":"2023-11-14T22:13:20.000Z","message":"two\\nlines",' +
      '"function":"webhook","attempts":2,"ids":["a"]}',
  ]);
});

test("a line shows what would hide or be obeyed, and means the same", () => {
  const { effects, lines } = createHarness();
  const bidi = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c";
  const text = `a\u001b[2J\u007f\u0080\u009b31m${bidi}\u2028\u2029\ufeff\u200d\u{e0041}한 é`;

  createLog(effects, "info", {}).info("m", { text });

  expect(lines[0]).toContain(
    '"text":"a\\u001b[2J\\u007f\\u0080\\u009b31m' +
      "\\u202a\\u202b\\u202c\\u202d\\u202e\\u2066\\u2067\\u2068\\u2069\\u200e\\u200f\\u061c" +
      '\\u2028\\u2029\\ufeff\\u200d\\udb40\\udc41한 é"',
  );
  expect(JSON.parse(lines[0] ?? "").text).toBe(text);
});

test("any text comes back from its line, on one line and with nothing hidden", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const { effects, lines } = createHarness();
      createLog(effects, "info", {}).info(text);

      expect(lines[0]).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(lines[0] ?? "").message).toBe(text);
    }),
  );
});

test.for<[LogLevel, readonly string[]]>([
  ["debug", ["debug", "info", "warn", "error"]],
  ["info", ["info", "warn", "error"]],
  ["warn", ["warn", "error"]],
  ["error", ["error"]],
])("at level %s the lines of %j are written", ([level, written]) => {
  const { effects, lines } = createHarness();
  const log = createLog(effects, level, {});

  log.debug("d");
  log.info("i");
  log.warn("w");
  log.error("e");

  expect(lines.map((line) => JSON.parse(line).level)).toEqual(written);
});

test("fields are collected for a line that is written, and for no other", () => {
  const { effects, lines } = createHarness();
  const log = createLog(effects, "warn", {});
  const collected: string[] = [];
  const collect = (level: string) => () => {
    collected.push(level);
    return { attempts: 2 };
  };

  log.info("i", collect("info"));
  log.error("e", collect("error"));

  expect(collected).toEqual(["error"]);
  expect(lines.map((line) => JSON.parse(line).attempts)).toEqual([2]);
});

test("a key is told by the first 12 hex digits of its SHA-256", () => {
  // FIPS 180-2's example.
  expect(keyHash("abc")).toBe("ba7816bf8f01");
});
