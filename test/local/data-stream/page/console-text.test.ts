import fc from "fast-check";
import { describe, expect, it } from "vitest";

const folder = new URL("../../../../local/data-stream/page/", import.meta.url);
const load = async <Module>(file: string) => (await import(new URL(file, folder).href)) as Module;

type Line = { readonly kind: string; readonly text: string };
type Attribute = { readonly name: string; readonly text: string };
type Entry = { readonly cursor: number; readonly key: string; readonly type: string };
type Store = {
  readonly add: (records: readonly unknown[]) => readonly Entry[];
  readonly entries: () => readonly Entry[];
  readonly bytesOf: (topic: string, partition: number) => number;
  readonly removeWhere: (isGone: (entry: Entry) => boolean) => boolean;
  readonly before: (entry: Entry) => Entry | undefined;
};

const { prettyJson } = await load<{ prettyJson: (text: string) => string }>("json-text.js");
const { attributesOf, typeOf } = await load<{
  attributesOf: (text: string) => readonly Attribute[];
  typeOf: (text: string) => string;
}>("cloud-event.js");
const { diffLines } = await load<{
  diffLines: (before: string, after: string) => readonly Line[] | undefined;
}>("line-diff.js");
const { createRecordStore } = await load<{ createRecordStore: () => Store }>("record-store.js");

describe("pretty JSON", () => {
  it("changes nothing but the blanks between tokens", () => {
    const text = '{"a":1.0,"a":-1E+5,"b":[ {} ,[\n],"x: {y,\\"z\\"]"],"c":12345678901234567890}';

    expect(prettyJson(text)).toBe(
      '{\n  "a": 1.0,\n  "a": -1E+5,\n  "b": [\n    {},\n    [],\n    "x: {y,\\"z\\"]"\n  ],\n  "c": 12345678901234567890\n}',
    );
  });

  it("is JSON.stringify's own form wherever that loses nothing", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const expected = JSON.stringify(JSON.parse(text), null, 2);
        expect(prettyJson(JSON.stringify(JSON.parse(text)))).toBe(expected);
      }),
    );
  });

  it("does not grow without measure when values are nested deeply", () => {
    const depth = 10_000;
    expect(prettyJson("[".repeat(depth) + "]".repeat(depth)).length).toBeLessThan(200 * depth);
  });
});

describe("CloudEvents attributes", () => {
  it("are the members beside the data, in their order, twice when they come twice", () => {
    const text =
      '{ "specversion" : "1.0","id":"\\u0061","data":{"type":"no"},"type":"t","n":1.0,"type":"u" }';

    expect(attributesOf(text)).toEqual([
      { name: "specversion", text: "1.0" },
      { name: "id", text: "a" },
      { name: "type", text: "t" },
      { name: "n", text: "1.0" },
      { name: "type", text: "u" },
    ]);
    expect(typeOf(text)).toBe("t");
  });

  it.each(["", "{", '{"a', '{"a":', '{"specversion":"1.0"', "[1]", "null", '{"type":"t"}', "{]"])(
    "are not looked for in %s",
    (text) => {
      expect(typeOf(text)).toBe("");
    },
  );

  it("never fail or hang, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[],:"\\ a1\n') }), (text) => {
        attributesOf(text);
        expect(typeOf(text)).toBeTypeOf("string");
      }),
    );
  });
});

describe("a line diff", () => {
  it("gives both texts back, whatever they are", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 20 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = diffLines(before.join("\n"), after.join("\n")) ?? [];
        const without = (kind: string) =>
          diff.filter((line) => line.kind !== kind).map(({ text }) => text);
        expect(without("added").join("\n")).toBe(before.join("\n"));
        expect(without("removed").join("\n")).toBe(after.join("\n"));
      }),
    );
  });

  it("gives up on what is too long to compare", () => {
    const text = (mark: string) => Array.from({ length: 2000 }, (_, n) => `${mark}${n}`).join("\n");
    expect(diffLines(text("a"), text("b"))).toBeUndefined();
    expect(diffLines(text("a"), `${text("a")}\nx`)).toHaveLength(2001);
  });
});

describe("the page's store", () => {
  const record = (cursor: number, value = "v", key = "k") => ({
    ...{ cursor, topic: "t", partition: 0, offset: cursor, timestamp: 0, key, value },
  });

  it("keeps each record once, in the order of the cursors, however they come", () => {
    const store = createRecordStore();

    store.add([record(3), record(5)]);
    const news = store.add([record(4), record(3), record(1), record(4)]);

    expect(news.map(({ cursor }) => cursor)).toEqual([1, 4]);
    expect(store.entries().map(({ cursor }) => cursor)).toEqual([1, 3, 4, 5]);
    expect(store.bytesOf("t", 0)).toBe(8);
    expect(store.removeWhere(({ cursor }) => cursor < 4)).toBe(true);
    expect(store.bytesOf("t", 0)).toBe(4);
  });

  it("is bounded by count and by bytes, and drops the oldest", () => {
    const store = createRecordStore();
    store.add(Array.from({ length: 10_500 }, (_, index) => record(index + 1)));
    expect(store.entries()).toHaveLength(10_000);
    expect(store.entries()[0]?.cursor).toBe(501);

    const large = "글".repeat(1_000_000);
    store.add(Array.from({ length: 30 }, (_, index) => record(20_000 + index, large)));

    expect(store.bytesOf("t", 0)).toBeLessThanOrEqual(64 * 1024 * 1024);
    expect(store.entries().length).toBeLessThan(30);
    expect(store.entries().at(-1)?.cursor).toBe(20_029);
  });

  it("finds the record before with the same key", () => {
    const store = createRecordStore();
    const entries = store.add([record(1, "a", "x"), record(2, "b", "y"), record(3, "c", "x")]);

    expect(store.before(entries[2] as Entry)?.cursor).toBe(1);
    expect(store.before(entries[0] as Entry)).toBeUndefined();
  });
});
