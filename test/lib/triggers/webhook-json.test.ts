import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { httpAdapters, produced } from "../../support/adapters.ts";
import { bodies } from "../../support/bytes.ts";
import type { HttpCall } from "../../support/calls.ts";
import { hookCall } from "../../support/deliveries.ts";
import { createHarness } from "../../support/harness.ts";
import { openSource } from "../../support/settings.ts";

const selectors = {
  ...{ key: ["body:/repo"], type: ["body:/event"], subject: ["body:/n"] },
  filter: ["push"],
};
const body = '{"repo":"octo","event":"push","n":12345678901234567890}';
const found = { type: "push", partitionkey: "octo", subject: "12345678901234567890" };

describe.each(httpAdapters)("JSON through $name", ({ open }) => {
  async function deliver(call: HttpCall, options = {}) {
    const harness = createHarness();
    const reply = await open(webhook(), { harness, settings: openSource(options) }).http(call);
    const events = produced(harness).map(({ value }) => JSON.parse(value) as unknown);
    return { status: reply.status, body: reply.body, events };
  }

  test.for([
    "application/json",
    "application/json, application/json",
    "text/json",
    "APPLICATION/VND.API+JSON; charset=utf-8",
    // Amazon SNS sends its JSON with this type.
    "text/plain; charset=UTF-8",
    "application/x-www-form-urlencoded",
    "",
  ])("JSON of the type %j is read by selectors and filter", async (type) => {
    const { events } = await deliver(hookCall(body, type), selectors);

    expect(events).toMatchObject([found]);
  });

  // GitHub docs, "Creating webhooks": the form has the JSON payload as the parameter `payload`.
  test("JSON in the payload of a form is read by selectors and filter, and the form is the data", async () => {
    const form = `payload=${encodeURIComponent(body)}`;

    const { events } = await deliver(
      hookCall(form, "application/x-www-form-urlencoded"),
      selectors,
    );

    expect(events).toMatchObject([
      { ...found, datacontenttype: "application/x-www-form-urlencoded", data: form },
    ]);
  });

  test("JSON with a text type is split into elements that are JSON", async () => {
    const { events } = await deliver(hookCall('{"events":[{"id":1},2]}', "text/plain"), {
      split: "/events",
    });

    expect(events).toMatchObject([
      { datacontenttype: "application/json", data: { id: 1 } },
      { datacontenttype: "application/json", data: 2 },
    ]);
  });

  test("JSON of a JSON sender has the same id, type and key with any content type", async () => {
    const messages = [];
    for (const type of [
      "application/json",
      "text/plain",
      "application/x-www-form-urlencoded",
      "",
    ]) {
      const { events } = await deliver(hookCall(body, type), { ...selectors, bodyType: "json" });
      messages.push(...events);
    }

    expect(messages).toHaveLength(4);
    expect(messages).toEqual(Array(4).fill(messages[0]));
  });

  test("a body of a JSON sender that is not JSON is refused", async () => {
    const reply = await deliver(hookCall("a=1", "text/plain"), { bodyType: "json" });

    expect(reply).toMatchObject({ status: 400, events: [] });
  });

  test("any body of any type is read by selectors without an exception", async () => {
    const types = fc.oneof(
      fc.constantFrom("application/json", "text/plain", "application/x-www-form-urlencoded", ""),
      fc.stringMatching(/^[!-~ ]{0,40}$/),
    );
    const any = fc.oneof(
      bodies,
      fc.json().map((text) => Buffer.from(text)),
      fc.string().map((text) => Buffer.from(`payload=${text}`)),
    );
    await fc.assert(
      fc.asyncProperty(any, types, async (bytes, type) => {
        const { status } = await deliver(hookCall(bytes, type), { ...selectors, filter: ["*"] });

        expect([200, 400]).toContain(status);
      }),
    );
  });
});

test.for([
  ...["stripe", "paddle", "line", "telegram", "discord", "zoom", "pagerduty", "linear", "portone"],
  "naver-works",
  ...["meta", "toss", "chzzk"],
])("bodies of %s are JSON by its preset", (verifier) => {
  const parsed = webhook().parse({
    WEBHOOK_SOURCES: { hook: { verifier }, open: { verifier: "none" } },
    WEBHOOK_SECRETS: { hook: [secretOf(verifier)], ...tokensOf(verifier) },
  });

  const sources = parsed.ok ? [...parsed.value.byName.values()] : [];
  expect(sources.map(({ bodyType }) => bodyType)).toEqual(["json", "auto"]);
});

/** Meta's preset has a challenge, whose secret is its own. */
function tokensOf(verifier: string): Readonly<Record<string, readonly string[]>> {
  return verifier === "meta" ? { "hook.verifyToken": ["a token of twenty letters"] } : {};
}

function secretOf(verifier: string): string {
  const others: Record<string, string> = { discord: "00".repeat(32), portone: "whsec_aGVsbG8=" };
  return others[verifier] ?? "a secret of twenty letters";
}
