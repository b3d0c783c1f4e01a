import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toRawValue } from "../../lib/cloud-event.ts";
import { toContent } from "../../lib/webhooks/content.ts";

const noUtf8 = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);

describe("content", () => {
  test.for(['{"a":1}', " [1.0] ", "1e400", '"text"', "null", '{"a":1,"a":2}'])(
    "of a JSON type is the JSON text as it came: %s",
    (text) => {
      const content = toContent(Buffer.from(text), "application/json; charset=utf-8", "cloudevent");

      const json = { text, value: JSON.parse(text) as unknown };
      expect(content).toEqual({ ok: true, data: { kind: "json", text }, json });
    },
  );

  test.for([
    ["cut off", Buffer.from('{"a":')],
    ["two values", Buffer.from("{} {}")],
    ["a comment", Buffer.from("{} // no")],
    ["NaN", Buffer.from("NaN")],
    ["a byte order mark", Buffer.from("\uFEFF{}")],
    ["blank", Buffer.from("  \n")],
    ["not UTF-8", noUtf8],
    ["UTF-16", Buffer.from("{}", "utf16le")],
  ] as const)("of a JSON type is refused for what is %s", ([, bytes]) => {
    const content = toContent(bytes, "application/problem+json", "cloudevent");

    expect(content).toEqual({
      ok: false,
      refusal: {
        kind: "refused",
        code: "BODY_NOT_JSON",
        reason: "the body is not JSON in UTF-8",
      },
    });
  });

  test.for(["application/json", "text/plain", ""])("of no bytes of type %j is none", (type) => {
    expect(toContent(new Uint8Array(), type, "cloudevent")).toEqual({
      ok: true,
      data: { kind: "none" },
    });
  });

  test("of another type is text where it is UTF-8, its byte order mark included", () => {
    const content = toContent(Buffer.from("\uFEFF{한}"), "text/plain", "raw");

    expect(content).toEqual({ ok: true, data: { kind: "text", text: "\uFEFF{한}" } });
  });

  test("of another type is bytes where it is not UTF-8", () => {
    const content = toContent(noUtf8, "application/octet-stream", "cloudevent");

    expect(content).toEqual({ ok: true, data: { kind: "binary", bytes: noUtf8 } });
  });

  test("that is to be sent raw is refused where it is not UTF-8", () => {
    const content = toContent(noUtf8, "application/octet-stream", "raw");

    expect(content).toEqual({
      ok: false,
      refusal: { kind: "refused", code: "BODY_NOT_TEXT", reason: "a raw value has to be UTF-8" },
    });
  });

  test("comes to a verdict for any bytes and type", () => {
    const types = fc.oneof(fc.constantFrom("application/json", "text/plain", ""), fc.string());
    fc.assert(
      fc.property(fc.uint8Array(), types, (bytes, type) => {
        expect(typeof toContent(bytes, type, "raw").ok).toBe("boolean");
      }),
    );
  });
});

describe("a raw value", () => {
  test.for([
    [{ kind: "json", text: "1.0" }, "1.0"],
    [{ kind: "text", text: "a" }, "a"],
    [{ kind: "none" }, ""],
  ] as const)("of %o is %o", ([data, expected]) => {
    expect(toRawValue(data)).toBe(expected);
  });
});
