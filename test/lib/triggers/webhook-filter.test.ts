import { describe, expect, test } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { httpAdapters, logged, produced } from "../../support/adapters.ts";
import type { HttpCall } from "../../support/calls.ts";
import { githubCall, hookCall, push, pushCall } from "../../support/deliveries.ts";
import { createHarness } from "../../support/harness.ts";
import { type Bag, openSource, streamSettings } from "../../support/settings.ts";
import { sourceProblems } from "../../support/sources.ts";
import { secretsInUse } from "../../support/spoken.ts";

const ignored = '{"status":"ignored"}';

function githubSource(options: Bag): Bag {
  return {
    ...streamSettings,
    WEBHOOK_SOURCES: { github: { verifier: "github", ...options } },
    WEBHOOK_SECRETS: { github: [secretsInUse.github] },
  };
}

describe.each(httpAdapters)("a filtered webhook through $name", ({ open }) => {
  async function send(call: HttpCall, settings: Bag) {
    const harness = createHarness();
    const { status, body } = await open(webhook(), { harness, settings }).http(call);
    return { status, body, values: produced(harness).map(({ value }) => value), harness };
  }

  test.for([
    [["com.github.push"]],
    [["push"]],
    [["pu*"]],
    [["push*"]],
    [["com.github.*"]],
    [["*"]],
    [["issues", "push"]],
  ] as const)("a GitHub push is sent with the filter %j", async ([filter]) => {
    const { status, values } = await send(pushCall, githubSource({ filter }));

    expect(status).toBe(200);
    expect(values.map((value) => JSON.parse(value).type)).toEqual(["com.github.push"]);
  });

  test.for([
    [["com.github.pull_request"]],
    [["issues", "ping"]],
    [["pus"]],
    [["Push"]],
    [["push "]],
    [["github.*"]],
    [["p*h"]],
    [["com.github.pushed*"]],
    [["com.github"]],
  ] as const)("a GitHub push is ignored with the filter %j", async ([filter]) => {
    const { status, body, values, harness } = await send(pushCall, githubSource({ filter }));

    expect({ status, body, values }).toEqual({ status: 200, body: ignored, values: [] });
    expect(logged(harness).at(-1)).toMatchObject({
      level: "info",
      ending: "ignored",
      reason: "the source's filter leaves its type out",
      ignored: 1,
      delivered: 0,
    });
  });

  test("the filter uses the type that the source says instead of the provider's", async () => {
    const options = { type: ["const:code.changed"] };

    const wanted = await send(pushCall, githubSource({ ...options, filter: ["code.*"] }));
    const others = await send(pushCall, githubSource({ ...options, filter: ["push", "com.*"] }));

    expect(wanted.values).toHaveLength(1);
    expect(others).toMatchObject({ status: 200, body: ignored, values: [] });
  });

  test.for([
    ["webhook.received", 1],
    ["webhook.*", 1],
    ["received", 0],
    ["push", 0],
  ] as const)(
    "a delivery without a type is webhook.received, and %s accepts %i",
    async ([one, count]) => {
      const { status, values } = await send(hookCall("{}"), openSource({ filter: [one] }));

      expect({ status, count: values.length }).toEqual({ status: 200, count });
    },
  );

  test.for([
    ["a control character", "order.\u0001"],
    ["half a character", "order.\ud800"],
    ["more characters than a type may have", `order.${"x".repeat(600)}`],
  ] as const)("a filter sees the sender's own word if that has %s", async ([, word]) => {
    const options = { type: ["body:/type"] };
    const call = hookCall(JSON.stringify({ type: word }));

    const byStart = await send(call, openSource({ ...options, filter: ["order.*"] }));
    const whole = await send(call, openSource({ ...options, filter: [word] }));
    const others = await send(call, openSource({ ...options, filter: ["user.*"] }));

    expect([byStart, whole, others].map(({ values }) => values.length)).toEqual([1, 1, 0]);
  });

  describe("a split delivery", () => {
    const body = '{"events":[{"t":"a","n":1},{"t":"b","n":2},{"n":3},{"t":"a","n":4}]}';
    const options = { split: "/events", type: ["element:/t"], id: ["call"], value: "raw" };

    test("accepted elements are sent under their own index, and the others are counted as ignored", async () => {
      const settings = openSource({ ...options, filter: ["a"] });

      const { body: reply, values, harness } = await send(hookCall(body), settings);

      expect(values).toEqual(['{"t":"a","n":1}', '{"t":"a","n":4}']);
      expect(JSON.parse(reply)).toEqual({
        status: "delivered",
        count: 2,
        ids: ["id-2#0", "id-2#3"],
      });
      expect(logged(harness).at(-1)).toMatchObject({ delivered: 2, ignored: 2, refused: 0 });
    });

    test("a delivery without accepted elements is ignored", async () => {
      const {
        status,
        body: reply,
        values,
        harness,
      } = await send(hookCall(body), openSource({ ...options, filter: ["c"] }));

      expect({ status, reply, values }).toEqual({ status: 200, reply: ignored, values: [] });
      expect(logged(harness).at(-1)).toMatchObject({ ending: "ignored", ignored: 4 });
    });
  });

  describe("a filtered-out delivery", () => {
    const filter = ["nothing.like.it"];
    const noUtf8 = Buffer.from([0xff, 0xfe]);
    const raw = openSource({ filter, value: "raw" });

    test.for([
      ["its size", hookCall("[1,2]"), openSource({ filter, bodyBytesMax: 4 }), 413],
      ["its signature", githubCall(`${push.body} `, push.signature), githubSource({ filter }), 401],
      ["its JSON", hookCall("{"), openSource({ filter }), 400],
      ["its text", hookCall(noUtf8, "application/octet-stream"), raw, 415],
      ["its array", hookCall("{}"), openSource({ filter, split: "/a" }), 400],
    ] as const)(
      "a filtered-out delivery is still checked: %s",
      async ([, call, settings, expected]) => {
        const { status, values } = await send(call, settings);

        expect({ status, values }).toEqual({ status: expected, values: [] });
      },
    );
  });

  test("a wrong filter is a problem of the settings, in the log only", async () => {
    const { status, body, values, harness } = await send(
      hookCall("{}"),
      openSource({ filter: [] }),
    );

    expect({ status, body, values }).toEqual({
      status: 500,
      body: '{"status":"failed"}',
      values: [],
    });
    expect(logged(harness).at(-1)).toMatchObject({
      code: "BAD_SETTINGS",
      reason: "WEBHOOK_SOURCES hook.filter must be a list of event types",
    });
  });
});

describe("a filter", () => {
  test.for([
    ["an empty list", []],
    ["a list with an empty text", ["push", ""]],
    ["a list with a number", ["push", 1]],
    ["a list with a list", [["push"]]],
    ["a list with null", [null]],
    ["text", "push"],
    ["an object", { 0: "push" }],
    ["a number", 1],
    ["true", true],
  ] as const)("a filter that is %s is a problem", ([, filter]) => {
    expect(sourceProblems({ hook: { verifier: "none", filter } })).toEqual([
      "WEBHOOK_SOURCES hook.filter must be a list of event types",
    ]);
  });
});
