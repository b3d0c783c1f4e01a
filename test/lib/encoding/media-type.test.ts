import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isForm, isJsonType, mediaTypeOf } from "../../../lib/encoding/media-type.ts";

describe("JSON types", () => {
  test.for([
    ["application/json", true],
    ["Application/JSON; charset=utf-8", true],
    [" application/json ;a=b", true],
    ["application/cloudevents+json", true],
    ["application/vnd.api+JSON", true],
    ["text/json", true],
    ["application/json, application/json", true],
    ["application/json, text/plain", true],
    ["text/plain, application/json", false],
    ['text/plain; x="a,application/json"', false],
    ["json", false],
    ["+json", false],
    ["application/jsonp", false],
    ["application/jsonl", false],
    ["application/json-seq", false],
    ["text/plain; x=application/json", false],
    ["", false],
  ] as const)("the type %j is a JSON type: %s", ([contentType, expected]) => {
    expect(isJsonType(contentType)).toBe(expected);
  });
});

test("a form is recognized in any case and with parameters", () => {
  expect(isForm("Application/x-www-form-urlencoded; charset=UTF-8")).toBe(true);
  expect(isForm("multipart/form-data")).toBe(false);
});

test("a media type keeps a comma within quotes", () => {
  const type = 'multipart/form-data; boundary="a,b"';

  expect(mediaTypeOf(`${type}, ${type}`)).toBe(type);
});

const names = fc.stringMatching(/^[a-z0-9.-]{1,20}$/);
const parameters = fc.constantFrom("", ";charset=utf-8", " ; a=b", '; a="x,\\"y"');

test("any subtype json or +json is JSON, in any case, with any parameters, doubled or not", () => {
  fc.assert(
    fc.property(names, names, parameters, (type, name, parameter) => {
      const plain = [`${type}/json`, `${type}/${name}+json`];
      for (const word of [...plain, ...plain.map((other) => other.toUpperCase())]) {
        const one = word + parameter;
        expect([one, isJsonType(one), isJsonType(`${one}, ${one}`)]).toEqual([one, true, true]);
      }
      expect(isJsonType(`${type}/json${name}${parameter}`)).toBe(false);
    }),
  );
});

test("any text has an essence, which is a part of it", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" })), (text) => {
      expect(text).toContain(mediaTypeOf(text));
      expect(typeof isJsonType(text)).toBe("boolean");
    }),
  );
});
