import { describe, expect, it, test, vi } from "vitest";
import { rememberLast } from "../lib/remembered-settings.ts";
import type { Settings } from "../lib/settings.ts";

const settings = {
  NCLOUD_SECRET_KEY: "one",
  DATASTREAM_CONCURRENCY: 16,
  WEBHOOK_SECRETS: { a: ["b"] },
};

/** A parser that counts, and says of good settings which ones they were. */
function counting() {
  const parse = vi.fn((given: Settings) =>
    given["LOG_LEVEL"] === "bad"
      ? { ok: false as const, problems: [{ setting: "LOG_LEVEL", text: "is bad" }] }
      : { ok: true as const, value: { secret: given["NCLOUD_SECRET_KEY"] } },
  );
  return { parse, read: rememberLast(parse) };
}

describe("settings", () => {
  it("are read once in a hundred calls", () => {
    const { parse, read } = counting();

    const all = Array.from({ length: 100 }, () => read(structuredClone(settings)));

    expect(parse).toHaveBeenCalledTimes(1);
    expect(new Set(all).size).toBe(1);
  });

  test.for<[string, Settings]>([
    ["a secret", { ...settings, NCLOUD_SECRET_KEY: "two" }],
    ["a secret within a setting", { ...settings, WEBHOOK_SECRETS: { a: ["c"] } }],
    ["a number that becomes text", { ...settings, DATASTREAM_CONCURRENCY: "16" }],
    ["an object that becomes text", { ...settings, WEBHOOK_SECRETS: '{"a":["b"]}' }],
    ["one more setting", { ...settings, LOG_LEVEL: "info" }],
    ["one that is no text", { ...settings, LOG_LEVEL: () => undefined }],
    ["one that is no number", { ...settings, DATASTREAM_CONCURRENCY: Number.NaN }],
    ["one that is null", { ...settings, DATASTREAM_CONCURRENCY: null }],
    ["one less", { NCLOUD_SECRET_KEY: "one" }],
    ["a name that is nearly a setting's", { ...settings, NCLOUD_SECRET_KEYS: "x" }],
    [
      "text that looks like the mark of an object",
      { ...settings, WEBHOOK_SECRETS: '\0{"a":["b"]}' },
    ],
    ["one that moved", { NCLOUD_ACCESS_KEY: "one", ...settings, NCLOUD_SECRET_KEY: "" }],
  ])("are read anew after a change: %s", ([, changed]) => {
    const { parse, read } = counting();
    read(settings);
    read(settings);

    const before = parse.mock.calls.length;
    read(changed);
    read(settings);

    expect(parse.mock.calls.slice(before)[0]).toEqual([changed]);
    expect(parse.mock.calls.length).toBeLessThanOrEqual(before + 2);
  });

  it("of yesterday are gone once other ones were read", () => {
    const { read } = counting();
    const values = ["one", "one", "two", "two", "one"].map((secret) =>
      read({ ...settings, NCLOUD_SECRET_KEY: secret }),
    );

    expect(values).toMatchObject(
      ["one", "one", "two", "two", "one"].map((secret) => ({ value: { secret } })),
    );
  });

  it("that are bad are read and told on every call, and do not leave the good ones behind", () => {
    const { parse, read } = counting();
    const bad = { ...settings, LOG_LEVEL: "bad" };

    const told = [settings, settings, bad, bad, bad].map(read);

    expect(told.map(({ ok }) => ok)).toEqual([true, true, false, false, false]);
    expect(parse).toHaveBeenCalledTimes(4);
  });

  it("with a value that JSON has not are read on every call", () => {
    const { parse, read } = counting();
    const circle: { self?: unknown } = {};
    circle.self = circle;

    for (const value of [circle, circle, [1n], [1n]]) {
      read({ ...settings, WEBHOOK_SOURCES: value });
    }

    expect(parse).toHaveBeenCalledTimes(4);
  });

  it("are what counts of a call: other fields of it change nothing", () => {
    const { parse, read } = counting();

    for (const body of ["a", "b", "c", "d"]) {
      read({ ...settings, __ow_body: body, [`field-${body}`]: 1 });
    }

    expect(parse).toHaveBeenCalledTimes(1);
  });
});
