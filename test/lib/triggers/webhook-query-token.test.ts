import { describe, expect, test } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { httpAdapters, logged, produced } from "../../support/adapters.ts";
import { type HttpCall, jsonCall } from "../../support/calls.ts";
import { createHarness } from "../../support/harness.ts";
import { type Bag, streamSettings } from "../../support/settings.ts";
import { sourceProblems } from "../../support/sources.ts";
import { secretsInUse } from "../../support/spoken.ts";

const { token, provider } = secretsInUse;

function settingsOf(options: Bag = {}): Bag {
  return {
    ...streamSettings,
    // https://developers.channel.io/docs/getting-started-1: POST …?token=TOKEN_VALUE
    WEBHOOK_SOURCES: { channel: { verifier: "token", query: "token", ...options } },
    WEBHOOK_SECRETS: { channel: [token, provider] },
  };
}

const body = '{"event":"push","type":"message","entity":{"id":"1","chatId":"c1"}}';
const post: HttpCall = { ...jsonCall("/channel", body), query: `token=${token}` };

describe.each(httpAdapters)("a token in the query through $name", ({ open }) => {
  async function ask(call: HttpCall, settings = settingsOf()) {
    const harness = createHarness();
    const { status } = await open(webhook(), { harness, settings }).http(call);
    return { status, sent: produced(harness), lines: logged(harness) };
  }

  test.for([
    ["first", token, 1],
    ["second", provider, 2],
  ] as const)("a delivery with the %s secret is sent", async ([, secret, place]) => {
    const { status, sent, lines } = await ask({ ...post, query: `a=1&token=${secret}` });

    expect(status).toBe(200);
    expect(sent.map(({ value }) => JSON.parse(value).data)).toEqual([JSON.parse(body)]);
    expect(JSON.stringify(lines)).toContain(`source channel verified by secret ${place} of 2`);
  });

  // openssl rand -base64 24. In a query "+" means a blank, and senders send the URL as it was pasted.
  test.for([
    "kD+3/aZ+q0b1c2d3e4f5g6h7",
    "kD%2B3/aZ%2Bq0b1c2d3e4f5g6h7",
    "kD+3/aZ%2Bq0b1c2d3e4f5g6h7",
  ])("a token in base64 fits as it is and encoded: %s", async (given) => {
    const settings = {
      ...settingsOf(),
      WEBHOOK_SECRETS: { channel: [token, "kD+3/aZ+q0b1c2d3e4f5g6h7"] },
    };

    expect(await ask({ ...post, query: `token=${given}` }, settings)).toMatchObject({
      ...{ status: 200, sent: [{}] },
    });
  });

  test.for([
    ["another", "token=canary-other"],
    ["a shorter", `token=${token.slice(0, -1)}`],
    ["an empty", "token="],
    ["no", ""],
    ["a doubled", `token=${token}&token=${token}`],
    ["another parameter's", `key=${token}`],
  ] as const)("a delivery with %s token is refused", async ([, query]) => {
    expect(await ask({ ...post, query })).toMatchObject({ status: 401, sent: [] });
  });

  // The token stands in every request to its URL, so it does not tell an event from a challenge.
  test.for([
    ["microsoft", { ...post, body: "", query: `token=${token}&validationToken=abc%20d` }, "abc d"],
    ["json", { ...post, body: '{"challenge":"a","type":"url_verification"}' }, '{"challenge":"a"}'],
  ] as const)("a challenge of %s with the token is answered", async ([challenge, call, body]) => {
    const harness = createHarness();
    const settings = settingsOf({ challenge });
    const reply = await open(webhook(), { harness, settings }).http(call);

    expect(reply).toMatchObject({ status: 200, body });
    expect(produced(harness)).toEqual([]);
    expect(await ask(post, settings)).toMatchObject({ status: 200, sent: [{}] });
    expect(await ask({ ...post, query: "token=b" }, settings)).toMatchObject({ status: 401 });
  });

  test("a GET is refused, because its query would go onto the topic", async () => {
    const get = { path: "/channel", query: `token=${token}` };

    expect(await ask(get)).toMatchObject({ status: 405, sent: [] });
    expect(await ask(get, settingsOf({ methods: ["GET", "POST"] }))).toMatchObject({
      ...{ status: 401, sent: [] },
    });
  });
});

test.for([
  [{}, "header is required, or query"],
  [{ header: "x-a", query: "token" }, "query excludes header: set one"],
  [{ query: "" }, "query must be the name of a query's parameter"],
  [{ query: "a b" }, "query must be the name of a query's parameter"],
  [{ query: "a".repeat(101) }, "query must be the name of a query's parameter"],
] as const)("the options %j are refused", ([options, problem]) => {
  expect(
    sourceProblems({ channel: { verifier: "token", ...options } }, { channel: [token] }),
  ).toEqual([`WEBHOOK_SOURCES channel.${problem}`]);
});
