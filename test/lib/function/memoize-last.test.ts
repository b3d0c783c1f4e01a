import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { memoizeLast } from "../../../lib/function/memoize-last.ts";
import type { ParseResult, Settings } from "../../../lib/model/settings.ts";

const settings = {
  NCLOUD_SECRET_KEY: "one",
  DATASTREAM_CONCURRENCY: 16,
  WEBHOOK_SECRETS: { a: ["b"] },
};

const names = [
  ...["LOG_LEVEL", "NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_KEY"],
  ...["DATASTREAM_CONCURRENCY", "WEBHOOK_SECRETS"],
];

/** A parser that counts its calls and returns good settings. */
function counting() {
  const parse = vi.fn((given: Settings) => {
    const [level, , secret] = names.map((name) => given[name]);
    return level === "bad"
      ? { ok: false as const, problems: [{ setting: "LOG_LEVEL", text: "is bad" }] }
      : { ok: true as const, value: { secret } };
  });
  return { parse, read: memoizeLast(parse) };
}

describe("settings", () => {
  test("settings are parsed once in a hundred calls", () => {
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
    ["a list that becomes an object", { ...settings, WEBHOOK_SECRETS: { a: { 0: "b" } } }],
    ["one that moved", { NCLOUD_ACCESS_KEY: "one", ...settings, NCLOUD_SECRET_KEY: "" }],
  ])("settings are parsed again after a change: %s", ([, changed]) => {
    const { parse, read } = counting();
    read(settings);
    read(settings);

    const before = parse.mock.calls.length;
    read(changed);
    read(settings);

    expect(parse.mock.calls.length).toBe(before + 2);
  });

  test("earlier settings are forgotten after other ones", () => {
    const { read } = counting();
    const values = ["one", "one", "two", "two", "one"].map((secret) =>
      read({ ...settings, NCLOUD_SECRET_KEY: secret }),
    );

    expect(values).toMatchObject(
      ["one", "one", "two", "two", "one"].map((secret) => ({ value: { secret } })),
    );
  });

  test("wrong settings are parsed and reported on every call, and do not keep earlier good ones", () => {
    const { parse, read } = counting();
    const bad = { ...settings, LOG_LEVEL: "bad" };

    const told = [settings, settings, bad, bad, bad].map(read);

    expect(told.map(({ ok }) => ok)).toEqual([true, true, false, false, false]);
    expect(parse).toHaveBeenCalledTimes(4);
  });

  test("settings with a value outside JSON are parsed on every call", () => {
    const { parse, read } = counting();
    const circle: { self?: unknown; again?: unknown } = {};
    circle.self = circle;
    circle.again = circle;
    const date = new Date(0);
    const withMethod = { method: () => undefined };

    for (const value of [circle, circle, date, date, withMethod, withMethod]) {
      read({ ...settings, WEBHOOK_SECRETS: value });
    }

    expect(parse).toHaveBeenCalledTimes(6);
  });

  test("fields of a call that are not settings cause no new parse", () => {
    const { parse, read } = counting();

    for (const body of ["a", "b", "c", "d"]) {
      read({ ...settings, __ow_body: body, [`field-${body}`]: 1 });
    }

    expect(parse).toHaveBeenCalledTimes(1);
  });

  test("settings in one live object are parsed again when that object changes", () => {
    const { read } = counting();
    const environment: Record<string, string> = { NCLOUD_SECRET_KEY: "one" };

    expect(read(environment)).toMatchObject({ value: { secret: "one" } });
    environment["NCLOUD_SECRET_KEY"] = "two";
    expect(read(environment)).toMatchObject({ value: { secret: "two" } });
  });
});

/** All ways to read an object, each with its result for the settings. */
const waysToRead: Readonly<Record<string, (given: Settings) => unknown>> = {
  "by its name": (given) => given["INVOICE_TOPIC"],
  "by a name that is made up": (given) => given[["INVOICE", "TOPIC"].join("_")],
  "by destructuring": ({ INVOICE_TOPIC: topic }) => topic,
  "by a rest": ({ NCLOUD_SECRET_KEY: _, ...rest }) => rest,
  "by spreading": (given) => ({ ...given }),
  "by its names": (given) => Object.keys(given).filter((name) => name.startsWith("INVOICE_")),
  "by its entries": (given) => Object.entries(given),
  "by Object.assign": (given) => Object.assign({}, given),
  "by for in": (given) => {
    const all: unknown[] = [];
    for (const name in given) {
      all.push(given[name]);
    }
    return all;
  },
  "by whether it is there": (given) => "INVOICE_TOPIC" in given,
  "by whether it is its own": (given) => Object.hasOwn(given, "INVOICE_TOPIC"),
  "by its descriptor": (given) => Object.getOwnPropertyDescriptor(given, "INVOICE_TOPIC")?.value,
  "by Reflect": (given) => Reflect.get(given, "INVOICE_TOPIC") as unknown,
  "as JSON": (given) => JSON.stringify(given),
};
const ways = Object.entries(waysToRead);

function parserThat(look: (given: Settings) => unknown) {
  return (given: Settings): ParseResult<unknown> => ({ ok: true, value: look(given) });
}

describe("a setting of a user's own function", () => {
  test.for(ways)("a setting that is read %s is never that of the call before", ([, look]) => {
    const read = memoizeLast(parserThat(look));
    const bags = [
      { INVOICE_TOPIC: "first" },
      { INVOICE_TOPIC: "second" },
      { INVOICE_TOPIC: "second", INVOICE_LIMIT: 5 },
      { INVOICE_LIMIT: 5 },
      {},
      { INVOICE_TOPIC: { name: "first" } },
      { INVOICE_TOPIC: { name: "second" } },
    ];

    for (const bag of bags) {
      expect(read(bag)).toEqual({ ok: true, value: look(bag) });
    }
  });

  test("a view that a parser kept reads the setting of the present call", () => {
    const read = memoizeLast(parserThat((given) => given));
    const topicOf = (bag: Settings) => {
      const parsed = read(bag);
      return () => (parsed.ok ? (parsed.value as Settings)["INVOICE_TOPIC"] : undefined);
    };

    topicOf({ INVOICE_TOPIC: "unread" });
    expect(topicOf({ INVOICE_TOPIC: "first" })()).toBe("first");
    expect(topicOf({ INVOICE_TOPIC: "first" })()).toBe("first");
    expect(topicOf({ INVOICE_TOPIC: "second" })()).toBe("second");
  });

  test("a setting does not change with an object that its caller changes afterwards", () => {
    const read = memoizeLast(parserThat((given) => given["INVOICE"]));
    const invoice = { topics: ["first"] };

    const parsed = read({ INVOICE: invoice });
    invoice.topics[0] = "changed";

    expect(parsed).toEqual({ ok: true, value: { topics: ["first"] } });
    expect(read({ INVOICE: { topics: ["first"] } })).toEqual(parsed);
  });

  test("a setting in a frozen object is read like any other", () => {
    const read = memoizeLast(parserThat((given) => given["INVOICE"]));

    expect(read(Object.freeze({ INVOICE: { a: 1 } }))).toEqual({ ok: true, value: { a: 1 } });
  });

  test("a setting is what a new parse gives, after whatever settings and however it is read", () => {
    const value = fc.oneof(
      fc.constantFrom<unknown>("first", "second", "", 0, -0, 1, null, undefined, Number.NaN),
      fc.constantFrom<unknown>([], ["a"], { a: 1, b: 2 }, { b: 2, a: 1 }, { a: [1, [2]] }),
      fc.jsonValue(),
    );
    const name = fc.constantFrom("INVOICE_TOPIC", "INVOICE_LIMIT", "OTHER", "__proto__");
    const bag = fc
      .array(fc.tuple(name, value), { maxLength: 4 })
      .map((entries): Settings => Object.fromEntries(entries));
    const bags = fc.array(bag, { minLength: 2, maxLength: 6 });

    fc.assert(
      fc.property(bags, fc.subarray(ways, { minLength: 1 }), (sequence, chosen) => {
        const look = (given: Settings) => chosen.map(([, way]) => way(given));
        const read = memoizeLast(parserThat(look));
        for (const one of sequence) {
          expect(read(structuredClone(one))).toStrictEqual({ ok: true, value: look(one) });
        }
      }),
      { numRuns: 500 },
    );
  });
});
