import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toParsedHttp } from "../../../../local/functions/host/parsed-http.ts";

function request(type: string, body: string | Uint8Array, query = "") {
  return {
    ...{ method: "POST", path: "/webhook/github", query },
    headers: { "content-type": type },
    body: Buffer.from(body as string),
  };
}

/** Without raw HTTP, as https://github.com/apache/openwhisk/blob/master/docs/webactions.md describes it (read 2026-11-30). */
describe("the parameters of a web action without raw HTTP", () => {
  const always = {
    __ow_method: "post",
    __ow_path: "/github",
    __ow_headers: expect.anything(),
  };

  test.for([
    ["application/json", '{"name":"Jane","a":2}', { a: 2, name: "Jane" }],
    ["application/json; charset=utf-8", '{"name":"Jane"}', { a: "1", name: "Jane" }],
    ["application/x-www-form-urlencoded", "name=Jane&a=b", { a: "b", name: "Jane" }],
    ["text/plain", "hello", { a: "1", __ow_body: "hello" }],
    ["application/octet-stream", "hello", { a: "1", __ow_body: "aGVsbG8=" }],
    ["application/json", "[1]", { a: "1", __ow_body: "WzFd" }],
    ["text/plain", "", { a: "1" }],
  ] as const)("%s %s becomes parameters, before those of the query", ([type, body, expected]) => {
    expect(toParsedHttp(request(type, body, "a=1"), "/github", {})).toEqual({
      ...always,
      ...expected,
    });
  });

  test.for([
    ["application/json", '{"__ow_query":"x"}', ""],
    ["application/json", '{"TOPIC":"mine"}', ""],
    ["application/x-www-form-urlencoded", "TOPIC=mine", ""],
    ["text/plain", "hello", "TOPIC=mine"],
    ["text/plain", "hello", "__ow_body=x"],
  ] as const)(
    "%s %s with the query %s sets what it may not, and is refused",
    ([type, body, query]) => {
      expect(toParsedHttp(request(type, body, query), "/github", { TOPIC: "bound" })).toBe(
        undefined,
      );
    },
  );

  test("any bytes are read without an error, and none of them sets the method", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom("application/json", "application/x-www-form-urlencoded", "text/plain", ""),
        (bytes, type) => {
          const { __ow_method: method = "refused" } =
            toParsedHttp(request(type, bytes), "", {}) ?? {};
          expect(["post", "refused"]).toContain(method);
        },
      ),
    );
  });
});
