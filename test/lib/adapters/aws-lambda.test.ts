import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucket } from "../../../lib/triggers/bucket.ts";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { logged, openAdapters, produced, stubSettings } from "../../support/adapters.ts";
import {
  lambdaEvents,
  toLoadBalancer,
  toMultiValueLoadBalancer,
  toPayloadV1,
  toPayloadV2,
} from "../../support/calls.ts";
import { hookCall, push, pushCall } from "../../support/deliveries.ts";
import { answer, createHarness, startMs } from "../../support/harness.ts";
import { openSource, webhookSettings } from "../../support/settings.ts";

const json = { "content-type": "application/json" };

type Given = { readonly settings?: object; readonly context?: unknown; readonly down?: boolean };

async function run(event: unknown, { settings = webhookSettings, context, down }: Given = {}) {
  const harness = createHarness(down ? { transport: () => answer(503), random: 0.999 } : {});
  stubSettings({ ...settings });
  const result = await openAdapters(webhook(), harness).handler(event, context);
  return { result, messages: produced(harness), lines: logged(harness), harness };
}

describe.each(lambdaEvents)("an event of $name", ({ toEvent }) => {
  test("a signed body is delivered byte for byte", async () => {
    const { result, messages } = await run(toEvent(pushCall));

    expect(result).toMatchObject({
      statusCode: 200,
      headers: json,
      body: expect.stringContaining('{"status":"delivered","id":"72d3162e'),
      isBase64Encoded: false,
    });
    expect(messages[0]?.value).toContain(`"data":${push.body}}`);
  });

  test.for([
    ["GET", "/", 200, '{"status":"ok"}'],
    ["HEAD", "/", 200, ""],
    ["PUT", "/github", 405, undefined],
    ["POST", "/nope", 404, undefined],
    ["POST", "/shop", 401, '{"status":"refused","reason":"unauthenticated"}'],
  ] as const)("an event with %s %s is answered %i", async ([method, path, statusCode, body]) => {
    const { result } = await run(toEvent({ ...pushCall, method, path }));

    expect(result).toMatchObject({ statusCode, body: body ?? expect.any(String) });
  });

  test("a missing body is an event without data", async () => {
    const { messages } = await run(toEvent(hookCall("")), { settings: openSource() });

    expect(messages[0]?.value).not.toMatch(/"data(_base64)?":/);
  });

  test("wrong settings are answered 500 with no details", async () => {
    const { result } = await run(toEvent(pushCall), { settings: {} });

    expect(result).toMatchObject({ statusCode: 500, body: '{"status":"failed"}' });
  });

  test("an event for bucket is answered 404 before settings are read", async () => {
    const harness = createHarness();

    const result = await openAdapters(bucket, harness).handler(toEvent(pushCall));

    expect(result).toMatchObject({ statusCode: 404 });
    expect(logged(harness)).toMatchObject([{ code: "NOT_FOUND" }]);
  });
});

describe("a load balancer", () => {
  test("a load balancer with multi-value headers gets multi-value headers", async () => {
    const { result } = await run(toMultiValueLoadBalancer({ ...pushCall, method: "PUT" }));

    expect(result["multiValueHeaders"]).toEqual({
      "content-type": ["application/json"],
      allow: ["GET, HEAD, POST"],
    });
  });

  test.for([undefined, null, {}])(
    "a load balancer with %j as multi-value headers gets none",
    async (multiValueHeaders) => {
      const { result } = await run({ ...toLoadBalancer(pushCall), multiValueHeaders });

      expect(result).toMatchObject({ statusCode: 200 });
      expect(result).not.toHaveProperty("multiValueHeaders");
    },
  );
});

describe("headers of a Lambda event", () => {
  test("repeated headers are joined", async () => {
    const event = toMultiValueLoadBalancer(hookCall("{}"));
    const multiValueHeaders = {
      "Content-Type": ["application/json"],
      "X-Part": ["a", "b"],
      "x-part": ["c"],
    };
    const settings = openSource({ key: ["header:x-part"] });

    const { messages } = await run({ ...event, multiValueHeaders }, { settings });

    expect(messages).toMatchObject([{ key: "a, b, c" }]);
  });

  test.for([null, {}, undefined, [], "", { "x-other": ["a"] }, { "x-hub-signature-256": [] }])(
    "headers are found if the multi-value form is %j",
    async (multiValueHeaders) => {
      const { result } = await run({ ...toPayloadV1(pushCall), multiValueHeaders });

      expect(result).toMatchObject({ statusCode: 200 });
    },
  );

  test.for([null, {}, { "x-other": "a" }, { "X-Hub-Signature-256": "sha256=00" }])(
    "headers are found in the multi-value form if the other form is %j",
    async (headers) => {
      const { result } = await run({ ...toPayloadV1(pushCall), headers });

      expect(result).toMatchObject({ statusCode: 200 });
    },
  );

  test("headers are the union of both forms, however they are spread and spelt", async () => {
    const names = fc.constantFrom("x-a", "x-b", "x-part");
    const spelt = names.chain((name) => fc.constantFrom(name, name.toUpperCase()));
    const single = fc.dictionary(spelt, fc.stringMatching(/^[a-z]{1,3}$/), { maxKeys: 2 });
    const several = fc.dictionary(spelt, fc.array(fc.stringMatching(/^[a-z]{1,3}$/)), {
      maxKeys: 2,
    });
    const empty = fc.constantFrom(null, undefined, {});
    const isPart = (name: string) => name.toLowerCase() === "x-part";
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(single, empty),
        fc.oneof(several, empty),
        async (headers, multiValueHeaders) => {
          const of = <T>(bag: Readonly<Record<string, T>> | null | undefined) =>
            Object.entries(bag ?? {}).flatMap(([name, value]) => (isPart(name) ? [value] : []));
          const [one, all] = [of<string>(headers), of<readonly string[]>(multiValueHeaders).flat()];
          const event = { ...toPayloadV1(hookCall("{}")), headers, multiValueHeaders };

          const { messages } = await run(event, {
            settings: openSource({ key: ["header:x-part", "const:none"] }),
          });

          // A value that is repeated counts once.
          const values = [...new Set(all.length > 0 ? all : one)];
          expect(messages).toMatchObject([{ key: values.length > 0 ? values.join(", ") : "none" }]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

// https://www.alibabacloud.com/help/en/functioncompute/fc/http-trigger-invoking-function (read 2026-12-01)
test("an event of Alibaba Cloud's HTTP trigger has its query", async () => {
  const event = {
    version: "v1",
    rawPath: "/hook",
    body: "",
    isBase64Encoded: false,
    headers: {},
    queryParameters: { user_id: "1", name: "a b" },
    requestContext: { http: { method: "GET", path: "/hook", protocol: "HTTP/1.1" } },
  };
  const settings = { ...openSource({ methods: ["GET"] }) };

  const { result, messages } = await run(Buffer.from(JSON.stringify(event)), { settings });

  expect(result).toMatchObject({ statusCode: 200 });
  expect(messages[0]?.value).toContain('"data":"user_id=1&name=a+b"');
});

describe("a body that is flagged", () => {
  test.for([true, "true", "True"])(
    "a body that %j flags as base64 is decoded",
    async (isBase64Encoded) => {
      const { result } = await run({ ...toPayloadV2(pushCall), isBase64Encoded });

      expect(result).toMatchObject({ statusCode: 200 });
    },
  );

  test.for([{ a: 1 }, ["a"], 7, false])(
    "a body that the platform parsed to %j is refused, because its bytes are gone",
    async (body) => {
      const event = { ...toPayloadV2(hookCall("")), body, isBase64Encoded: false };

      const { result, messages } = await run(event, { settings: openSource() });

      expect(result).toMatchObject({
        statusCode: 400,
        body: expect.stringContaining("the body is not text"),
      });
      expect(messages).toEqual([]);
    },
  );

  test.for(["eyJhIjoxfQ", "{}", "eyJhIjoxfQ==\n"])(
    "a body that is flagged as base64 and is %j is refused",
    async (body) => {
      const event = { ...toPayloadV2(hookCall("")), body, isBase64Encoded: true };

      const { result, messages } = await run(event, { settings: openSource() });

      expect(result).toMatchObject({ statusCode: 400 });
      expect(messages).toEqual([]);
    },
  );

  test.for([false, undefined, "false", 0])(
    "a body with the flag %j is text, even if it looks like base64",
    async (flag) => {
      const call = hookCall("", "application/octet-stream");
      const event = { ...toPayloadV2(call), body: "eyJhIjoxfQ==", isBase64Encoded: flag };

      const { messages } = await run(event, { settings: openSource() });

      expect(messages[0]?.value).toContain('"data":"eyJhIjoxfQ=="');
    },
  );

  // The signature decides, because it fits one reading only.
  test.for([
    ["false", Buffer.from(push.body).toString("base64"), false],
    ["missing", Buffer.from(push.body).toString("base64"), undefined],
    ["true", push.body, true],
  ] as const)("a signed body whose flag is wrong is accepted: %s", async ([, body, flag]) => {
    const event = { ...toPayloadV2(pushCall), body, isBase64Encoded: flag };

    const { result, messages } = await run(event);

    expect(result).toMatchObject({ statusCode: 200 });
    expect(messages[0]?.value).toContain(`"data":${push.body}}`);
  });

  test("a signed body that is neither text nor the base64 of its flag is refused as such", async () => {
    const event = { ...toPayloadV2(pushCall), body: "eyJhIjoxfQ", isBase64Encoded: true };

    expect(await run(event)).toMatchObject({
      result: { statusCode: 400, body: expect.stringContaining("not the base64 it has to be") },
      messages: [],
    });
  });

  test("the flag wins over WEBHOOK_BODY_ENCODING", async () => {
    const settings = { ...webhookSettings, WEBHOOK_BODY_ENCODING: "text" };

    expect((await run(toPayloadV2(pushCall), { settings })).result).toMatchObject({
      statusCode: 200,
    });
  });
});

describe("an event that arrives as bytes, as Function Compute's does", () => {
  test("an event of bytes is read as JSON", async () => {
    const event = Buffer.from(JSON.stringify({ ...toPayloadV2(pushCall), version: "v1" }));

    const { result, messages } = await run(event);

    expect(result).toMatchObject({ statusCode: 200 });
    expect(messages[0]?.value).toContain(`"data":${push.body}}`);
  });

  test.for(["", "no JSON", "[]", "7", "null"])(
    "an event of bytes that is %j is not an HTTP request",
    async (text) => {
      await expect(run(Buffer.from(text))).rejects.toThrow("not attempted");
    },
  );
});

describe("a Lambda context", () => {
  test.for([
    ["1,000 ms", 1_000, 1_000],
    ["60,000 ms", 60_000, 9_000],
    ["nothing", undefined, 9_000],
  ] as const)("a context with %s left limits the call", async ([, leftMs, endsAfterMs]) => {
    const context = {
      leftMs,
      getRemainingTimeInMillis() {
        return this.leftMs;
      },
    };
    const settings = { ...openSource(), DATASTREAM_ATTEMPTS_MAX: 20 };

    const { result, harness } = await run(toPayloadV2(hookCall("{}")), {
      settings,
      context,
      down: true,
    });

    expect(result).toMatchObject({ statusCode: 503 });
    const tookMs = harness.effects.now() - startMs;
    expect(tookMs).toBeLessThanOrEqual(endsAfterMs - 450);
    expect(tookMs).toBeGreaterThan(endsAfterMs - 6_000);
  });

  test("a context's request id is on each line of the log", async () => {
    const { lines } = await run(toPayloadV2(pushCall), { context: { awsRequestId: "r-77" } });

    expect(lines.map(({ invocationId }) => invocationId)).toEqual(lines.map(() => "r-77"));
  });

  test("a clock that throws does not prevent the response", async () => {
    const context = {
      getRemainingTimeInMillis: () => {
        throw new Error("no clock");
      },
    };
    stubSettings(webhookSettings);

    const reply = await openAdapters(webhook(), createHarness()).handler(
      toPayloadV2(pushCall),
      context,
    );

    expect(reply).toMatchObject({ statusCode: 200 });
  });
});
