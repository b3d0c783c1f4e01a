import { describe, expect, test } from "vitest";
import type { Verification } from "../../../../lib/webhooks/verify/verifier.ts";
import { type SourceOptions, verifierNamed } from "../../../support/sources.ts";
import { hear } from "../../../support/spoken.ts";

/** A signed delivery from a provider's own pages or tests. */
type Vector = {
  readonly word: string;
  readonly options?: SourceOptions;
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly toVerification: Verification;
  /** Bodies with one changed character and the same meaning, because the decoded values of a form are signed. */
  readonly alike?: readonly string[];
};

const untimed = { ok: true, secretIndex: 0 } as const;

/** libraries/javascript/src/webhook.test.ts of standard-webhooks, "sign function works". */
const standard = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  headers: {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  },
  body: '{"test": 2432232314}',
  toVerification: { ok: true, secretIndex: 0, timestampMs: 1_614_265_330_000 },
} as const;

/**
 * Widely attributed to Atlassian's pages on securing webhooks, which were not read for this; the
 * arithmetic was checked with `openssl dgst -sha256 -hmac`. GitHub's example, without its comma.
 */
const atlassian = {
  secret: "It's a Secret to Everybody",
  headers: {
    "x-hub-signature": "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9",
  },
  body: "Hello World!",
  toVerification: untimed,
};

/** src/__tests__/notifications/webhooks-validator.node.test.ts of paddle-node-sdk. */
const paddle = {
  word: "paddle",
  secret: "VALID_SECRET",
  toVerification: { ok: true, secretIndex: 0, timestampMs: 1_698_796_800_000 },
} as const;

/** spec/validation.spec.js of twilio-node; its URLs hold bodySHA256, which the scheme adds itself. */
const twilioJson = {
  word: "twilio",
  secret: "12345",
  body: '{"property": "value", "boolean": true}',
  toVerification: untimed,
} as const;

const vectors: readonly (readonly [string, Vector])[] = [
  [
    // GitHub docs, "Validating webhook deliveries", "Testing the webhook payload validation".
    "GitHub's documented example",
    {
      word: "github",
      secret: "It's a Secret to Everybody",
      headers: {
        "x-hub-signature-256":
          "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
      },
      body: "Hello, World!",
      toVerification: untimed,
    },
  ],
  ["Bitbucket's example", { word: "bitbucket", ...atlassian }],
  ["Jira's example", { word: "jira", ...atlassian }],
  ["the v1 of Standard Webhooks", { word: "standard-webhooks", ...standard }],
  ["the v1 of Standard Webhooks at PortOne", { word: "portone", ...standard }],
  ["the v1 of Standard Webhooks at GitLab", { word: "gitlab", ...standard }],
  [
    "the v1 of Standard Webhooks, under its secret without whsec_",
    { word: "standard-webhooks", ...standard, secret: standard.secret.slice("whsec_".length) },
  ],
  [
    // server/svix-server/src/worker.rs of svix-webhooks, test_asymmetric_key_signing; the public
    // half of its key from that repository's README.md.
    "the v1a of Svix's server",
    {
      word: "standard-webhooks",
      ...standard,
      secret: "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
      headers: {
        ...standard.headers,
        "webhook-signature":
          "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==",
      },
    },
  ],
  [
    // Svix docs, "Verifying webhooks manually".
    "Svix's documented example",
    {
      word: "svix",
      secret: "whsec_plJ3nmyCDGBKInavdOK15jsl",
      headers: {
        "svix-id": "msg_loFOjxBNrRLzqYUf",
        "svix-timestamp": "1731705121",
        "svix-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
      },
      body: '{"event_type":"ping","data":{"success":true}}',
      toVerification: { ok: true, secretIndex: 0, timestampMs: 1_731_705_121_000 },
    },
  ],
  [
    // Stripe prints no vector. Made by stripe 23.1.0, Stripe.webhooks.generateTestHeaderString.
    "the header that Stripe's library made",
    {
      word: "stripe",
      secret: "whsec_test_secret",
      headers: {
        "stripe-signature":
          "t=1614265330,v1=af4ead0627a34a8cca29808e8de9ada8e41a92e6237c63cef6eacf51d36cca34",
      },
      body: '{\n  "id": "evt_test_webhook",\n  "object": "event"\n}',
      toVerification: { ok: true, secretIndex: 0, timestampMs: 1_614_265_330_000 },
    },
  ],
  [
    // Slack docs, "Verifying requests from Slack", the slash command of its walk-through.
    "Slack's documented example",
    {
      word: "slack",
      secret: "8f742231b10e8888abcd99yyyzzz85a5",
      headers: {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
      },
      body: "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
      toVerification: { ok: true, secretIndex: 0, timestampMs: 1_531_420_618_000 },
    },
  ],
  [
    "the object in the tests of Paddle's library",
    {
      ...paddle,
      headers: {
        "paddle-signature":
          "ts=1698796800;h1=28981e941fae76e53db32f3d2a83cb69db41476595e84e1970a1b5d98f62b261",
      },
      body: '{"data": "value"}',
    },
  ],
  [
    "the array in the tests of Paddle's library",
    {
      ...paddle,
      headers: {
        "paddle-signature":
          "ts=1698796800;h1=a300428748dce5c70e4da19bffd60769591ea969c99dea3105d0ec9612cf43f9",
      },
      body: '{"data": ["1", "2"]}',
    },
  ],
  [
    // Twilio docs, "Webhooks security"; spec/validation.spec.js of twilio-node. The body is those
    // parameters as a browser writes them.
    "Twilio's form",
    {
      word: "twilio",
      options: { url: "https://mycompany.com/myapp.php?foo=1&bar=2" },
      secret: "12345",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
      },
      body: "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212",
      toVerification: untimed,
      alike: [
        "CallSid=CA1234567890ABCDE&Caller=%2b14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212",
        "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2b14158675309&To=%2B18005551212",
        "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2b18005551212",
      ],
    },
  ],
  [
    "Twilio's JSON under a URL with a query",
    {
      ...twilioJson,
      options: { url: "https://mycompany.com/myapp.php?foo=1&bar=2" },
      headers: { "x-twilio-signature": "a9nBmqA0ju/hNViExpshrM61xv4=" },
    },
  ],
  [
    "Twilio's JSON under a URL without a query",
    {
      ...twilioJson,
      options: { url: "https://mycompany.com/myapp.php" },
      headers: { "x-twilio-signature": "y77kIzt2vzLz71DgmJGsen2scGs=" },
    },
  ],
  [
    "Twilio's empty JSON, signed under a URL with its port",
    {
      ...twilioJson,
      options: { url: "https://mycompany.com/myapp.php?foo=1&bar=2" },
      headers: { "x-twilio-signature": "Ldidvp12m26NI7eqEvxnEpkd9Hc=" },
      body: "{}",
    },
  ],
  [
    // test/validate-signature.spec.ts of line-bot-sdk-nodejs.
    "the example in the tests of LINE's library",
    {
      word: "line",
      secret: "test_secret",
      headers: { "x-line-signature": "t7Hn4ZDHqs6e+wdvI5TyQIvzie0DmMUmuXEBqyyE/tM=" },
      body: '{"hello":"world"}',
      toVerification: untimed,
    },
  ],
];

function verify({ word, options, secret, headers, body }: Vector): Verification {
  const delivery = { headers: new Map(Object.entries(headers)), body: Buffer.from(body) };
  const verification = verifierNamed(word, options).verify(delivery, [secret]);
  hear(verification);
  return verification;
}

/** Yields the text with one character changed, at every position in four ways. */
function changesOf(text: string): readonly string[] {
  return [...text].flatMap((character, at) => {
    const neighbour = String.fromCharCode(character.charCodeAt(0) ^ 1);
    const others = new Set([neighbour, swapCase(character), "A", "0"]);
    others.delete(character);
    return [...others].map((other) => text.slice(0, at) + other + text.slice(at + 1));
  });
}

function swapCase(letter: string): string {
  const upper = letter.toUpperCase();
  return letter === upper ? letter.toLowerCase() : upper;
}

describe.for(vectors)("the signature of %s", ([, vector]) => {
  test("the signature is accepted", () => {
    expect(verify(vector)).toEqual(vector.toVerification);
  });

  test("the signature is refused with each one-character change of the secret", () => {
    const accepted = changesOf(vector.secret).filter((secret) => verify({ ...vector, secret }).ok);

    expect(accepted).toEqual([]);
  });

  test("the signature is refused for each one-character change of the body", () => {
    const accepted = changesOf(vector.body).filter((body) => verify({ ...vector, body }).ok);

    expect(accepted).toEqual(vector.alike ?? []);
  });
});
