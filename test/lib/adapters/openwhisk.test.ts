import { describe, expect, test, vi } from "vitest";
import { bucket } from "../../../lib/triggers/bucket.ts";
import { heartbeat } from "../../../lib/triggers/heartbeat.ts";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { logged, openAdapters, produced } from "../../support/adapters.ts";
import { toMergedParameters, toRawParameters } from "../../support/calls.ts";
import { hookCall, push, pushCall } from "../../support/deliveries.ts";
import { answer, createHarness, startMs } from "../../support/harness.ts";
import { type Bag, bucketSettings, openSource, webhookSettings } from "../../support/settings.ts";

const json = { "content-type": "application/json" };

async function run(parameters: unknown, options: Parameters<typeof createHarness>[0] = {}) {
  const harness = createHarness(options);
  const result = await openAdapters(webhook(), harness).main(parameters);
  return { result, messages: produced(harness), lines: logged(harness), harness };
}

describe("a web action with raw HTTP", () => {
  test("the result has its status even if it is 200", async () => {
    const { result } = await run(toRawParameters({ method: "GET" }, webhookSettings));

    expect(result).toEqual({ statusCode: 200, headers: json, body: { status: "ok" } });
  });

  test("the response to HEAD has no body", async () => {
    const { result } = await run(toRawParameters({ method: "HEAD" }, webhookSettings));

    expect(result).toEqual({ statusCode: 200, headers: json, body: "" });
  });

  test.for(["X-HUB-SIGNATURE-256", "x-hub-signature-256", "X-Hub-Signature-256"])(
    "the header %s is found",
    async (name) => {
      const headers = { "Content-Type": "application/json", [name]: push.signature };

      const { result } = await run(toRawParameters({ ...pushCall, headers }, webhookSettings));

      expect(result).toMatchObject({ statusCode: 200 });
    },
  );

  test("an empty query text still means raw HTTP", async () => {
    const parameters = { ...toRawParameters(pushCall, webhookSettings), __ow_query: "" };

    expect((await run(parameters)).result).toMatchObject({ statusCode: 200 });
  });
});

describe("a web action without raw HTTP", () => {
  const types = ["application/json", "application/x-www-form-urlencoded", "text/plain", ""];
  const bodyOf: Bag = { "application/json": "{}", "application/x-www-form-urlencoded": "a=1" };

  describe.each(types)("a body of type %j", (type) => {
    const body = String(bodyOf[type] ?? "");
    const call = { ...pushCall, body, headers: { "content-type": type } };

    test.for([
      ["good settings", webhookSettings],
      ["no settings", {}],
      ["broken settings", { WEBHOOK_SOURCES: "{", LOG_LEVEL: 7, DATASTREAM_TOPICS: "x" }],
    ] as const)(
      "a call with %s is answered 500, which names raw-http and sends nothing",
      async ([, settings]) => {
        const { result, messages, lines } = await run({
          ...toMergedParameters(call, settings),
          __ow_body: body,
        });

        expect(result).toMatchObject({
          statusCode: 500,
          body: { status: "failed", reason: expect.stringContaining("raw-http") },
        });
        expect(messages).toEqual([]);
        expect(lines).toMatchObject([{ level: "error", code: "RAW_HTTP_OFF" }]);
      },
    );
  });

  test("a GET, and a parsed query, are answered 500 too", async () => {
    const merged = toMergedParameters({ method: "GET" }, webhookSettings);

    expect((await run(merged)).result).toMatchObject({ statusCode: 500 });
    expect((await run({ ...merged, __ow_query: { a: "1" } })).result).toMatchObject({
      statusCode: 500,
    });
  });
});

describe("an action's deadline", () => {
  const down = { transport: () => answer(503), random: 0.999 };

  test.for([
    ["the platform's, less a reserve, where it comes first", String(startMs + 1_000), 1_000],
    ["our own, where the platform has none", "", 9_000],
    ["our own, where the platform's is no time", "soon", 9_000],
    ["our own, where it comes first", String(startMs + 60_000), 9_000],
  ] as const)("the deadline is %s", async ([, deadline, endsAfterMs]) => {
    vi.stubEnv("__OW_DEADLINE", deadline);
    const settings = { ...openSource(), DATASTREAM_ATTEMPTS_MAX: 20 };

    const { result, harness } = await run(toRawParameters(hookCall("{}"), settings), down);

    expect(result).toMatchObject({ statusCode: 503 });
    const tookMs = harness.effects.now() - startMs;
    expect(tookMs).toBeLessThanOrEqual(endsAfterMs - 450);
    expect(tookMs).toBeGreaterThan(endsAfterMs - 6_000);
    expect(harness.requests.at(-1)?.timeoutMs).toBeLessThanOrEqual(endsAfterMs - 250 - tookMs);
  });

  test("a deadline that is over leaves no attempt", async () => {
    vi.stubEnv("__OW_DEADLINE", String(startMs + 100));

    const { result, messages, lines } = await run(toRawParameters(hookCall("{}"), openSource()));

    expect(result).toMatchObject({ statusCode: 503, headers: { "retry-after": "10" } });
    expect(messages).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ level: "error", ending: "notAttempted" });
  });
});

test("the activation id is on each line of the log", async () => {
  vi.stubEnv("__OW_ACTIVATION_ID", "a-77");
  const { lines } = await run(toRawParameters(pushCall, webhookSettings));

  expect(lines.map(({ invocationId }) => invocationId)).toEqual(lines.map(() => "a-77"));
});

describe("a wrong kind of call", () => {
  test.for([
    ["bucket", bucket, bucketSettings],
    ["bucket with broken settings", bucket, { BUCKET_KEY: "x" }],
  ] as const)(
    "a call of %s over HTTP is answered 404, raw or not",
    async ([, trigger, settings]) => {
      const harness = createHarness();
      const { main } = openAdapters(trigger, harness);
      const call = { ...hookCall('{"object_name":"a.txt"}'), path: "/" };

      const raw = await main(toRawParameters(call, settings));
      const merged = await main(toMergedParameters(call, settings));

      expect([raw, merged]).toMatchObject([{ statusCode: 404 }, { statusCode: 404 }]);
      expect(produced(harness)).toEqual([]);
    },
  );

  test("a call of heartbeat over HTTP is answered 404", async () => {
    const harness = createHarness();

    const result = await openAdapters(heartbeat, harness).main(toRawParameters({ method: "GET" }));

    expect(result).toMatchObject({ statusCode: 404 });
  });

  test("a call of webhook without HTTP is an error", async () => {
    const { result, lines } = await run({ object_name: "a.txt" });

    expect(result).toEqual({
      delivered: 0,
      stored: 0,
      ignored: 0,
      refused: 0,
      failed: 1,
      notAttempted: 0,
      attempts: 0,
      uncertain: 0,
      neverSent: 0,
      error: "WRONG_DOOR: 0 refused, 1 failed, 0 not attempted",
    });
    expect(lines).toMatchObject([{ level: "error", code: "WRONG_DOOR" }]);
  });
});
