import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDocument } from "../../../../lib/encoding/json-document.ts";
import {
  createSelectorReader,
  parseSelectors,
} from "../../../../lib/webhooks/mapping/selectors.ts";
import { createHarness } from "../../../support/harness.ts";

function read(places: readonly string[], json?: string, headers: Record<string, string> = {}) {
  const readable = {
    headers: new Map(Object.entries(headers)),
    json: json === undefined ? undefined : parseDocument(json),
    newId: () => "fresh",
  };
  const found = createSelectorReader(parseSelectors(places) ?? [], readable)();
  return found === undefined ? undefined : { text: found.text, from: found.selector.from };
}

describe("places", () => {
  test.for([
    ["body:/a/b", '{"a":{"b":"x"}}', "x"],
    ["body:/a/1", '{"a":["x","y"]}', "y"],
    ["body:/a~1b", '{"a/b":"x"}', "x"],
    ["body:/a~0b", '{"a~b":"x"}', "x"],
    ["body:/", '{"":"x"}', "x"],
    ["body:", '"x"', "x"],
    ["body:/n", '{"n":12345678901234567890}', "12345678901234567890"],
    ["body:/n", '{"n":1.0}', "1.0"],
    ["body:/n", '{"n":-1e400}', "-1e400"],
    ["body:/n", '{"n":false}', "false"],
    ["body:/n", '{"n":"\\u00e9"}', "é"],
    ["body:/n", '{"n":1,"n":2}', "2"],
  ] as const)("%s of %s is %s", ([selector, json, text]) => {
    expect(read([selector], json)).toEqual({ text, from: "body" });
  });

  test.for([
    ["body:/a", '{"b":1}'],
    ["body:/a/b", '{"a":"b"}'],
    ["body:/a", '{"a":null}'],
    ["body:/a", '{"a":{}}'],
    ["body:/a", '{"a":[1]}'],
    ["body:/a", '{"a":""}'],
    ["body:/01", "[1,2]"],
    ["body:/-", "[1,2]"],
    ["body:/length", "[1,2]"],
    ["body:/constructor", "{}"],
    ["body:/__proto__", "{}"],
    ["body:/toString/name", '{"a":1}'],
    ["body:/a", undefined],
  ] as const)("%s of %s holds nothing", ([selector, json]) => {
    expect(read([selector], json)).toBeUndefined();
  });

  test.for([
    ["object:", '{"id":1,"created":{"a":2}}', "created"],
    ["object:/a", '{"id":1,"created":{"a":2},"later":{"a":3}}', "2"],
    [
      "object:/a/0",
      '{"list":[{}],"none":null,"one":{"a":[12345678901234567890]}}',
      "12345678901234567890",
    ],
    ["object:", '{"__proto__":{}}', "__proto__"],
  ] as const)("%s of %s is %s", ([selector, json, text]) => {
    expect(read([selector], json)).toEqual({ text, from: "object" });
  });

  test.for([
    ["object:", '{"id":1}'],
    ["object:", "[{}]"],
    ["object:", '"text"'],
    ["object:/a", '{"one":{"b":1},"two":{"a":1}}'],
    ["object:/toString", '{"one":{}}'],
    ["object:", undefined],
  ] as const)("%s of %s holds nothing", ([selector, json]) => {
    expect(read([selector], json)).toBeUndefined();
  });

  test("a header is found whatever the case of its place", () => {
    const found = read(["header:X-Delivery"], undefined, { "x-delivery": "d-1" });

    expect(found).toEqual({ text: "d-1", from: "header" });
  });

  test("an empty or absent header holds nothing", () => {
    expect(read(["header:x-a", "header:x-b"], undefined, { "x-a": "" })).toBeUndefined();
  });

  test("a constant is its text, colons included", () => {
    expect(read(["const:a:b"])).toEqual({ text: "a:b", from: "const" });
  });

  test("call is a fresh id", () => {
    expect(read(["call"])).toEqual({ text: "fresh", from: "call" });
  });

  test("are tried in order until one holds something", () => {
    const places = ["body:/missing", "header:x-empty", "body:/b", "const:last"];

    expect(read(places, '{"b":7}', { "x-empty": "" })).toEqual({ text: "7", from: "body" });
  });

  test("of an element are read from each, and before what the delivery says only if they stand before", () => {
    const places = parseSelectors(["element:/id", "body:/id"]) ?? [];
    const readable = {
      headers: new Map(),
      json: parseDocument('{"id":"whole"}'),
      newId: () => "fresh",
    };
    const read = createSelectorReader(places, readable);

    const elements = ['{"id":1}', '{"id":2}', "{}", "7"].map(parseDocument);

    expect(elements.map((element) => read(element)?.text)).toEqual(["1", "2", "whole", "whole"]);
  });

  test("of an element hold nothing where there is none", () => {
    expect(read(["element:/id"], '{"id":1}')).toBeUndefined();
  });

  test("give every element of a delivery the same fresh id", () => {
    const { newId } = createHarness().effects;
    const readable = { headers: new Map(), json: parseDocument("{}"), newId };
    const read = createSelectorReader(parseSelectors(["call"]) ?? [], readable);

    expect(["1", "2"].map((text) => read(parseDocument(text))?.text)).toEqual(["id-1", "id-1"]);
  });

  test("that are longer than 512 characters are known by their SHA-256, constants aside", () => {
    // printf 'x%.0s' $(seq 513) | sha256sum
    const hash = "35ade0090e64e74d6ad04204009c23a4e34b82bdf0f4f317fbcc5f26f9b10241";
    const long = "x".repeat(513);

    expect(read(["header:x-id"], undefined, { "x-id": long })?.text).toBe(hash);
    expect(read(["body:"], JSON.stringify(long))?.text).toBe(hash);
    expect(read(["header:x-id"], undefined, { "x-id": long.slice(1) })?.text).toHaveLength(512);
    expect(read([`const:${long}`])?.text).toBe(long);
  });

  // printf '"a\tb"' and '"\ud800"', each | sha256sum
  test.for([
    ["a\tb", "9086c3ca2d1e5a14a75356a5dad6e3266e2f7e111f5d2672350bd5d0ae9230c6"],
    ["\ud800", "8c0c59dd0d275aadcd462a5fe12eb352cbdfeaf961eae4f85a4660521df7d2f5"],
  ] as const)("that hold %j are known by the SHA-256 of its JSON form", ([text, hash]) => {
    expect(read(["header:x-id"], undefined, { "x-id": text })?.text).toBe(hash);
    expect(read(["body:"], JSON.stringify(text))?.text).toBe(hash);
    expect(read([`const:${text}`])?.text).toBe(hash);
  });

  test("none at all hold nothing", () => {
    expect(read([])).toBeUndefined();
  });
});

describe("a list of places is refused", () => {
  test.for([
    ["body without a slash", ["body:a"]],
    ["a wrong escape", ["body:/a~2"]],
    ["a header without a name", ["header:"]],
    ["a header name with a blank", ["header:a b"]],
    ["a header name with a colon", ["header:a:b"]],
    ["an empty constant", ["const:"]],
    ["an unknown word", ["query:a"]],
    ["no colon", ["body"]],
    ["a word that begins like call", ["calls"]],
    ["an empty text", [""]],
    ["a wrong one among good ones", ["const:a", "nope:", "const:b"]],
    ["a number", [1]],
    ["text instead of a list", "const:a"],
    ["an object", { 0: "const:a" }],
    ["null", null],
  ] as const)("for %s", ([, texts]) => {
    expect(parseSelectors(texts)).toBeUndefined();
  });
});

test("any pointer into any JSON gives text or nothing", () => {
  fc.assert(
    fc.property(fc.json(), fc.array(fc.string(), { maxLength: 3 }), (json, tokens) => {
      const escaped = tokens.map((one) => `/${one.replaceAll("~", "~0").replaceAll("/", "~1")}`);
      const found = read([`body:${escaped.join("")}`], json);
      expect(["string", "undefined"]).toContain(typeof found?.text);
    }),
  );
});
