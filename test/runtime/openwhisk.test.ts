import { describe, expect, test, vi } from "vitest";
import { bucket } from "../../lib/triggers/bucket.ts";
import { heartbeat } from "../../lib/triggers/heartbeat.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import { toMergedParameters, toPlainParameters, toRawParameters } from "../support/calls.ts";
import { githubCall, hookCall, push, pushCall } from "../support/deliveries.ts";
import { logged, openDoors, produced } from "../support/doors.ts";
import { type Bag, bucketSettings, openSource, webhookSettings } from "../support/settings.ts";
import { answer, createWorld, startMs } from "../support/world.ts";

const json = { "content-type": "application/json" };

async function run(parameters: unknown, options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options);
  const result = await openDoors(webhook, world).main(parameters);
  return { result, messages: produced(world), lines: logged(world), world };
}

describe("a web action with raw HTTP", () => {
  test("says its status even where it is 200", async () => {
    const { result } = await run(toRawParameters({ method: "GET" }, webhookSettings));

    expect(result).toEqual({ statusCode: 200, headers: json, body: { status: "ok" } });
  });

  test("answers HEAD without a body", async () => {
    const { result } = await run(toRawParameters({ method: "HEAD" }, webhookSettings));

    expect(result).toEqual({ statusCode: 200, headers: json, body: "" });
  });

  test.for([
    ["base64", toRawParameters],
    ["plain text", toPlainParameters],
  ] as const)("takes a signed body that comes as %s", async ([, toParameters]) => {
    const { result, messages } = await run(toParameters(pushCall, webhookSettings));

    expect(result).toMatchObject({ statusCode: 200, body: { status: "delivered" } });
    expect(messages[0]?.value).toContain(`"data":${push.body}}`);
  });

  test("takes text that is signed and looks like base64 as the text that was signed", async () => {
    const signature = "sha256=c4f4caa2f0f164d3a37728591682d012695bf07f4f0d8f639a6f202c90a181dc";
    const call = githubCall("eyJhIjoxfQ==", signature);
    const headers = { ...call.headers, "content-type": "application/octet-stream" };

    const { messages } = await run(toPlainParameters({ ...call, headers }, webhookSettings));

    expect(messages[0]?.value).toContain('"data":"eyJhIjoxfQ=="}');
  });

  test("takes a text type that comes as base64 where the signature fits only that", async () => {
    const signature = "sha256=d1225ed725183cb07674a0017036b500d61c404a213aa7b9238c1aed5e7a56df";
    const call = githubCall('{"a":1}', signature);
    const headers = { ...call.headers, "content-type": "text/plain" };

    const { messages } = await run(toRawParameters({ ...call, headers }, webhookSettings));

    expect(messages[0]?.value).toContain('"data":"{\\"a\\":1}"}');
  });

  test.for([
    // Without a signature: base64 of JSON, JSON as it is, and text that happens to be base64.
    ["application/json", "eyJhIjoxfQ==", '"data":{"a":1}'],
    ["application/json", '{"a":1}', '"data":{"a":1}'],
    ["application/json", "1234", '"data":1234'],
    ["text/plain", "eyJhIjoxfQ==", '"data":"eyJhIjoxfQ=="'],
    ["application/octet-stream", "eyJhIjoxfQ==", '"data":"{\\"a\\":1}"'],
    ["application/octet-stream", "//4AAQ==", '"data_base64":"//4AAQ=="'],
    ["application/octet-stream", "//4AAQ=", '"data":"//4AAQ="'],
  ] as const)("reads an unsigned %s body %s as %s", async ([type, body, data]) => {
    const parameters = { ...toRawParameters(hookCall("", type), openSource()), __ow_body: body };

    const { messages } = await run(parameters);

    expect(messages[0]?.value.endsWith(`,${data}}`)).toBe(true);
  });

  test.for([
    ["base64", "eyJhIjoxfQ==", 200, '"data":"{\\"a\\":1}"'],
    ["base64", "eyJhIjoxfQ", 400, undefined],
    ["base64", '{"a":1}', 400, undefined],
    ["text", "eyJhIjoxfQ==", 200, '"data":"eyJhIjoxfQ=="'],
  ] as const)("with WEBHOOK_BODY_ENCODING %s and %s answers %i", async (given) => {
    const [encoding, body, statusCode, data] = given;
    const settings = { ...openSource(), WEBHOOK_BODY_ENCODING: encoding };
    const call = hookCall("", encoding === "text" ? "application/octet-stream" : "text/plain");

    const { result, messages } = await run({ ...toRawParameters(call, settings), __ow_body: body });

    expect(result).toMatchObject({ statusCode });
    expect(messages.map(({ value }) => value.includes(data ?? ""))).toEqual(
      data === undefined ? [] : [true],
    );
  });

  test("measures a body whose reading is not decided by a signature as what it is taken for", async () => {
    const settings = openSource({ bodyBytesMax: 10 });
    const call = hookCall("eyJhIjoxfQ==", "text/plain");

    const { result } = await run(toPlainParameters(call, settings));

    expect(result).toMatchObject({ statusCode: 413 });
  });

  test.for(["X-HUB-SIGNATURE-256", "x-hub-signature-256", "X-Hub-Signature-256"])(
    "finds the header %s",
    async (name) => {
      const headers = { "Content-Type": "application/json", [name]: push.signature };

      const { result } = await run(toRawParameters({ ...pushCall, headers }, webhookSettings));

      expect(result).toMatchObject({ statusCode: 200 });
    },
  );

  test("whose query text is empty is still raw", async () => {
    const parameters = { ...toRawParameters(pushCall, webhookSettings), __ow_query: "" };

    expect((await run(parameters)).result).toMatchObject({ statusCode: 200 });
  });
});

describe("a web action without raw HTTP", () => {
  const types = ["application/json", "application/x-www-form-urlencoded", "text/plain", ""];
  const bodyOf: Bag = { "application/json": "{}", "application/x-www-form-urlencoded": "a=1" };

  describe.each(types)("with a body of type %j", (type) => {
    const body = String(bodyOf[type] ?? "");
    const call = { ...pushCall, body, headers: { "content-type": type } };

    test.for([
      ["good settings", webhookSettings],
      ["no settings", {}],
      ["broken settings", { WEBHOOK_SOURCES: "{", LOG_LEVEL: 7, DATASTREAM_TOPICS: "x" }],
    ] as const)("and %s answers 500, names raw-http and sends nothing", async ([, settings]) => {
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
    });
  });

  test("answers so for GET too, and for a query that was parsed", async () => {
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
  ] as const)("is %s", async ([, deadline, endsAfterMs]) => {
    vi.stubEnv("__OW_DEADLINE", deadline);
    const settings = { ...openSource(), DATASTREAM_ATTEMPTS_MAX: 20 };

    const { result, world } = await run(toRawParameters(hookCall("{}"), settings), down);

    expect(result).toMatchObject({ statusCode: 503 });
    const tookMs = world.effects.now() - startMs;
    expect(tookMs).toBeLessThanOrEqual(endsAfterMs - 450);
    expect(tookMs).toBeGreaterThan(endsAfterMs - 6_000);
    expect(world.requests.at(-1)?.timeoutMs).toBeLessThanOrEqual(endsAfterMs - 250 - tookMs);
  });

  test("that is over leaves nothing to attempt", async () => {
    vi.stubEnv("__OW_DEADLINE", String(startMs + 100));

    const { result, messages, lines } = await run(toRawParameters(hookCall("{}"), openSource()));

    expect(result).toMatchObject({ statusCode: 503, headers: { "retry-after": "10" } });
    expect(messages).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ level: "error", ending: "notAttempted" });
  });
});

test("an activation's id stands on each of its lines", async () => {
  vi.stubEnv("__OW_ACTIVATION_ID", "a-77");
  const { lines } = await run(toRawParameters(pushCall, webhookSettings));

  expect(lines.map(({ invocationId }) => invocationId)).toEqual(lines.map(() => "a-77"));
});

describe("the wrong door", () => {
  test.for([
    ["bucket", bucket, bucketSettings],
    ["bucket with broken settings", bucket, { BUCKET_KEY: "x" }],
  ] as const)("of %s is 404 over HTTP, raw or not", async ([, trigger, settings]) => {
    const world = createWorld();
    const { main } = openDoors(trigger, world);
    const call = { ...hookCall('{"object_name":"a.txt"}'), path: "/" };

    const raw = await main(toRawParameters(call, settings));
    const merged = await main(toMergedParameters(call, settings));

    expect([raw, merged]).toMatchObject([{ statusCode: 404 }, { statusCode: 404 }]);
    expect(produced(world)).toEqual([]);
  });

  test("of heartbeat is 404 over HTTP", async () => {
    const world = createWorld();

    const result = await openDoors(heartbeat, world).main(toRawParameters({ method: "GET" }));

    expect(result).toMatchObject({ statusCode: 404 });
  });

  test("of webhook is an error where the call is not HTTP", async () => {
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
      error: "WRONG_DOOR: 0 refused, 1 failed, 0 not attempted",
    });
    expect(lines).toMatchObject([{ level: "error", code: "WRONG_DOOR" }]);
  });
});
