import { describe, expect, test } from "vitest";
import type { HttpResponse } from "../../lib/effects/transport.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import { httpAdapters, logged } from "../support/adapters.ts";
import { hookCall } from "../support/deliveries.ts";
import { acknowledged, answer, createHarness, noAnswer } from "../support/harness.ts";
import { openSource } from "../support/settings.ts";

const json = { "content-type": "application/json" };
const failed = '{"status":"failed"}';
const comeAgain =
  '{"status":"failed","reason":"the stream cannot take the event now: send it again later"}';
const gatewayError = (errorCode: string, message: string) =>
  JSON.stringify({ error: { errorCode, message } });

describe.each(httpAdapters)("a delivery through $name", ({ open }) => {
  async function deliver(...answers: readonly HttpResponse[]) {
    const transport = (_: unknown, index: number) => answers[index] ?? answers.at(-1) ?? noAnswer();
    const harness = createHarness({ transport });
    const { http } = open(webhook(), { harness, settings: openSource() });
    const reply = await http(hookCall('{"a":1}'));
    return { reply, attempts: harness.requests.length, last: logged(harness).at(-1), harness };
  }

  test.for([
    ["as documented", acknowledged],
    ["with a number as status", answer(200, '{"status":200,"detail":"OK"}')],
    ["with 201", answer(201, '{"status":"201"}')],
    ["with 202", answer(202, '{"status":202,"detail":"Accepted"}')],
  ] as const)("a delivery that the API acknowledges %s is delivered", async ([, given]) => {
    const { reply, attempts } = await deliver(given);

    const id = "b3cb563e8dae21c339d0e1940467977999e88a5a38fd425705f16fb326c19e68";
    expect(reply).toEqual({
      status: 200,
      headers: json,
      body: `{"status":"delivered","id":"${id}"}`,
    });
    expect(attempts).toBe(1);
  });

  test.for([
    [
      "400 Invalid headers",
      400,
      '{"status":"400","detail":"Bad Request, Invalid headers"}',
      "STREAM_REJECTED",
    ],
    [
      "400 Invalid topic partition",
      400,
      '{"status":"400","detail":"Bad Request, Invalid topic partition"}',
      "STREAM_REJECTED",
    ],
    ["401", 401, '{"status":"401","detail":"Unauthorized"}', "STREAM_UNAUTHENTICATED"],
    [
      "401 of the gateway",
      401,
      gatewayError("200", "Authentication Failed"),
      "STREAM_UNAUTHENTICATED",
    ],
    ["401 Permission Denied", 401, gatewayError("210", "Permission Denied"), "STREAM_FORBIDDEN"],
    ["403", 403, '{"status":"403","detail":"Forbidden"}', "STREAM_FORBIDDEN"],
    ["404", 404, gatewayError("300", "Not Found Exception"), "STREAM_NOT_FOUND"],
    ["409", 409, "", "STREAM_REJECTED"],
    ["301", 301, "", "STREAM_REDIRECTED"],
    ["307", 307, "", "STREAM_REDIRECTED"],
  ] as const)("a response of %s is a fault at once", async ([, status, body, code]) => {
    const { reply, attempts, last } = await deliver(answer(status, body));

    expect(reply).toEqual({ status: 500, headers: json, body: failed });
    expect(attempts).toBe(1);
    expect(last).toMatchObject({ level: "error", ending: "faulted", code, failed: 1 });
  });

  test.for([answer(200), answer(204), answer(200, "accepted")])(
    "a 2xx that only any-2xx accepts is delivered: %j",
    async (given) => {
      const harness = createHarness({ transport: () => given });
      const settings = { ...openSource(), DATASTREAM_ACKNOWLEDGEMENT: "any-2xx" };

      const reply = await open(webhook(), { harness, settings }).http(hookCall('{"a":1}'));

      expect(reply).toMatchObject({ status: 200, body: expect.stringMatching('"delivered"') });
    },
  );

  test("an unauthenticated request puts the remedy into the log", async () => {
    const { last } = await deliver(answer(401, '{"status":"401","detail":"Unauthorized"}'));

    expect(last?.["reason"]).toMatch(/Sub Account/);
    expect(last?.["reason"]).toMatch(/clock/);
  });

  test.for([
    [400, '{"status":"400","detail":"Bad Request"}', 500, failed, "RECORD_REFUSED"],
    [
      413,
      gatewayError("430", "Too Large"),
      413,
      expect.stringContaining('{"status":"refused"'),
      "RECORD_TOO_LARGE",
    ],
  ] as const)(
    "a delivery that the API answers with %i is refused",
    async ([given, body, status, replied, code]) => {
      const { reply, attempts, last } = await deliver(answer(given, body));

      expect(reply).toEqual({ status, headers: json, body: replied });
      expect(attempts).toBe(1);
      expect(last).toMatchObject({ ending: "refused", code, refused: 1 });
    },
  );

  test.for([
    ["408", answer(408), "STREAM_UNAVAILABLE"],
    ["429", answer(429, gatewayError("410", "Throttle Limited")), "STREAM_THROTTLED"],
    ["500", answer(500, '{"status":"500","detail":"Internal Server Error"}'), "STREAM_UNAVAILABLE"],
    ["502", answer(502, "<html>"), "STREAM_UNAVAILABLE"],
    ["503", answer(503, gatewayError("500", "Endpoint Error")), "STREAM_UNAVAILABLE"],
    ["504", answer(504, gatewayError("510", "Endpoint Timeout")), "STREAM_UNAVAILABLE"],
    ["a page under 200", answer(200, "<html>welcome</html>"), "STREAM_NOT_THE_API"],
    ["a failure under 200", answer(200, '{"status":"500"}'), "STREAM_NOT_THE_API"],
    ["an empty 200", answer(200), "STREAM_NOT_THE_API"],
    ["an empty 201", answer(201), "STREAM_NOT_THE_API"],
    [
      "a notice under 200",
      answer(200, '{"message":"Service is under maintenance"}'),
      "STREAM_NOT_THE_API",
    ],
    ["a proxy's 400", answer(400, "<html>Bad Request</html>"), "STREAM_FOREIGN_REFUSAL"],
    ["a proxy's 413", answer(413, "<html>Too Large</html>"), "STREAM_FOREIGN_REFUSAL"],
    ["204", answer(204), "STREAM_NOT_THE_API"],
    ["a reset", noAnswer(), "STREAM_UNREACHABLE"],
    [
      "a refused connection",
      noAnswer({ sent: "never", code: "ECONNREFUSED" }),
      "STREAM_UNREACHABLE",
    ],
    ["a timeout", noAnswer({ cause: "timeout", code: "ETIMEDOUT" }), "STREAM_TIMEOUT"],
  ] as const)(
    "a delivery that meets %s five times makes the sender retry",
    async ([, given, code]) => {
      const { reply, attempts, last } = await deliver(given);

      expect(reply).toEqual({
        status: 503,
        headers: { ...json, "retry-after": "10" },
        body: comeAgain,
      });
      expect(attempts).toBe(5);
      expect(last).toMatchObject({ level: "error", ending: "unavailable", code, failed: 1 });
    },
  );

  test.for([
    ["30", "30"],
    ["Tue, 14 Nov 2023 22:14:20 GMT", "60"],
    ["later", "10"],
  ] as const)("the stream's Retry-After of %s is passed on as %s", async ([given, passedOn]) => {
    const { reply } = await deliver(answer(429, "", { "retry-after": given }));

    expect(reply).toMatchObject({ status: 503, headers: { ...json, "retry-after": passedOn } });
  });

  test("a delivery that succeeds at the third attempt is delivered, and the log counts uncertain attempts", async () => {
    const { reply, attempts, last } = await deliver(noAnswer(), answer(429), acknowledged);

    expect(reply).toMatchObject({ status: 200 });
    expect(attempts).toBe(3);
    expect(last).toMatchObject({ ending: "delivered", delivered: 1, attempts: 3, uncertain: 1 });
  });

  test("each attempt is signed anew", async () => {
    const harness = createHarness({ transport: () => answer(503), random: 0.5 });
    const { http } = open(webhook(), { harness, settings: openSource() });

    await http(hookCall("{}"));

    const valuesOf = (name: string) =>
      harness.requests.map(({ headers }) => headers[headers.indexOf(name) + 1]);
    expect(new Set(valuesOf("x-ncp-apigw-timestamp")).size).toBe(5);
    expect(new Set(valuesOf("x-ncp-apigw-signature-v2")).size).toBe(5);
  });
});
