import { describe, expect, test } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { httpAdapters, produced } from "../../support/adapters.ts";
import { type HttpCall, jsonCall } from "../../support/calls.ts";
import { answer, createHarness } from "../../support/harness.ts";
import { type Bag, streamSettings } from "../../support/settings.ts";
import { secretsInUse } from "../../support/spoken.ts";

const authorization = `Bearer ${secretsInUse.bearer}`;
const event = jsonCall("/hook", '{"n":1}', { authorization });
const asJson = { "content-type": "application/json" };
const asText = { "content-type": "text/plain; charset=utf-8" };

function settingsOf(options: Bag): Bag {
  return {
    ...streamSettings,
    WEBHOOK_SOURCES: { hook: { verifier: "bearer", ...options } },
    WEBHOOK_SECRETS: { hook: [secretsInUse.bearer] },
  };
}

describe.each(httpAdapters)("the reply through $name", ({ open }) => {
  async function ask(call: HttpCall, options: Bag, harness = createHarness()) {
    const reply = await open(webhook(), { harness, settings: settingsOf(options) }).http(call);
    return { reply, sent: produced(harness).length };
  }

  test.for([200, 202] as const)(
    "the status of a delivered event is %i with its id",
    async (status) => {
      const { reply, sent } = await ask(event, { replyStatus: status });

      expect(reply).toMatchObject({ status, headers: asJson });
      expect(JSON.parse(reply.body)).toEqual({ status: "delivered", id: expect.any(String) });
      expect(sent).toBe(1);
    },
  );

  test("the status 204 has no body", async () => {
    const { reply, sent } = await ask(event, { replyStatus: 204 });

    expect(reply).toEqual({ status: 204, headers: asJson, body: "" });
    expect(sent).toBe(1);
  });

  test.for([
    [{ filter: ["a"], type: ["const:b"], replyStatus: 202 }, 202, '{"status":"ignored"}'],
    [{ filter: ["a"], type: ["const:b"], replyStatus: 204 }, 204, ""],
  ] as const)("an event that is left out by %j gets %i", async ([options, status, body]) => {
    expect((await ask(event, options)).reply).toMatchObject({ status, body });
  });

  test("replyStatus replaces the preset's status", async () => {
    const url = "https://hooks.example.com/twilio";
    const refused = await ask(event, { verifier: "twilio", url, replyStatus: 200 });

    expect(refused.reply.status).toBe(401);
  });

  test.for([202, 204] as const)("replyStatus %i changes no other status", async (replyStatus) => {
    const options = { replyStatus };

    expect((await ask({ path: "/hook" }, options)).reply).toMatchObject({
      ...{ status: 200, body: '{"status":"ok"}' },
    });
    expect((await ask(jsonCall("/hook", "{}"), options)).reply).toMatchObject({
      ...{ status: 401, body: '{"status":"refused","reason":"unauthenticated"}' },
    });
  });

  test.for([
    ["a delivered event", event, {}, 200],
    ["an event under replyStatus 202", event, { replyStatus: 202 }, 202],
    ["an event under replyStatus 204", event, { replyStatus: 204 }, 204],
    ["an event without a proof", jsonCall("/hook", "{}"), {}, 401],
    ["an event that is too large", event, { bodyBytesMax: 1 }, 413],
    ["an event that is no JSON", { ...event, body: "{" }, { bodyType: "json" }, 400],
    ["an event that is not split", event, { split: "/a" }, 400],
    ["a GET with a query", { path: "/hook", query: "a=1" }, {}, 405],
    ["another method", { method: "PUT", path: "/hook" }, {}, 405],
    ["a health check", { path: "/hook" }, {}, 200],
  ] as const)("the reply to %s has no body under replyBody none", async (row) => {
    const [, call, options, status] = row;

    const { reply } = await ask(call, { replyBody: "none", ...options });

    expect(reply).toMatchObject({ status, headers: asText, body: "" });
  });

  test("the reply to an outage has no body under replyBody none, and asks for a retry", async () => {
    const down = createHarness({ transport: () => answer(503) });

    const { reply } = await ask(event, { replyBody: "none" }, down);

    expect(reply).toMatchObject({
      ...{ status: 503, headers: { ...asText, "retry-after": expect.any(String) }, body: "" },
    });
  });

  test("the reply to an unknown source has its body", async () => {
    const { reply } = await ask({ ...event, path: "/other" }, { replyBody: "none" });

    expect(reply).toMatchObject({ status: 404, headers: asJson });
    expect(reply.body).toContain("no such source");
  });
});
