import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  fittingAcknowledgement,
  type ProduceVerdict,
  toProduceBody,
  toVerdict,
} from "../../../lib/data-stream/produce-api.ts";
import type { ReceivedResponse } from "../../../lib/effects/transport.ts";
import type { Acknowledgement } from "../../../lib/model/acknowledgement.ts";
import { hear, secretsInUse } from "../../support/spoken.ts";

type More = Partial<ReceivedResponse> & { readonly acknowledgement?: Acknowledgement };

function toResponse(
  status: number,
  body: unknown,
  more: Partial<ReceivedResponse> = {},
): ReceivedResponse {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { kind: "response", status, headers: {}, body: text, truncated: false, ...more };
}

function verdictOf(status: number, body: unknown, more: More = {}): ProduceVerdict {
  const { acknowledgement = "documented", ...response } = more;
  const verdict = toVerdict(toResponse(status, body, response), acknowledgement, 0);
  hear(verdict);
  return verdict;
}

function codeOf(verdict: ProduceVerdict): string {
  return "code" in verdict ? `${verdict.kind} ${verdict.code}` : verdict.kind;
}

function gateway(errorCode: unknown, message: string, details?: string) {
  return { error: { errorCode, message, details } };
}

/** The produce page documents `status` (a number in its table, text in its example) and `detail`. */
const documentedReplies = [
  ["the API page's example, whose status is text", 200, { status: "200", detail: "OK" }],
  ["a status that is a number, as the table says", 200, { status: 200, detail: "OK" }],
  ["a status without a detail", 201, { status: 201 }],
  ["202", 202, { status: "202", detail: "Accepted" }],
  ["fields beside the documented ones", 200, { status: 200, detail: "OK", partition: 1 }],
  ["an error field that is null", 200, { status: 200, error: null, responseError: null }],
] as const;

/** 2xx responses that neither acknowledge a message nor report a failure. */
const mute2xx = [
  ["an empty body", 200, ""],
  ["a body of white space", 200, " \r\n"],
  ["an object without a status", 200, {}],
  ["a maintenance notice", 200, { message: "Service is under maintenance" }],
  ["the answer of Kafka's REST proxy", 200, { offsets: [{ error_code: 50_003 }] }],
  ["201 with nothing", 201, ""],
  ["202 with nothing", 202, ""],
  ["204", 204, ""],
  ["206", 206, { status: "200" }],
  ["299", 299, { status: "200", detail: "OK" }],
  ["an HTML page", 200, "<!doctype html><title>Sign in</title>"],
  ["a body cut off by its sender", 200, '{"status":"20'],
  ["an array", 200, [{ status: "200" }]],
  ["null", 200, "null"],
  ["text in JSON", 200, '"OK"'],
  ["a number in JSON", 200, "200"],
] as const;

const failures2xx = [
  ["a status that is not 2xx", 200, { status: "500", detail: "Internal Server Error" }],
  ["a status that is not 2xx, as a number", 200, { status: 401 }],
  ["a status with more digits", 200, { status: "2000" }],
  ["a status of null", 200, { status: null }],
  ["a status in an array", 200, { status: ["200"] }],
  ["a status that is an object with a toString of its own", 200, { status: { toString: 1 } }],
  ["a status that is a word", 200, { status: "OK" }],
  ["an error wrapper", 200, gateway("900", "Unexpected Error")],
  ["an error wrapper beside a good status", 200, { status: "200", error: {} }],
  ["an errorCode at the top", 200, { errorCode: 0 }],
  ["an errorCode beside a good status", 200, { status: 200, errorCode: "900" }],
  ["another service's wrapper", 200, { responseError: { returnCode: "1" } }],
] as const;

describe("an acknowledgement", () => {
  test.for(documentedReplies)("%s acknowledges in either mode", ([, status, body]) => {
    expect(verdictOf(status, body)).toEqual({ kind: "delivered" });
    expect(verdictOf(status, body, { acknowledgement: "any-2xx" })).toEqual({ kind: "delivered" });
    expect(fittingAcknowledgement(toResponse(status, body))).toBe("documented");
  });

  test.for(mute2xx)("%s acknowledges in the mode any-2xx only", ([, status, body]) => {
    expect(codeOf(verdictOf(status, body))).toBe("unavailable STREAM_NOT_THE_API");
    expect(verdictOf(status, body, { acknowledgement: "any-2xx" })).toEqual({ kind: "delivered" });
    expect(fittingAcknowledgement(toResponse(status, body))).toBe("any-2xx");
  });

  test.for(failures2xx)("%s acknowledges in neither mode", ([, status, body]) => {
    const given = { acknowledgement: "any-2xx" } as const;

    expect(codeOf(verdictOf(status, body))).toBe("unavailable STREAM_NOT_THE_API");
    expect(codeOf(verdictOf(status, body, given))).toBe("unavailable STREAM_NOT_THE_API");
    expect(fittingAcknowledgement(toResponse(status, body))).toBeUndefined();
  });

  test.for(["documented", "any-2xx"] as const)(
    "a body that is longer than was read acknowledges nothing in the mode %s",
    (one) => {
      for (const body of ["", '{"status":"200","detail":"OK"}', "<html>"]) {
        const verdict = verdictOf(200, body, { truncated: true, acknowledgement: one });

        expect(codeOf(verdict)).toBe("unavailable STREAM_NOT_THE_API");
      }
    },
  );

  test("a missing acknowledgement names the setting and the doctor", () => {
    expect(verdictOf(200, "")).toMatchObject({
      reason: expect.stringMatching(/DATASTREAM_ENDPOINT.*doctor.*DATASTREAM_ACKNOWLEDGEMENT/),
    });
  });
});

/** Bodies of proxies, load balancers and frameworks in the API's place. */
const foreignBodies = [
  ["nothing", ""],
  ["HTML", "<html><h1>400 Bad Request</h1></html>"],
  ["text with the API's own words", "Bad Request, Invalid headers"],
  [
    "Spring's error",
    { timestamp: 1, status: 400, error: "Bad Request", message: "Invalid headers", path: "/" },
  ],
  ["a status without a detail", { status: "400", message: "Invalid topic partition" }],
  ["a detail without a status", { detail: "Bad Request" }],
  ["a status that is no code", { status: "fail", detail: "Bad Request" }],
  ["a status of success", { status: "200", detail: "OK" }],
  ["a detail that is no text", { status: "400", detail: { message: "x" } }],
  ["an error that is text", { error: "Bad Request" }],
  ["an error without errorCode", { error: { code: 400, message: "Bad Request" } }],
  ["an errorCode that is empty", { error: { errorCode: "" } }],
  ["an errorCode that is an object", { error: { errorCode: { toString: 1 } } }],
  ["an errorCode at the top", { errorCode: "100", message: "Bad Request" }],
  ["an array", [{ status: "400", detail: "Bad Request" }]],
  ["JSON that is cut", '{"status":"400","detail":"Bad Req'],
  ["another service's wrapper", { responseError: { returnCode: "400" } }],
] as const;

describe("a 400 or 413 that is not the API's own", () => {
  test.for(foreignBodies)("a foreign 400 or 413 refuses nothing for good: %s", ([, body]) => {
    for (const status of [400, 413]) {
      const verdict = verdictOf(status, body, { headers: { "retry-after": "7" } });

      expect(codeOf(verdict)).toBe("unavailable STREAM_FOREIGN_REFUSAL");
      expect(verdict).toMatchObject({ retryAfterMs: 7_000 });
    }
  });

  test.for([400, 413])(
    "a %i with an API body that was not read to its end is foreign",
    (status) => {
      const body = { status: String(status), detail: "Bad Request, Invalid headers" };

      expect(codeOf(verdictOf(status, body, { truncated: true }))).toBe(
        "unavailable STREAM_FOREIGN_REFUSAL",
      );
    },
  );
});

describe("a documented failure", () => {
  test.for([
    [400, { status: 400, detail: "Bad Request" }, "refused RECORD_REFUSED"],
    [400, gateway("100", "Bad Request Exception"), "refused RECORD_REFUSED"],
    [400, gateway(100, "Bad Request Exception"), "refused RECORD_REFUSED"],
    [400, gateway("InvalidParameter", "The value is invalid."), "refused RECORD_REFUSED"],
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
    [413, gateway(430, "Request Entity Too Large"), "refused RECORD_TOO_LARGE", "too large"],
    [413, { status: "413", detail: "Too large" }, "refused RECORD_TOO_LARGE", "too large"],
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
  ] as const)("HTTP %i with %j is %s", ([status, body, code, named = ""]) => {
    const verdict = verdictOf(status, body);

    expect(codeOf(verdict)).toBe(code);
    expect("reason" in verdict && verdict.reason).toContain(named);
  });
});

describe("a verdict", () => {
  test.for([200, 408, 429, 503])("the verdict of HTTP %i carries Retry-After", (status) => {
    expect(verdictOf(status, "<html>", { headers: { "retry-after": "7" } })).toMatchObject({
      kind: "unavailable",
      retryAfterMs: 7_000,
    });
  });

  test.for([200, 301, 400, 401, 403, 404, 409, 413, 429, 500])(
    "the verdict of HTTP %i never quotes the response",
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

  const texts = fc.oneof(fc.constantFrom("200", "201", "400", "413", "2000", ""), fc.string());
  const fields = fc.oneof(texts, fc.constantFrom(200, 202, 400, 413, 1, null), fc.jsonValue());
  const likeTheApis = fc.record(
    {
      ...{ status: fields, detail: fields, errorCode: fields, responseError: fields },
      error: fc.oneof(fields, fc.record({ errorCode: fields, message: texts })),
    },
    { requiredKeys: [] },
  );
  const bodies = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    likeTheApis.map((body) => JSON.stringify(body)),
  );
  const statuses = fc.oneof(
    fc.constantFrom(200, 201, 202, 204, 400, 413),
    fc.integer({ min: -1, max: 1_000 }),
  );

  /** A second implementation, written after the documentation and not after the code. */
  function readJson(body: string): Record<string, unknown> {
    try {
      const value: unknown = JSON.parse(body);
      const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
      return isObject ? (value as Record<string, unknown>) : {};
    } catch {
      return {};
    }
  }
  const isCode = (value: unknown, first: string) =>
    ["string", "number"].includes(typeof value) &&
    [...`${value}`].length === 3 &&
    `${value}`.startsWith(first) &&
    [...`${value}`].every((digit) => "0123456789".includes(digit));

  test("only a documented acknowledgement delivers, and only the API's own refusal refuses", () => {
    fc.assert(
      fc.property(statuses, bodies, fc.boolean(), (status, body, truncated) => {
        const { kind } = verdictOf(status, body, { truncated });
        const said = truncated ? {} : readJson(body);
        const hasError = ["error", "errorCode", "responseError"].some((one) => said[one] != null);
        const error = readJson(JSON.stringify(said["error"] ?? {}));
        const isAcknowledgement =
          [200, 201, 202].includes(status) && isCode(said["status"], "2") && !hasError;
        const isOwn =
          (isCode(said["status"], "4") && typeof said["detail"] === "string") ||
          (["string", "number"].includes(typeof error["errorCode"]) && error["errorCode"] !== "");
        const isAboutAll = /invalid headers|invalid topic partition/i.test(body);
        expect(["delivered", "refused", "faulted", "unavailable"]).toContain(kind);
        expect(kind === "delivered").toBe(isAcknowledgement);
        expect(kind === "refused").toBe(
          [400, 413].includes(status) && isOwn && !(status === 400 && isAboutAll),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

test("an error whose fields are not text or numbers is read as having none", () => {
  const hostile = '{"error":{"errorCode":{"toString":1},"message":{"toString":1,"valueOf":2}}}';

  expect(codeOf(verdictOf(401, hostile))).toBe("faulted STREAM_UNAUTHENTICATED");
});

test("the request body is one message, with a partition only if it has one", () => {
  const record = { topic: "orders", key: "주문 1", value: '{"a":"\\"b"}', id: "not sent" };

  expect(toProduceBody({ ...record, partition: 0 })).toBe(
    '{"topic":"orders","key":"주문 1","value":"{\\"a\\":\\"\\\\\\"b\\"}","partition":0}',
  );
  expect(toProduceBody({ ...record, partition: undefined })).toBe(
    '{"topic":"orders","key":"주문 1","value":"{\\"a\\":\\"\\\\\\"b\\"}"}',
  );
});
