import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { type Answer, toProduceBody, toVerdict, type Verdict } from "../../lib/data-stream/wire.ts";
import { hear, secretsInUse } from "../support/spoken.ts";

function verdictOf(status: number, body: unknown, more: Partial<Answer> = {}): Verdict {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const verdict = toVerdict({
    status,
    body: text,
    truncated: false,
    retryAfterMs: undefined,
    ...more,
  });
  hear(verdict);
  return verdict;
}

function codeOf(verdict: Verdict): string {
  return "code" in verdict ? `${verdict.kind} ${verdict.code}` : verdict.kind;
}

function gateway(errorCode: unknown, message: string, details?: string) {
  return { error: { errorCode, message, details } };
}

describe("an acknowledgement", () => {
  test.for([
    ["the API page's example, whose status is text", 200, { status: "200", detail: "OK" }],
    ["a status that is a number, as the table says", 200, { status: 200, detail: "OK" }],
    ["an object without a status", 200, {}],
    ["an empty body", 200, ""],
    ["a body of white space", 200, " \r\n"],
    ["201", 201, { status: 201 }],
    ["202", 202, { status: "202", detail: "Accepted" }],
    ["202 with an empty body", 202, ""],
  ] as const)("is %s", ([, status, body]) => {
    expect(verdictOf(status, body)).toEqual({ kind: "delivered" });
  });
});

describe("a success that is not the API's", () => {
  test.for([
    ["204", 204, ""],
    ["206", 206, { status: "200" }],
    ["an HTML page", 200, "<!doctype html><title>Sign in</title>"],
    ["a body cut off by its sender", 200, '{"status":"20'],
    ["an array", 200, [{ status: "200" }]],
    ["null", 200, "null"],
    ["text in JSON", 200, '"OK"'],
    ["a number in JSON", 200, "200"],
    ["a status that is not 2xx", 200, { status: "500", detail: "Internal Server Error" }],
    ["a status that is not 2xx, as a number", 200, { status: 401 }],
    ["a status with more digits", 200, { status: "2000" }],
    ["a status of null", 200, { status: null }],
    ["a status in an array", 200, { status: ["200"] }],
    ["a status that is an object with a toString of its own", 200, { status: { toString: 1 } }],
    ["an error wrapper", 200, gateway("900", "Unexpected Error")],
    ["an error wrapper beside a good status", 200, { status: "200", error: {} }],
    ["an errorCode at the top", 200, { errorCode: 0 }],
    ["another service's wrapper", 200, { responseError: { returnCode: "1" } }],
  ] as const)("is %s, and nothing is taken as delivered", ([, status, body]) => {
    expect(codeOf(verdictOf(status, body))).toBe("unavailable STREAM_NOT_THE_API");
  });

  it("is a body longer than was read", () => {
    const verdict = verdictOf(200, { status: "200" }, { truncated: true });

    expect(codeOf(verdict)).toBe("unavailable STREAM_NOT_THE_API");
  });

  it("is an empty body of which more was to come", () => {
    expect(codeOf(verdictOf(200, "", { truncated: true }))).toBe("unavailable STREAM_NOT_THE_API");
  });
});

describe("a documented failure", () => {
  test.for([
    [400, { status: 400, detail: "Bad Request" }, "refused RECORD_REFUSED"],
    [400, { error: "not an object" }, "refused RECORD_REFUSED"],
    [400, gateway("100", "Bad Request Exception"), "refused RECORD_REFUSED"],
    [400, "", "refused RECORD_REFUSED"],
    [
      400,
      { status: 400, detail: "Bad Request, Invalid headers" },
      "faulted STREAM_REJECTED",
      "headers",
    ],
    [400, gateway("100", "Invalid Headers"), "faulted STREAM_REJECTED", "headers"],
    [400, gateway(100, "Bad Request", "Invalid headers"), "faulted STREAM_REJECTED", "headers"],
    [
      400,
      { status: "400", detail: "Bad Request, Invalid topic partition" },
      "faulted STREAM_REJECTED",
      "DATASTREAM_PARTITIONS",
    ],
    [
      400,
      gateway("100", "Bad Request", "Invalid topic partition"),
      "faulted STREAM_REJECTED",
      "DATASTREAM_PARTITIONS",
    ],
    [401, "", "faulted STREAM_UNAUTHENTICATED", "Sub Account"],
    [
      401,
      gateway("200", "Authentication Failed"),
      "faulted STREAM_UNAUTHENTICATED",
      "check the clock",
    ],
    [401, gateway("210", "Permission Denied"), "faulted STREAM_FORBIDDEN", "policy"],
    [401, gateway(210, "Permission Denied"), "faulted STREAM_FORBIDDEN", "policy"],
    [401, { errorCode: "210" }, "faulted STREAM_UNAUTHENTICATED", "Sub Account"],
    [403, gateway("230", "Forbidden"), "faulted STREAM_FORBIDDEN", "policy"],
    [404, gateway("300", "Not Found Exception"), "faulted STREAM_NOT_FOUND", "full name"],
    [405, "", "faulted STREAM_REJECTED"],
    [409, { error: { message: "Conflict" } }, "faulted STREAM_REJECTED"],
    [413, gateway("430", "Request Entity Too Large"), "refused RECORD_TOO_LARGE", "too large"],
    [415, gateway("210", "Not 401"), "faulted STREAM_REJECTED"],
    [300, "", "faulted STREAM_REDIRECTED", "DATASTREAM_ENDPOINT"],
    [301, "<html></html>", "faulted STREAM_REDIRECTED", "DATASTREAM_ENDPOINT"],
    [399, "", "faulted STREAM_REDIRECTED"],
    [100, "", "faulted STREAM_REJECTED"],
    [0, "", "faulted STREAM_REJECTED"],
    [408, "", "unavailable STREAM_UNAVAILABLE", "408"],
    [429, gateway("400", "Quota Exceeded"), "unavailable STREAM_THROTTLED", "(code 400)"],
    [429, gateway("410", "Throttle Limited"), "unavailable STREAM_THROTTLED", "(code 410)"],
    [429, gateway(420, "Rate Limited"), "unavailable STREAM_THROTTLED", "(code 420)"],
    [500, { status: 500, detail: "Internal Server Error" }, "unavailable STREAM_UNAVAILABLE"],
    [500, gateway("900", "Unexpected Error"), "unavailable STREAM_UNAVAILABLE", "(code 900)"],
    [502, "<html>Bad gateway</html>", "unavailable STREAM_UNAVAILABLE", "502"],
    [503, gateway("500", "Endpoint Error"), "unavailable STREAM_UNAVAILABLE", "(code 500)"],
    [504, gateway("510", "Endpoint Timeout"), "unavailable STREAM_UNAVAILABLE", "(code 510)"],
  ] as const)("HTTP %i %j is %s", ([status, body, code, named = ""]) => {
    const verdict = verdictOf(status, body);

    expect(codeOf(verdict)).toBe(code);
    expect("reason" in verdict && verdict.reason).toContain(named);
  });
});

describe("a verdict", () => {
  test.for([200, 408, 429, 503])("of HTTP %i carries Retry-After", (status) => {
    expect(verdictOf(status, "<html>", { retryAfterMs: 7_000 })).toMatchObject({
      kind: "unavailable",
      retryAfterMs: 7_000,
    });
  });

  test.for([
    "Bad Request, Invalid headers",
    '{"status":"400","message":"Bad Request, Invalid topic partition"}',
  ])("HTTP 400 %s stops the call wherever its words stand", (body) => {
    expect(codeOf(verdictOf(400, body))).toBe("faulted STREAM_REJECTED");
  });

  test("HTTP 200 with an error field that is null is delivered", () => {
    expect(codeOf(verdictOf(200, '{"status":200,"error":null}'))).toBe("delivered");
  });

  test.for([200, 301, 400, 401, 403, 404, 409, 413, 429, 500])(
    "of HTTP %i never quotes the answer",
    (status) => {
      const echoed = secretsInUse.ncloudSecretKey;
      const bodies = [
        gateway(echoed, echoed, echoed),
        gateway(`210 ${echoed}`, echoed),
        { status: echoed, detail: `Invalid headers ${echoed}` },
        `Invalid topic partition ${echoed}`,
      ];

      const verdicts = bodies.map((body) => JSON.stringify(verdictOf(status, body)));

      expect(verdicts.filter((verdict) => verdict.includes(echoed))).toEqual([]);
    },
  );

  it("is given for any status and any body", () => {
    const kinds = ["delivered", "refused", "faulted", "unavailable"];
    const bodies = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.anything().map((details) => JSON.stringify({ error: details, detail: details }) ?? ""),
    );

    fc.assert(
      fc.property(fc.integer({ min: -1, max: 1_000 }), bodies, (status, body) => {
        const { kind } = verdictOf(status, body);
        expect(kinds).toContain(kind);
        expect(kind === "delivered" && ![200, 201, 202].includes(status)).toBe(false);
      }),
    );
  });
});

test("an error whose fields are not text or numbers is read as having none", () => {
  const hostile = '{"error":{"errorCode":{"toString":1},"message":{"toString":1,"valueOf":2}}}';

  expect(codeOf(verdictOf(401, hostile))).toBe("faulted STREAM_UNAUTHENTICATED");
});

test("the request body is one message, with a partition only where there is one", () => {
  const record = { topic: "orders", key: "주문 1", value: '{"a":"\\"b"}', id: "not sent" };

  expect(toProduceBody({ ...record, partition: 0 })).toBe(
    '{"topic":"orders","key":"주문 1","value":"{\\"a\\":\\"\\\\\\"b\\"}","partition":0}',
  );
  expect(toProduceBody({ ...record, partition: undefined })).toBe(
    '{"topic":"orders","key":"주문 1","value":"{\\"a\\":\\"\\\\\\"b\\"}"}',
  );
});
