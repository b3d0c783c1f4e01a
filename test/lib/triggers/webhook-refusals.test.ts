import { describe, expect, test, vi } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { httpAdapters, logged, produced } from "../../support/adapters.ts";
import type { HttpCall } from "../../support/calls.ts";
import { githubCall, hookCall, push, pushCall, shopCall } from "../../support/deliveries.ts";
import { createHarness } from "../../support/harness.ts";
import { type Bag, openSource, streamSettings, webhookSettings } from "../../support/settings.ts";
import { secretsInUse } from "../../support/spoken.ts";

const json = { "content-type": "application/json" };
const unauthenticated = {
  status: 401,
  headers: json,
  body: '{"status":"refused","reason":"unauthenticated"}',
};

describe.each(httpAdapters)("a webhook through $name", ({ open }) => {
  async function ask(call: HttpCall, settings: Bag = webhookSettings) {
    const harness = createHarness();
    const reply = await open(webhook(), { harness, settings }).http(call);
    return { ...reply, messages: produced(harness).length };
  }

  test("the log says which source refused, and why", async () => {
    const harness = createHarness();

    await open(webhook(), { harness, settings: webhookSettings }).http({
      ...pushCall,
      headers: json,
    });

    expect(logged(harness)).toMatchObject([
      {
        code: "UNAUTHENTICATED",
        reason: "source github: the header x-hub-signature-256 is missing",
      },
    ]);
  });

  test.for([
    ["GET", "/open"],
    ["HEAD", "/github"],
    ["GET", ""],
    ["HEAD", "/"],
  ] as const)("a health check of %s %s is ok and sends nothing", async ([method, path]) => {
    const reply = await ask({ method, path, headers: json });

    const body = method === "HEAD" ? "" : '{"status":"ok"}';
    expect(reply).toEqual({ status: 200, headers: json, body, messages: 0 });
  });

  test.for(["GET", "HEAD"])("an unknown source is not found by %s", async (method) => {
    expect(await ask({ method, path: "/nope" })).toMatchObject({ status: 404, messages: 0 });
  });

  test("a body with a wrong signature is not parsed", async () => {
    const parse = vi.spyOn(JSON, "parse");
    const body = '{"canary":"never parsed"}';

    const reply = await ask(githubCall(body, `sha256=${"0".repeat(64)}`));

    expect(reply.status).toBe(401);
    expect(parse.mock.calls.map(([text]) => text)).not.toContain(body);
  });

  test.for(["PUT", "DELETE", "PATCH", "OPTIONS", "REPORT"])(
    "a delivery with %s is refused",
    async (method) => {
      const reply = await ask({ ...pushCall, method });

      expect(reply).toMatchObject({
        status: 405,
        headers: { ...json, allow: "GET, HEAD, POST" },
        messages: 0,
      });
    },
  );

  test.for([
    "/",
    "",
    "/nope",
    "/github/nope",
    "/GitHub",
    "/constructor",
    "/__proto__",
    "/toString",
  ])("the path %j reaches no source", async (path) => {
    const reply = await ask({ ...pushCall, path });

    expect(reply).toMatchObject({ status: 404, messages: 0 });
  });

  test.for(["/github", "/github/", "/default/hooks/github", "github"])(
    "the last segment of %j is the source",
    async (path) => {
      expect(await ask({ ...pushCall, path })).toMatchObject({ status: 200, messages: 1 });
    },
  );

  test.for(["", "/", "//"])("the path %j reaches the only source", async (path) => {
    expect(await ask({ ...hookCall("{}"), path }, openSource())).toMatchObject({ status: 200 });
  });

  test("a delivery over the source's limit is refused with the limit", async () => {
    const settings = openSource({ bodyBytesMax: 10 });

    const reply = await ask(hookCall('"23456789a"'), settings);

    expect(reply).toEqual({
      status: 413,
      headers: json,
      body: '{"status":"refused","reason":"the body is over 10 bytes (bodyBytesMax)"}',
      messages: 0,
    });
    expect(await ask(hookCall('"23456789"'), settings)).toMatchObject({ status: 200 });
  });

  test("the limit counts bytes, not characters", async () => {
    const settings = openSource({ bodyBytesMax: 4 });

    expect(await ask(hookCall('"é"'), settings)).toMatchObject({ status: 200 });
    expect(await ask(hookCall('"한"'), settings)).toMatchObject({ status: 413 });
  });

  test.for([
    ["no signature", { ...pushCall, headers: json }],
    ["a wrong signature", githubCall(push.body, push.signature.replace("c553", "c554"))],
    ["a signature of other bytes", githubCall(`${push.body} `, push.signature)],
    ["a short signature", githubCall(push.body, push.signature.slice(0, -2))],
    ["another source's proof", { ...pushCall, path: "/shop" }],
    ["no token", { ...pushCall, path: "/alerts" }],
  ] as const)("a delivery with %s is refused without a hint", async ([, call]) => {
    expect(await ask(call)).toEqual({ ...unauthenticated, messages: 0 });
  });

  test.for([
    ["shop", shopCall("{}", "c7ebf42995c0835cfe4989c686eeb0cfba72a455d226c626821c0ba41b98d92d")],
    [
      "alerts",
      {
        ...hookCall("{}"),
        path: "/alerts",
        headers: { ...json, AUTHORIZATION: `Bearer ${secretsInUse.bearer}` },
      },
    ],
  ] as const)("a verified delivery to %s is sent", async ([, call]) => {
    expect(await ask(call)).toMatchObject({ status: 200, messages: 1 });
  });

  test("a body that is not JSON is refused with a JSON type", async () => {
    const signature = "c37daacb6ffa17713de3fff7a923ad431595de867e041593636f552bc00b4b67";

    const reply = await ask(shopCall('{"a":', signature));

    expect(reply).toMatchObject({
      status: 400,
      body: '{"status":"refused","reason":"the body is not JSON in UTF-8"}',
      messages: 0,
    });
  });

  describe("the order of checks", () => {
    const settings = {
      ...streamSettings,
      WEBHOOK_SOURCES: { shop: { verifier: "hmac", header: "x-sig", bodyBytesMax: 5 } },
      WEBHOOK_SECRETS: { shop: [secretsInUse.hmac] },
    };
    const unsigned = { method: "POST", path: "/shop", body: "{", headers: json };
    const signature = "b89d0017866dbe87625a3cbc329118909fdb76ad0354ab52927055bbc20260f2";

    test.for([
      ["verb", { ...unsigned, method: "PUT", path: "/nope", body: "{{{{{{" }, 405],
      ["source", { ...unsigned, path: "/nope", body: "{{{{{{" }, 404],
      ["method", { ...unsigned, method: "GET", query: "a=1", body: "{{{{{{" }, 405],
      ["size", { ...unsigned, body: "{{{{{{" }, 413],
      ["signature", unsigned, 401],
      ["content", { ...unsigned, headers: { ...json, "x-sig": signature } }, 400],
    ] as const)("the check of the %s precedes all later checks", async ([, call, status]) => {
      expect(await ask(call, settings)).toMatchObject({ status, messages: 0 });
    });
  });
});
