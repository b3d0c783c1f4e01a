import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { httpAdapters, logged, produced } from "../../support/adapters.ts";
import { type HttpCall, jsonCall } from "../../support/calls.ts";
import { hookCall } from "../../support/deliveries.ts";
import { createHarness } from "../../support/harness.ts";
import { type Bag, openSource, streamSettings } from "../../support/settings.ts";
import { secretsInUse } from "../../support/spoken.ts";

const json = { "content-type": "application/json" };
const refused = { status: 401, body: '{"status":"refused","reason":"unauthenticated"}', sent: 0 };
/** The harness's time in the form that a sender signs. */
const timestamp = "1700000000";
const challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P";
const verification = `{"token":"old","challenge":"${challenge}","type":"url_verification"}`;
const validation =
  '{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1700000000000,' +
  '"event":"endpoint.url_validation"}';
const ping = '{"version":1,"application_id":"1234560123453231555","type":0}';

/** Settings with one source, which has its verifier's name. */
function sourceOf(verifier: string, secrets: readonly string[], options: Bag = {}): Bag {
  return {
    ...streamSettings,
    WEBHOOK_SOURCES: { [verifier]: { verifier, ...options } },
    WEBHOOK_SECRETS: { [verifier]: secrets },
  };
}

function hexHmac(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

function slackCall(body: string, headers: Bag = {}, secret: string = secretsInUse.provider) {
  return jsonCall("/slack", body, {
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": `v0=${hexHmac(secret, `v0:${timestamp}:${body}`)}`,
    ...headers,
  });
}

function zoomCall(body: string, secret: string = secretsInUse.provider): HttpCall {
  return jsonCall("/zoom", body, {
    "x-zm-request-timestamp": timestamp,
    "x-zm-signature": `v0=${hexHmac(secret, `v0:${timestamp}:${body}`)}`,
  });
}

const discord = generateKeyPairSync("ed25519");
const discordKey = discord.publicKey
  .export({ format: "der", type: "spki" })
  .toString("hex")
  .slice(-64);

function discordCall(body: string, signed = body): HttpCall {
  const signature = sign(null, Buffer.from(timestamp + signed), discord.privateKey);
  return jsonCall("/discord", body, {
    "x-signature-ed25519": signature.toString("hex"),
    "x-signature-timestamp": timestamp,
  });
}

// The message of https://dev.twitch.tv/docs/eventsub/handling-webhook-events/#responding-to-a-challenge-request (read 2026-11-30).
const twitchVerification =
  '{"challenge":"pogchamp-kappa-360noscope-vohiyo","subscription":{"id":"f1c2a387-161a-49f9-a165-0f21d7a4e1c4",' +
  '"status":"webhook_callback_verification_pending","type":"channel.follow","version":"1"}}';
const twitch = sourceOf("hmac", [secretsInUse.hmac], {
  ...{ header: "twitch-eventsub-message-signature", prefix: "sha256=", challenge: "twitch" },
  ...{ idHeader: "twitch-eventsub-message-id", template: "{id}{timestamp}{body}" },
  timestampHeader: "twitch-eventsub-message-timestamp",
});

function twitchCall(body: string, headers: Bag = {}, secret: string = secretsInUse.hmac): HttpCall {
  const id = "e76c6bd4-55c9-4987-8304-da1588d8988b";
  const time = "2023-11-14T22:13:20.123456789Z";
  return jsonCall("/hmac", body, {
    "twitch-eventsub-message-id": id,
    "twitch-eventsub-message-timestamp": time,
    "twitch-eventsub-message-type": "webhook_callback_verification",
    "twitch-eventsub-message-signature": `sha256=${hexHmac(secret, id + time + body)}`,
    ...headers,
  });
}

const slack = sourceOf("slack", [secretsInUse.provider]);
const zoom = sourceOf("zoom", [secretsInUse.provider, secretsInUse.providerOld]);

describe.each(httpAdapters)("a challenge through $name", ({ open }) => {
  async function ask(call: HttpCall, settings: Bag) {
    const harness = createHarness();
    const { status, headers, body } = await open(webhook(), { harness, settings }).http(call);
    return { reply: { status, body, sent: produced(harness).length }, headers, harness };
  }

  test("a challenge of Slack is returned, and nothing is sent", async () => {
    const { reply, headers, harness } = await ask(slackCall(verification), slack);

    expect(reply).toEqual({ status: 200, body: `{"challenge":"${challenge}"}`, sent: 0 });
    expect(headers).toEqual({
      ...json,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    expect(logged(harness).at(-1)).toMatchObject({ level: "info", ending: "answered", ignored: 1 });
    expect(harness.lines.join("")).not.toContain(challenge);
  });

  test("a challenge of Slack is returned whatever the filter and the split of its source", async () => {
    const options = { filter: ["com.slack.message"], split: "/events" };

    const { reply } = await ask(
      slackCall(verification),
      sourceOf("slack", [secretsInUse.provider], options),
    );

    expect(reply).toMatchObject({ status: 200, body: `{"challenge":"${challenge}"}` });
  });

  test.for([
    ["unsigned", jsonCall("/slack", verification)],
    ["signed with another secret", slackCall(verification, {}, secretsInUse.hmac)],
    [
      "signed for another time",
      slackCall(verification, { "x-slack-request-timestamp": "1700000001" }),
    ],
    ["of other bytes", { ...slackCall(verification), body: `${verification} ` }],
  ] as const)(
    "a challenge of Slack that is %s is refused without its challenge",
    async ([, call]) => {
      expect((await ask(call, slack)).reply).toEqual(refused);
    },
  );

  test.for([
    ["without a challenge", '{"type":"url_verification"}'],
    ["with a challenge that is no scalar", '{"type":"url_verification","challenge":{}}'],
    ["of another type", `{"type":"event_callback","challenge":"${challenge}"}`],
    ["nested in an event", `{"event":${verification}}`],
  ] as const)("a challenge of Slack %s is a delivery like any other", async ([, body]) => {
    const { reply } = await ask(slackCall(body), slack);

    expect(reply).toMatchObject({ status: 200, sent: 1 });
    expect(reply.body).not.toContain(challenge);
  });

  // printf qgg8vlvZRS6UYooatFL8Aw | openssl dgst -sha256 -hmac <the secret in use>
  test.for([
    ["first", "provider", "cd053725eac916d5eff3cc4d17127e54ecd2e1e85d91a834e4213458f0d2c798"],
    ["second", "providerOld", "eee7e5830710c547e8698928c97b581214dc7c73320112e44792eae9b44c0efc"],
  ] as const)(
    "a challenge of Zoom is answered with the %s secret if that signed it",
    async (row) => {
      const [, name, encryptedToken] = row;

      const { reply } = await ask(zoomCall(validation, secretsInUse[name]), zoom);

      const body = `{"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"${encryptedToken}"}`;
      expect(reply).toEqual({ status: 200, body, sent: 0 });
    },
  );

  test.for([
    ["unsigned", jsonCall("/zoom", validation)],
    ["signed with another secret", zoomCall(validation, secretsInUse.hmac)],
  ] as const)("a challenge of Zoom that is %s gets no token", async ([, call]) => {
    expect((await ask(call, zoom)).reply).toEqual(refused);
  });

  test("a challenge of Twitch is returned as text, and nothing is sent", async () => {
    const { reply, headers } = await ask(twitchCall(twitchVerification), twitch);

    expect(reply).toEqual({ status: 200, body: "pogchamp-kappa-360noscope-vohiyo", sent: 0 });
    expect(headers).toEqual({
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
  });

  test.for([
    ["unsigned", jsonCall("/hmac", twitchVerification)],
    ["signed with another secret", twitchCall(twitchVerification, {}, secretsInUse.provider)],
    [
      "signed for another id",
      twitchCall(twitchVerification, { "twitch-eventsub-message-id": "0" }),
    ],
  ] as const)("a challenge of Twitch that is %s is refused", async ([, call]) => {
    expect((await ask(call, twitch)).reply).toEqual(refused);
  });

  const type = "twitch-eventsub-message-type";
  test.for([
    ["a notification", twitchCall(twitchVerification, { [type]: "notification" })],
    ["a revocation", twitchCall('{"subscription":{}}', { [type]: "revocation" })],
    ["without a challenge", twitchCall('{"subscription":{}}')],
    ["with an empty challenge", twitchCall('{"challenge":""}')],
    ["with a list as challenge", twitchCall('{"challenge":["a"]}')],
    ["with a challenge of 2,001 characters", twitchCall(`{"challenge":"${"a".repeat(2_001)}"}`)],
  ] as const)("a message of Twitch that is %s is a delivery", async ([, call]) => {
    const { reply } = await ask(call, twitch);

    expect(reply).toMatchObject({ status: 200, sent: 1 });
    expect(reply.body).toContain("delivered");
  });

  test("a challenge of Discord gets 204 with a content type and without a body", async () => {
    const { reply, headers } = await ask(discordCall(ping), sourceOf("discord", [discordKey]));

    expect(reply).toEqual({ status: 204, body: "", sent: 0 });
    expect(headers).toEqual(json);
  });

  test("a wrongly signed challenge of Discord is refused, which Discord tests on purpose", async () => {
    const settings = sourceOf("discord", [discordKey]);

    expect((await ask(discordCall(ping, `${ping} `), settings)).reply).toEqual(refused);
    expect((await ask(jsonCall("/discord", ping), settings)).reply).toEqual(refused);
  });

  test("an event of Discord is not a challenge and gets 204 after it was sent", async () => {
    const event =
      '{"version":1,"application_id":"1","type":1,"event":{"type":"ENTITLEMENT_CREATE"}}';

    const { reply } = await ask(discordCall(event), sourceOf("discord", [discordKey]));

    expect(reply).toEqual({ status: 204, body: "", sent: 1 });
  });

  test.for([
    ["a source that anyone may send to", hookCall(verification), openSource()],
    ["Zoom", zoomCall(verification), zoom],
    ["Zoom", zoomCall('{"event":"meeting.started","payload":{"plainToken":"a"}}'), zoom],
    ["Zoom", zoomCall('{"event":"endpoint.url_validation","payload":{}}'), zoom],
    ["Discord", discordCall(verification), sourceOf("discord", [discordKey])],
    ["Discord", discordCall(`{"type":0,"event":${ping}}`), sourceOf("discord", [discordKey])],
    [
      "Slack, over 2,000 characters",
      slackCall(verification.replace(challenge, `${challenge}${"a".repeat(2_000)}`)),
      slack,
    ],
    ["Slack, of Zoom's", slackCall(validation), slack],
  ] as const)("a delivery of another provider is not a challenge: %s", async (row) => {
    const [, call, settings] = row;

    const { reply } = await ask(call, settings);

    expect(reply).toMatchObject({ status: expect.toBeOneOf([200, 204]), sent: 1 });
    expect(reply.body).not.toContain(challenge);
    expect(reply.body).not.toContain("plainToken");
  });

  describe("retry headers of Slack", () => {
    const event = '{"type":"event_callback","event_id":"Ev1","team_id":"T1"}';

    async function messagesOf(headers: Bag) {
      const { reply, harness } = await ask(slackCall(event, headers), slack);
      expect(reply.status).toBe(200);
      return logged(harness).map(({ message }) => message);
    }

    test("the retry headers are in the log", async () => {
      expect(
        await messagesOf({ "X-Slack-Retry-Num": "2", "X-Slack-Retry-Reason": "http_timeout" }),
      ).toEqual([
        "source slack verified by secret 1 of 1",
        "source slack sent x-slack-retry-num 2",
        "source slack sent x-slack-retry-reason http_timeout",
        "call ended",
      ]);
    });

    test("a retry header may have 50 characters", async () => {
      const reason = "r".repeat(50);

      expect(await messagesOf({ "x-slack-retry-reason": reason })).toContain(
        `source slack sent x-slack-retry-reason ${reason}`,
      );
    });

    test.for([
      ["a line break within", "http\n{}"],
      ["51 characters", "r".repeat(51)],
      ["braces", "{reason}"],
      ["a blank", "http timeout"],
      ["a quote", 'a"b'],
      ["other letters", "시간초과"],
      ["nothing", ""],
    ] as const)("a retry header that holds %s is not in the log", async ([, value]) => {
      const headers = { "x-slack-retry-num": value, "x-slack-retry-reason": value };

      expect(await messagesOf(headers)).toEqual([
        "source slack verified by secret 1 of 1",
        "call ended",
      ]);
    });

    test("the retry headers of a refused delivery are not in the log", async () => {
      const call = slackCall(event, { "x-slack-retry-num": "2" }, secretsInUse.hmac);

      const { reply, harness } = await ask(call, slack);

      expect(reply).toEqual(refused);
      expect(harness.lines.join("")).not.toContain("retry-num");
    });
  });
});
