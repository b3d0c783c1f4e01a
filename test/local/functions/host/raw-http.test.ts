import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FunctionRequest } from "../../../../local/functions/host/function-call.ts";
import { toRawHttp, toReply, withNewline } from "../../../../local/functions/host/raw-http.ts";

function requestOf(contentType: string | undefined, body: Uint8Array): FunctionRequest {
  const headers = contentType === undefined ? {} : { "content-type": contentType };
  return { method: "POST", path: "/webhook/a", query: "", headers, body };
}

function bodyOf(contentType: string | undefined, body: Uint8Array | string): unknown {
  return toRawHttp(requestOf(contentType, Buffer.from(body)), "/a")["__ow_body"];
}

const base64 = (body: Uint8Array | string) => Buffer.from(body).toString("base64");
// "가각" in EUC-KR.
const eucKr = Buffer.from([0xb0, 0xa1, 0xb0, 0xa2]);

describe("the body of raw HTTP", () => {
  // https://github.com/apache/openwhisk/blob/master/docs/webactions.md (read 2026-11-30): base64 for binary types
  // and for application/json.
  test.each([
    ["application/json", '{"a":1}'],
    ["application/json", "null"],
    ["application/json; charset=utf-8", '"text"'],
    ["APPLICATION/JSON", "[]"],
    ["application/cloudevents+json", "{}"],
    ["application/octet-stream", "text"],
    ["multipart/form-data; boundary=x", "--x"],
    [undefined, "text"],
    ["", "text"],
    ["nonsense", "text"],
    ["image/png", "text"],
  ])("a body of the type %j is base64", (contentType, body) => {
    expect(bodyOf(contentType, body)).toBe(base64(body));
  });

  test.each([
    ["text/plain", "한글 1.0\r\n"],
    ["Text/Plain; charset=EUC-KR", "ascii"],
    ["text/xml", "\ufeff<a/>"],
    ["application/x-www-form-urlencoded", "a=%20b&c=+"],
    ["application/xml", "<a/>"],
    ["text/plain", ""],
    ["text/plain", "null"],
    ["text/plain", "a\u0000b"],
  ])("UTF-8 of the type %j is text", (contentType, body) => {
    expect(bodyOf(contentType, body)).toBe(body);
  });

  test.each([
    ["text/plain; charset=euc-kr", eucKr],
    ["text/plain", Buffer.from([0xff])],
    ["text/csv", Buffer.from([0x61, 0xed, 0xa0, 0x80])],
    ["application/x-www-form-urlencoded", Buffer.from([0x61, 0x3d, 0xc3])],
  ])("bytes of the type %j that are not UTF-8 are base64", (contentType, body) => {
    expect(bodyOf(contentType, body)).toBe(base64(body));
  });

  test("no byte of any body is lost", () => {
    const types = fc.constantFrom(
      "text/plain",
      "application/json",
      "text/html; charset=euc-kr",
      "a/b",
    );
    fc.assert(
      fc.property(types, fc.uint8Array({ maxLength: 64 }), (contentType, bytes) => {
        const text = String(bodyOf(contentType, bytes));
        const readings = [Buffer.from(text), Buffer.from(text, "base64")];
        expect(readings.some((reading) => reading.equals(bytes))).toBe(true);
      }),
    );
  });
});

describe("the reply of a web action", () => {
  test.each([
    [{ body: { a: 1 } }, 200, "application/json", '{"a":1}'],
    [
      { statusCode: 201, body: "text", headers: { "Content-Type": "text/plain" } },
      201,
      "text/plain",
      "text",
    ],
    [{ statusCode: "202" }, 202, undefined, ""],
    [{ body: "" }, 204, undefined, ""],
    [{ headers: { "x-n": 1 } }, 204, undefined, ""],
    [{ body: "<b>" }, 200, "text/html", "<b>"],
    [
      { body: "aGk=", headers: { "content-type": "application/octet-stream" } },
      200,
      "application/octet-stream",
      "hi",
    ],
    [
      { body: "{}", headers: { "content-type": "application/json" } },
      200,
      "application/json",
      "{}",
    ],
    [{ delivered: 1 }, 200, "application/json", '{"delivered":1}'],
    [{ body: 0 }, 200, "text/html", "0"],
    [{ body: ["a"] }, 200, "application/json", '["a"]'],
  ])("%j becomes the status %d", (...[result, status, contentType, body]) => {
    const reply = toReply(result);

    expect(reply?.status).toBe(status);
    expect(reply?.headers["content-type"]).toBe(contentType);
    expect(Buffer.from(reply?.body ?? []).toString()).toBe(body);
  });

  test.each([
    { statusCode: 99 },
    { statusCode: 101 },
    { statusCode: 600 },
    { statusCode: "two" },
    { statusCode: 200.5 },
    { headers: { "a b": "c" } },
    { headers: { a: "b\r\nc: d" } },
    { headers: ["a"] },
    { headers: "a" },
  ])("%j is no HTTP response", (result) => {
    expect(toReply(result)).toBeUndefined();
  });
});

describe("the end of a reply", () => {
  const end = (contentType: string, body: string, agent = "curl/8.0") => {
    const reply = {
      status: 200,
      headers: { "content-type": contentType },
      body: Buffer.from(body),
    };
    const request = { ...requestOf(undefined, Buffer.of()), headers: { "user-agent": agent } };
    return Buffer.from(withNewline(reply, request).body).toString();
  };

  test.each([
    ["application/json", "{}", "{}\n"],
    ["application/problem+json; charset=utf-8", "{}", "{}\n"],
    ["application/json", "{}\n", "{}\n"],
    ["application/json", "", ""],
    ["text/plain", "1158201444", "1158201444\n"],
    ["application/octet-stream", "a", "a"],
  ])("a terminal gets %s %j as %j", (contentType, body, shown) => {
    expect(end(contentType, body)).toBe(shown);
  });

  test("a challenge's text is answered to its sender as it is", () => {
    expect(end("text/plain", "1158201444", "facebookplatform/1.0")).toBe("1158201444");
  });
});
