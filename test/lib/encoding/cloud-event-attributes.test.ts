import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAttributes } from "../../../lib/encoding/cloud-event-attributes.ts";

/** The rules are those of https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md (read 2026-11-30). */
const required = {
  specversion: "1.0",
  id: "A234-1234-1234",
  source: "/mycontext",
  type: "com.example.someevent",
};
const named = { id: "A234-1234-1234", source: "/mycontext", type: "com.example.someevent" };

describe("the attributes of a foreign event", () => {
  test("every attribute of the JSON format's example is kept", () => {
    const example = {
      ...required,
      time: "2018-04-05T17:31:00Z",
      comexampleextension1: "value",
      comexampleothervalue: 5,
      datacontenttype: "application/vnd.apache.thrift.binary",
      data_base64: "... base64 encoded string ...",
    };

    expect(readAttributes(example)).toStrictEqual({
      ok: true,
      attributes: {
        ...named,
        time: "2018-04-05T17:31:00Z",
        comexampleextension1: "value",
        comexampleothervalue: 5,
        datacontenttype: "application/vnd.apache.thrift.binary",
      },
    });
  });

  test.for([
    ["a text", { ext: "한글 %20" }],
    ["an empty text", { ext: "" }],
    ["true", { ext: true }],
    ["the least integer of 32 bits", { ext: -2_147_483_648 }],
    ["milliseconds since 1970", { ext: 1_700_000_000_000 }],
    ["a name of one digit", { 7: "x" }],
    ["a name over 20 characters", { abcdefghijklmnopqrstuvwxyz0123456789: "x" }],
    ["a name of every object", { constructor: "x", tostring: 1 }],
    ["a schema", { dataschema: "https://example.com/schema#1" }],
    ["a subject", { subject: "largerContext" }],
    ["a key", { partitionkey: "customer 4" }],
    ["a trace", { traceparent: "00-1-2-01", tracestate: "a=b" }],
    ["a name of 100 characters", { ["a".repeat(100)]: "" }],
    ["text of 8,192 characters", { ext: "x".repeat(8_192) }],
    ["a schema of 8,192 characters", { dataschema: "x".repeat(8_192) }],
    ["a content type of 300 characters", { datacontenttype: "x".repeat(300) }],
    [
      "the 64th attribute",
      Object.fromEntries(Array.from({ length: 61 }, (_, at) => [`e${at}`, ""])),
    ],
  ] as [string, object][])("%s is kept", ([, members]) => {
    expect(readAttributes({ ...required, ...members })).toStrictEqual({
      ok: true,
      attributes: { ...named, ...members },
    });
  });

  test.for([
    ["null", { subject: null, ext: null, time: null, dataschema: undefined }],
    ["empty text", { subject: "", dataschema: "", datacontenttype: "", partitionkey: "" }],
  ] as const)("an optional attribute that is %s counts as absent", ([, members]) => {
    expect(readAttributes({ ...required, ...members })).toStrictEqual({
      ok: true,
      attributes: named,
    });
  });

  test.for([
    ["an old version", { specversion: "0.3" }, "its specversion is not 1.0"],
    ["a version that is a number", { specversion: 1 }, "its specversion is not 1.0"],
    ["no version", { specversion: undefined }, "its specversion is not 1.0"],
    ["no id", { id: undefined }, "its id, source or type is missing"],
    ["an empty source", { source: "" }, "its id, source or type is missing"],
    ["a type that is null", { type: null }, "its id, source or type is missing"],
    ["an id that is a number", { id: 5 }, "its id is of a wrong type"],
    ["a subject that is true", { subject: true }, "its subject is of a wrong type"],
    ["a key that is a number", { partitionkey: 5 }, "its partitionkey is of a wrong type"],
    ["a type that is a number", { type: 5 }, "its type is of a wrong type"],
    ["a source that is true", { source: true }, "its source is of a wrong type"],
    ["a schema that is a number", { dataschema: 5 }, "its dataschema is of a wrong type"],
    ["a trace that is a number", { traceparent: 5 }, "its traceparent is of a wrong type"],
    ["a trace state that is true", { tracestate: true }, "its tracestate is of a wrong type"],
    ["a fraction", { ext: 1.5 }, "its ext is of a wrong type"],
    ["a number that is no exact integer", { ext: 2 ** 53 }, "its ext is of a wrong type"],
    ["an infinite number", { ext: JSON.parse("1e400") }, "its ext is of a wrong type"],
    ["an object", { ext: {} }, "its ext is of a wrong type"],
    ["a list", { ext: [] }, "its ext is of a wrong type"],
    ["a name in upper case", { traceParent: "x" }, "the name of an attribute is not a-z and 0-9"],
    ["a name with a hyphen", { "a-b": "x" }, "the name of an attribute is not a-z and 0-9"],
    ["an empty name", { "": "x" }, "the name of an attribute is not a-z and 0-9"],
    [
      "a name of 101 characters",
      { ["a".repeat(101)]: "" },
      "the name of an attribute is not a-z and 0-9",
    ],
    ["a prototype", JSON.parse('{"__proto__":"x"}'), "the name of an attribute is not a-z and 0-9"],
    ["text of 8,193 characters", { ext: "x".repeat(8_193) }, "its ext is too long"],
    [
      "a content type of 301 characters",
      { datacontenttype: "x".repeat(301) },
      "its datacontenttype is too long",
    ],
    [
      "65 attributes",
      Object.fromEntries(Array.from({ length: 62 }, (_, index) => [`ext${index}`, ""])),
      "it has over 64 attributes",
    ],
  ] as [string, object, string][])("%s makes it no event", ([, members, problem]) => {
    expect(readAttributes({ ...required, ...members })).toStrictEqual({ ok: false, problem });
  });

  // https://www.rfc-editor.org/rfc/rfc3339#section-5.8
  test.for([
    "1985-04-12T23:20:50.52Z",
    "1996-12-19T16:39:57-08:00",
    "1990-12-31T23:59:60Z",
    "1990-12-31T15:59:60-08:00",
    "1937-01-01T12:00:27.87+00:20",
    "2024-02-29t00:00:00z",
    "2026-11-30T04:00:00.123456789Z",
  ])("the time %s is kept as it is", (time) => {
    expect(readAttributes({ ...required, time })).toStrictEqual({
      ok: true,
      attributes: { ...named, time },
    });
  });

  test.for([
    "2026-11-30",
    "2026-11-30T04:00:00",
    "2026-11-30 04:00:00Z",
    "2026-13-30T04:00:00Z",
    "2026-02-29T04:00:00Z",
    "2026-11-00T04:00:00Z",
    "2026-11-30T24:00:00Z",
    "2026-11-30T04:60:00Z",
    "2026-11-30T04:00:00+24:00",
    "2026-11-30T04:00:00.Z",
    " 2026-11-30T04:00:00Z",
    "2026-11-30T04:00:00Z\n",
    "",
    1_700_000_000,
    {},
  ])("the time %j is left out, and the event is kept", (time) => {
    expect(readAttributes({ ...required, time, ext: 1 })).toStrictEqual({
      ok: true,
      attributes: { ...named, ext: 1 },
      note: "its time is not RFC 3339 and was left out",
    });
  });

  test.for(["id", "source", "type", "subject", "partitionkey"])(
    "a text of over 512 characters is replaced by its hash as %s",
    (name) => {
      // printf 'x%.0s' {1..8193} | sha256sum
      const hash = "e5c8309afda18ec4ec225ada92dab2d5768f7d845d8cebf2b9968392a6bfd6de";

      const long = readAttributes({ ...required, [name]: "x".repeat(8_193) });
      const short = readAttributes({ ...required, [name]: "x".repeat(512) });

      expect(long).toStrictEqual({ ok: true, attributes: { ...named, [name]: hash } });
      expect(short).toStrictEqual({ ok: true, attributes: { ...named, [name]: "x".repeat(512) } });
    },
  );

  test("texts with control characters and long names of the event are replaced by their hashes", () => {
    const long = "x".repeat(513);

    const reading = readAttributes({
      ...required,
      id: long,
      source: "a\tb",
      ext: "a\u0000b",
      subject: "a\u007f",
    });

    expect(reading).toStrictEqual({
      ok: true,
      attributes: {
        ...named,
        // printf 'x%.0s' {1..513} | sha256sum
        id: "35ade0090e64e74d6ad04204009c23a4e34b82bdf0f4f317fbcc5f26f9b10241",
        // printf of the JSON text | sha256sum
        source: "9086c3ca2d1e5a14a75356a5dad6e3266e2f7e111f5d2672350bd5d0ae9230c6",
        ext: "9db18af7360cd5d03bddf6a34395bcbe2a9a0c79ef7c495e5bd149c3c490defe",
        subject: "de68e1a6d4636ebf9e1524233e0a1c6e39a3562937e2f801244edbfb8579aa9f",
      },
    });
  });

  test("any valid extensions are kept, and any others make it no event or leave JSON as it was", () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,20}$/).map((text) => `x${text}`);
    const printable = fc.string({ unit: "grapheme-ascii", maxLength: 600 });
    const value = fc.oneof(printable, fc.boolean(), fc.integer());
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 20 }), (extensions) => {
        expect(readAttributes({ ...required, ...extensions })).toEqual({
          ok: true,
          attributes: { ...named, ...extensions },
        });
      }),
    );
  });

  test("any object is read without an exception, and what is kept goes through JSON unchanged", () => {
    const members = fc.dictionary(
      fc.oneof(fc.constantFrom("id", "time", "subject", "data", "ext"), fc.string()),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(members, (event) => {
        const reading = readAttributes({ ...required, ...event });

        expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
        expect(Object.values(reading.ok ? reading.attributes : {}).every(isValue)).toBe(true);
      }),
    );
  });
});

function isValue(value: unknown): boolean {
  return (
    typeof value === "boolean" ||
    Number.isSafeInteger(value) ||
    (typeof value === "string" && !/[\p{Cc}\p{Cs}]/u.test(value))
  );
}
