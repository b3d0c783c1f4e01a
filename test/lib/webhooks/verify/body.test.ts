import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64 } from "../../../../lib/encoding/base64.ts";
import type { HttpBody } from "../../../../lib/model/call.ts";
import {
  type BodyEncoding,
  formOf,
  likeliest,
  readingsOf,
  signedReadingsOf,
} from "../../../../lib/webhooks/verify/body.ts";

function textsOf(text: string, contentType: string, encoding: BodyEncoding = "auto") {
  const readings = [...readingsOf({ kind: "unflagged", text }, contentType, encoding)];
  return readings.map((bytes) => Buffer.from(bytes).toString("latin1"));
}

describe("readings of a body", () => {
  // "eyJhIjoxfQ==" is {"a":1}.
  test.for([
    ["application/json", ['{"a":1}', "eyJhIjoxfQ=="]],
    ["application/octet-stream", ['{"a":1}', "eyJhIjoxfQ=="]],
    ["", ['{"a":1}', "eyJhIjoxfQ=="]],
    ["text/plain", ["eyJhIjoxfQ==", '{"a":1}']],
    ["Text/HTML; charset=utf-8", ["eyJhIjoxfQ==", '{"a":1}']],
    ["application/x-www-form-urlencoded", ["eyJhIjoxfQ==", '{"a":1}']],
  ] as const)("readings of the type %j begin with the likeliest", ([contentType, readings]) => {
    expect(textsOf("eyJhIjoxfQ==", contentType)).toEqual(readings);
  });

  test.for(['{"a":1}', "eyJhIjoxfQ", "eyJhIjoxfQ=", "eyJhIjoxfQ==\n", "eyJhIjoxfR==", "a-_b"])(
    "readings of %j are the text alone, because it is not strict base64",
    (text) => {
      expect(textsOf(text, "application/json")).toEqual([text]);
    },
  );

  test("readings of an empty body are empty", () => {
    expect(textsOf("", "application/json")).toEqual(["", ""]);
  });

  test("readings are the decoded bytes alone if base64 is set", () => {
    expect(textsOf("eyJhIjoxfQ==", "text/plain", "base64")).toEqual(['{"a":1}']);
    expect(textsOf("no base64!", "text/plain", "base64")).toEqual([]);
  });

  test("readings are the text alone if text is set", () => {
    expect(textsOf("eyJhIjoxfQ==", "application/json", "text")).toEqual(["eyJhIjoxfQ=="]);
  });

  test("readings of exact bytes are those bytes whatever the setting says", () => {
    const bytes = Buffer.from("eyJhIjoxfQ==");

    expect([...readingsOf({ kind: "exact", bytes }, "application/json", "base64")]).toEqual([
      bytes,
    ]);
  });

  test("readings of a signed body go on with what its flag denies, because the signature decides", () => {
    const exact = (text: string) => ({ kind: "exact", bytes: Buffer.from(text) }) as const;
    const read = (body: HttpBody) =>
      [...signedReadingsOf(body, "", "auto")].map((bytes) => Buffer.from(bytes).toString());

    expect(read(exact("eyJhIjoxfQ=="))).toEqual(["eyJhIjoxfQ==", '{"a":1}']);
    expect(read(exact('{"a":1}'))).toEqual(['{"a":1}']);
    expect(read({ kind: "malformed", text: '{"a":1}' })).toEqual(['{"a":1}']);
    expect(read({ kind: "malformed" })).toEqual([]);
  });

  test("a malformed or parsed body has no readings", () => {
    expect([...readingsOf({ kind: "malformed" }, "", "auto")]).toEqual([]);
    expect([...readingsOf({ kind: "malformed", text: "{}" }, "", "auto")]).toEqual([]);
    expect([...readingsOf({ kind: "parsed" }, "", "auto")]).toEqual([]);
  });
});

describe("the likeliest reading", () => {
  const pick = (readings: readonly string[], contentType: string, isJson = false) => {
    const picked = likeliest(
      readings.map((text) => Buffer.from(text, "latin1")),
      formOf(contentType, isJson),
    );
    return picked.map((bytes) => Buffer.from(bytes).toString("latin1"));
  };

  test.for([
    ["the first, where both are JSON", ["1", "2"], ["1"]],
    ["the second, where only it is JSON", ["\u0000", "[]"], ["[]"]],
    ["the first, where none is JSON", ["{", "["], ["{"]],
    ["nothing, where there is none", [], []],
  ] as const)("the likeliest reading of a JSON type is %s", ([, readings, expected]) => {
    expect(pick(readings, "application/json")).toEqual(expected);
    expect(pick(readings, "")).toEqual(expected);
    expect(pick(readings, "text/plain", true)).toEqual(expected);
  });

  // NAVER Cloud does not document whether it passes forms as text or as base64, and an admin key signs no body.
  test.for([
    ["user_id=1", "YXBwX2lkPTEmdXNlcl9pZD0y", "app_id=1&user_id=2"],
    ["user_id=1", "dXNlcl9pZD0x", "user_id=1"],
    ["an empty value", "YT0xJmI9", "a=1&b="],
    ["padding", "YT0xJmM9NQ==", "a=1&c=5"],
  ] as const)("the likeliest reading of a form in base64 is decoded: %s", ([, base64, form]) => {
    const readings = textsOf(base64, "application/x-www-form-urlencoded");

    expect(pick(readings, "application/x-www-form-urlencoded; charset=utf-8")).toEqual([form]);
  });

  test.for(["abcd", "abc=", "YQ==", "dGVzdA==", "xMfRPbHb"])(
    "the likeliest reading of the form %s is the text, because its decoded bytes are no form",
    (form) => {
      const readings = textsOf(form, "application/x-www-form-urlencoded");

      expect(readings).toHaveLength(2);
      expect(pick(readings, "application/x-www-form-urlencoded")).toEqual([form]);
    },
  );

  // Matched with backtracking, a megabyte takes minutes: more than a test may.
  test("the likeliest reading is found in one pass over a megabyte of equals signs", () => {
    const text = `${"=".repeat(2 ** 20)} `;

    expect(pick([text, "a=1"], "application/x-www-form-urlencoded")).toEqual(["a=1"]);
  });

  test("the likeliest reading of another type is the first even if the second is JSON", () => {
    expect(pick(["text", "{}"], "text/plain")).toEqual(["text"]);
  });
});

describe("strict base64", () => {
  // RFC 4648 section 10.
  test.for([
    ["", ""],
    ["Zg==", "f"],
    ["Zm8=", "fo"],
    ["Zm9vYmFy", "foobar"],
  ] as const)("the base64 %j decodes to %j", ([text, bytes]) => {
    expect(decodeBase64(text)?.toString("latin1")).toBe(bytes);
  });

  test.for(["Zg", "Zg=", "Zg===", "Zh==", "Zm9v YmFy", " Zg==", "Zg==Zg==", "Zm9vYmFy\r\n", "é"])(
    "the base64 %j is refused",
    (text) => {
      expect(decodeBase64(text)).toBeUndefined();
    },
  );

  test("any bytes are decoded from their base64", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = btoa(String.fromCharCode(...bytes));
        expect(decodeBase64(text)).toEqual(Buffer.from(bytes));
      }),
    );
  });
});
