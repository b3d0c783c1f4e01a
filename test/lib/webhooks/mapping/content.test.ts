import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toRawValue } from "../../../../lib/model/cloud-event.ts";
import { type ContentOptions, toContent } from "../../../../lib/webhooks/mapping/content.ts";

const event: ContentOptions = { value: "cloudevent", bodyType: "auto" };
const raw: ContentOptions = { value: "raw", bodyType: "auto" };

const noUtf8 = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);

describe("content", () => {
  test.for(['{"a":1}', " [1.0] ", "1e400", '"text"', "null", '{"a":1,"a":2}'])(
    "content of a JSON type is the JSON text unchanged: %s",
    (text) => {
      const content = toContent(Buffer.from(text), "application/json; charset=utf-8", event);

      const json = { text, value: JSON.parse(text) as unknown };
      const type = "application/json; charset=utf-8";
      expect(content).toEqual({ ok: true, data: { kind: "json", text }, type, json });
    },
  );

  test.for([
    ["cut off", Buffer.from('{"a":')],
    ["two values", Buffer.from("{} {}")],
    ["a comment", Buffer.from("{} // no")],
    ["NaN", Buffer.from("NaN")],
    ["two byte order marks", Buffer.from("\uFEFF\uFEFF{}")],
    ["blank", Buffer.from("  \n")],
    ["not UTF-8", noUtf8],
    ["UTF-16", Buffer.from("{}", "utf16le")],
  ] as const)("content of a JSON type that is %s is refused", ([, bytes]) => {
    const content = toContent(bytes, "application/problem+json", event);

    expect(content).toEqual({
      ok: false,
      refusal: {
        kind: "refused",
        code: "BODY_NOT_JSON",
        reason: "the body is not JSON in UTF-8",
      },
    });
  });

  test.for(["application/json", "text/plain", ""])(
    "content of no bytes of type %j is none",
    (type) => {
      expect(toContent(new Uint8Array(), type, event)).toEqual({
        ok: true,
        data: { kind: "none" },
        type: type === "" ? undefined : type,
      });
    },
  );

  test("content of another type is text if it is UTF-8, including its byte order mark", () => {
    const content = toContent(Buffer.from("\uFEFF{한}"), "text/plain", raw);

    const data = { kind: "text", text: "\uFEFF{한}" };
    expect(content).toEqual({ ok: true, data, type: "text/plain" });
  });

  test("content of another type is binary if it is not UTF-8", () => {
    const content = toContent(noUtf8, "application/octet-stream", event);

    const data = { kind: "binary", bytes: noUtf8 };
    expect(content).toEqual({ ok: true, data, type: "application/octet-stream" });
  });

  // CloudEvents JSON format 1.0.2, section 3.1.1, names both forms of type.
  test.for([
    "application/json",
    "Application/JSON; charset=utf-8",
    "text/json",
    "application/vnd.api+json",
    "application/json, application/json",
    'application/json; a="b,c"',
  ])("content of the type %s is embedded as JSON", (type) => {
    const content = toContent(Buffer.from("{}"), type, event);

    expect(content).toMatchObject({ data: { kind: "json", text: "{}" } });
  });

  test("content with a repeated header has the type of the first", () => {
    const content = toContent(Buffer.from("{}"), "application/json, application/json", event);

    expect(content).toMatchObject({ type: "application/json" });
  });

  test.for(["application/jsonl", "application/x-ndjson", "application/json-seq", "text/plain"])(
    "content of the type %s is text, and selectors read it if it is JSON",
    (type) => {
      const content = toContent(Buffer.from('{"a":1}'), type, event);

      const json = { text: '{"a":1}', value: { a: 1 } };
      expect(content).toEqual({ ok: true, data: { kind: "text", text: '{"a":1}' }, type, json });
    },
  );

  test.for([
    ["application/json", Buffer.from('{"a":1}'), "json"],
    ["application/json", Buffer.from("7"), "json"],
    ["text/plain", Buffer.from("a=1"), "text"],
    ["application/octet-stream", noUtf8, "binary"],
  ] as const)("content without a type has the type %s by its bytes", ([type, bytes, kind]) => {
    for (const given of ["", " ", `text/html; ${"x".repeat(300)}`].slice(
      0,
      kind === "json" ? 2 : 3,
    )) {
      expect(toContent(bytes, given, event)).toMatchObject({ type, data: { kind } });
    }
  });

  test.for([event, raw])("a byte order mark of JSON is dropped: %o", (options) => {
    for (const type of ["application/json", ""]) {
      const content = toContent(Buffer.from('\uFEFF{"a":1}'), type, options);

      expect(content).toMatchObject({ data: { kind: "json", text: '{"a":1}' } });
    }
  });

  test("content of a JSON sender is JSON whatever its type says", () => {
    const options: ContentOptions = { value: "cloudevent", bodyType: "json" };
    for (const type of ["text/plain", "", "application/x-www-form-urlencoded", "image/png"]) {
      const content = toContent(Buffer.from("{}"), type, options);

      expect(content).toMatchObject({ data: { kind: "json" }, type: "application/json" });
    }
    for (const type of ["text/plain", "", "image/png"]) {
      expect(toContent(Buffer.from("a"), type, options)).toMatchObject({
        refusal: { code: "BODY_NOT_JSON" },
      });
    }
  });

  test("a form of a JSON sender is text, as of any other sender", () => {
    const type = "application/x-www-form-urlencoded";
    const content = toContent(Buffer.from("imp_uid=imp_1"), type, { ...event, bodyType: "json" });

    expect(content).toMatchObject({
      data: { kind: "text", text: "imp_uid=imp_1" },
      json: { value: { imp_uid: "imp_1" } },
    });
  });

  test.for(["payload=%7B%22a%22%3A1%7D", "x=1&payload=%7B%22a%22%3A+1%7D&y=%zz"])(
    "a form is text, and selectors read the JSON of its payload: %s",
    (text) => {
      const type = "application/x-www-form-urlencoded; charset=utf-8";
      const content = toContent(Buffer.from(text), type, event);

      expect(content).toMatchObject({
        data: { kind: "text", text },
        json: { value: { a: 1 } },
        type,
      });
    },
  );

  test.for([
    ["payloads=1", { payloads: "1" }],
    ["payload=%7B", { payload: "{" }],
  ] as const)("the form %s gives selectors its own fields", ([text, fields]) => {
    const type = "application/x-www-form-urlencoded";

    expect(toContent(Buffer.from(text), type, event)).toMatchObject({ json: { value: fields } });
  });

  test("text that looks like a form gives selectors nothing", () => {
    const content = toContent(Buffer.from("payload=1"), "text/plain", event);

    expect(content).toMatchObject({ json: undefined });
  });

  test("raw content that is not UTF-8 is refused", () => {
    const content = toContent(noUtf8, "application/octet-stream", raw);

    expect(content).toEqual({
      ok: false,
      refusal: { kind: "refused", code: "BODY_NOT_TEXT", reason: "a raw value has to be UTF-8" },
    });
  });

  test("any bytes and type give content or a refusal", () => {
    const types = fc.oneof(fc.constantFrom("application/json", "text/plain", ""), fc.string());
    fc.assert(
      fc.property(fc.uint8Array(), types, (bytes, type) => {
        expect(typeof toContent(bytes, type, raw).ok).toBe("boolean");
      }),
    );
  });
});

describe("a raw value", () => {
  test.for([
    [{ kind: "json", text: "1.0" }, "1.0"],
    [{ kind: "text", text: "a" }, "a"],
    [{ kind: "none" }, ""],
  ] as const)("the raw value of %o is %o", ([data, expected]) => {
    expect(toRawValue(data)).toBe(expected);
  });
});
