import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { webhook } from "../../../../lib/triggers/webhook.ts";
import {
  httpAdapters,
  logged,
  openAdapters,
  produced,
  stubSettings,
} from "../../../support/adapters.ts";
import { type HttpCall, jsonCall, lambdaEvents } from "../../../support/calls.ts";
import { createHarness } from "../../../support/harness.ts";
import { type Bag, streamSettings } from "../../../support/settings.ts";
import { secretsInUse } from "../../../support/spoken.ts";

const { verifyToken, verifyTokenOld, hmac: secret } = secretsInUse;

/** A source `hook` of HMAC with this challenge, and the secrets that it needs. */
function sourceOf(challenge: string, options: Bag = {}, secrets: Bag = {}): Bag {
  const tokens = challenge === "meta" ? { "hook.verifyToken": [verifyToken, verifyTokenOld] } : {};
  return {
    ...streamSettings,
    WEBHOOK_SOURCES: {
      hook: { verifier: "hmac", header: "x-sig", bodyType: "json", challenge, ...options },
    },
    WEBHOOK_SECRETS: { hook: [secret, secretsInUse.provider], ...tokens, ...secrets },
  };
}

function openSourceOf(challenge: string, options: Bag = {}): Bag {
  const { WEBHOOK_SECRETS, ...settings } = sourceOf(challenge, options);
  const { hook: _, ...tokens } = WEBHOOK_SECRETS as Bag;
  const hook = { verifier: "none", challenge, ...options };
  return { ...settings, WEBHOOK_SOURCES: { hook }, WEBHOOK_SECRETS: tokens };
}

function signatureOf(text: string): Readonly<Record<string, string>> {
  return { "x-sig": createHmac("sha256", secret).update(text).digest("hex") };
}

const path = "/hook";
const asJson = { "content-type": "application/json" };
const noSniff = { "x-content-type-options": "nosniff", "cache-control": "no-store" };
const asText = { "content-type": "text/plain; charset=utf-8", ...noSniff };
const unauthenticated = '{"status":"refused","reason":"unauthenticated"}';

// The requests of the providers' documents, whose addresses stand in lib/webhooks/challenges/unproved.ts.
const metaQuery = `hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${verifyToken}`;
const meta: HttpCall = { path, query: metaQuery };
const microsoftQuery =
  "validationToken=Validation%3a+Testing+client+application+reachability+for+subscription+Request-Id%3a+1";
const microsoft: HttpCall = {
  ...{ method: "POST", path, query: microsoftQuery },
  headers: { "content-type": "text/plain; charset=utf-8" },
};
const cloudevents: HttpCall = {
  ...{ method: "OPTIONS", path },
  headers: { "WebHook-Request-Origin": "eventemitter.example.com", "WebHook-Request-Rate": "120" },
};
const okta: HttpCall = { path, headers: { "x-okta-verification-challenge": "kMp1PtR8-Q9_" } };
const twitter: HttpCall = { path, query: "crc_token=challenge_string&nonce=f" };
const json = jsonCall(path, '{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd"}');

const dropbox: HttpCall = { path, query: "challenge=CkQhoO3Ntxk" };

const requests = { meta, microsoft, dropbox, cloudevents, okta, twitter, json };
type Name = keyof typeof requests;
const names = Object.keys(requests) as Name[];

const replies: Readonly<Record<Name, Readonly<Record<string, unknown>>>> = {
  meta: { status: 200, headers: asText, body: "1158201444" },
  microsoft: {
    status: 200,
    headers: asText,
    body: "Validation: Testing client application reachability for subscription Request-Id: 1",
  },
  dropbox: { status: 200, headers: asText, body: "CkQhoO3Ntxk" },
  cloudevents: {
    status: 200,
    headers: {
      ...asText,
      "webhook-allowed-origin": "eventemitter.example.com",
      "webhook-allowed-rate": "*",
      allow: "POST",
    },
    body: "",
  },
  okta: {
    status: 200,
    headers: { ...asJson, ...noSniff },
    body: '{"verification":"kMp1PtR8-Q9_"}',
  },
  // printf challenge_string | openssl dgst -sha256 -hmac <the secret in use> -binary | base64
  twitter: {
    status: 200,
    headers: { ...asJson, ...noSniff },
    body: '{"response_token":"sha256=R6DUrpmICSvaSv3BdTXpMdyda9/C1L8Ppg+cBSqagEo="}',
  },
  json: {
    status: 200,
    headers: { ...asJson, ...noSniff },
    body: '{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd"}',
  },
};

/** The status that the request of each challenge gets from a source without it. */
const otherwise: Readonly<Record<Name, number>> = {
  ...{
    meta: 405,
    microsoft: 401,
    dropbox: 405,
    cloudevents: 405,
    okta: 200,
    twitter: 405,
    json: 401,
  },
};

describe.each(httpAdapters)("a challenge without a proof through $name", ({ open }) => {
  async function ask(call: HttpCall, settings: Bag) {
    const harness = createHarness();
    const { status, headers, body } = await open(webhook(), { harness, settings }).http(call);
    return { reply: { status, headers, body }, sent: produced(harness).length, harness };
  }

  test.each(names)(
    "the challenge of %s is answered, and nothing is sent or logged of it",
    async (name) => {
      const { reply, sent, harness } = await ask(requests[name], sourceOf(name));

      expect(reply).toEqual(replies[name]);
      expect(sent).toBe(0);
      expect(logged(harness).at(-1)).toMatchObject({
        level: "info",
        ending: "answered",
        ignored: 1,
      });
      const token = /1158201444|Testing|eventemitter|kMp1PtR8|challenge_string|3eZbrw|CkQhoO/;
      expect(harness.lines.join("")).not.toMatch(token);
    },
  );

  test.each(names)(
    "the challenge of %s is answered whatever the reply options are",
    async (name) => {
      const { reply } = await ask(
        requests[name],
        sourceOf(name, { replyStatus: 204, replyBody: "none" }),
      );

      expect(reply).toEqual(replies[name]);
    },
  );

  test.each(names.filter((name) => name !== "twitter"))(
    "the challenge of %s is answered by a source that anyone may send to",
    async (name) => {
      for (const methods of [["POST"], ["GET"], ["POST", "GET"]]) {
        const { reply, sent } = await ask(requests[name], openSourceOf(name, { methods }));

        expect(reply).toEqual(replies[name]);
        expect(sent).toBe(0);
      }
    },
  );

  test.each(names)("the challenge of %s is answered by a source of GET and POST", async (name) => {
    const { reply, sent } = await ask(requests[name], sourceOf(name, { methods: ["GET", "POST"] }));

    expect(reply).toEqual(replies[name]);
    expect(sent).toBe(0);
  });

  test.for(
    names.flatMap((name) =>
      [...names, "none", "slack"]
        .filter((other) => other !== name)
        .map((other) => [name, other] as const),
    ),
  )("the challenge of %s gets what it always got from a source of %s", async ([name, other]) => {
    const { reply, sent } = await ask(requests[name], sourceOf(other));

    expect(reply.status).toBe(otherwise[name]);
    expect(sent).toBe(0);
  });

  test.each(names)("the challenge of %s stops with its source's placeholder", async (name) => {
    const { reply } = await ask(requests[name], sourceOf(name, {}, { hook: ["changeme"] }));

    expect(reply).toMatchObject({ status: 500, body: '{"status":"failed"}' });
  });

  // Every event that is proved is sent, even if it looks like the challenge.
  test.for([
    [
      "microsoft",
      { ...jsonCall(path, '{"value":[]}', signatureOf('{"value":[]}')), query: microsoftQuery },
    ],
    ["microsoft", { ...microsoft, body: "", headers: signatureOf("") }],
    ["json", { ...json, headers: { ...json.headers, ...signatureOf(String(json.body)) } }],
    ["meta", { ...meta, headers: signatureOf(metaQuery) }],
    ["dropbox", { ...dropbox, headers: signatureOf("challenge=CkQhoO3Ntxk") }],
    ["okta", { ...okta, query: "a=1", headers: { ...okta.headers, ...signatureOf("a=1") } }],
    ["twitter", { ...twitter, headers: signatureOf("crc_token=challenge_string&nonce=f") }],
  ] as const)("a proved event is no challenge of %s", async ([name, call]) => {
    const { reply, sent } = await ask(
      call,
      sourceOf(name, { methods: ["GET", "POST"], bodyType: "auto" }),
    );

    expect(reply).toMatchObject({ status: 200, body: expect.stringContaining("delivered") });
    expect(sent).toBe(1);
  });

  test.for([
    ["microsoft", { ...jsonCall(path, '{"value":[]}'), query: microsoftQuery }],
    ["json", jsonCall(path, '{"challenge":"a","event":{}}')],
  ] as const)("an event without a proof is no challenge of %s", async ([name, call]) => {
    const signed = await ask(call, sourceOf(name));
    const open = await ask(call, openSourceOf(name));

    expect(signed).toMatchObject({ reply: { status: 401, body: unauthenticated }, sent: 0 });
    expect(open).toMatchObject({ reply: { status: 200 }, sent: 1 });
  });

  test("an event whose signed time is too old is no challenge", async () => {
    const timed = { timestampHeader: "x-time" };
    const body = String(json.body);
    const headers = { "x-time": "1600000000", ...signatureOf(`1600000000.${body}`) };

    const { reply } = await ask({ ...json, headers }, sourceOf("json", timed));

    expect(reply).toMatchObject({ status: 401, body: unauthenticated });
  });

  describe("of meta", () => {
    test("each of several verify tokens is accepted", async () => {
      const query = metaQuery.replace(verifyToken, verifyTokenOld);

      expect((await ask({ path, query }, sourceOf("meta"))).reply).toEqual(replies.meta);
    });

    test.for([
      ["another token", verifyToken, "canary-other"],
      ["the start of the token", verifyToken, verifyToken.slice(0, -1)],
      ["no token", verifyToken, ""],
      ["the source's secret", verifyToken, secret],
    ] as const)("a request with %s is refused without its challenge", async ([, from, to]) => {
      for (const methods of [["POST"], ["POST", "GET"]]) {
        const query = metaQuery.replace(from, to);
        const { reply, harness } = await ask({ path, query }, sourceOf("meta", { methods }));

        expect(reply).toMatchObject({ status: 401, headers: asJson, body: unauthenticated });
        expect(logged(harness).at(-1)).toMatchObject({ level: "warn", code: "UNAUTHENTICATED" });
      }
    });

    test.for([
      ["GET", metaQuery.replace("subscribe", "unsubscribe")],
      ["GET", metaQuery.replace("hub.mode", "mode")],
      ["GET", metaQuery.replace(/&hub.verify_token.*/, "")],
      ["GET", metaQuery.replace("hub.challenge=1158201444&", "")],
      ["GET", metaQuery.replace("1158201444", "")],
      ["GET", `${metaQuery}&hub.challenge=2`],
      ["GET", `${metaQuery}&hub%2echallenge=2`],
      ["GET", `${metaQuery}&hub.verify_token=${verifyToken}`],
      ["GET", `${metaQuery}&hub.mode=subscribe`],
      ["GET", metaQuery.replace("1158201444", "1".repeat(2_001))],
      ["GET", `${metaQuery}&more=${"1".repeat(20_000)}`],
      ["HEAD", metaQuery],
    ] as const)("the request %s ?%s has another form and gets 405", async ([method, query]) => {
      expect((await ask({ method, path, query }, sourceOf("meta"))).reply.status).toBe(405);
    });

    test("a POST with the query of a challenge is a delivery without a proof", async () => {
      const { reply } = await ask({ ...json, query: metaQuery }, sourceOf("meta"));

      expect(reply).toMatchObject({ status: 401, body: unauthenticated });
    });

    test.for([
      ["%3Cscript%3Ealert(1)%3C/script%3E", "<script>alert(1)</script>"],
      ["a%20b+c%2B", "a b c+"],
      ["%EC%8B%9C%ED%97%98", "시험"],
      ["x".repeat(2_000), "x".repeat(2_000)],
      ["%EC%8B%9C".repeat(2_000), "시".repeat(2_000)],
    ] as const)("the challenge %s is returned decoded, as text", async ([encoded, body]) => {
      const query = metaQuery.replace("1158201444", encoded);

      expect((await ask({ path, query }, sourceOf("meta"))).reply).toEqual({
        ...replies.meta,
        body,
      });
    });
  });

  describe("of microsoft", () => {
    test.for([
      ["an empty token", "validationToken="],
      ["two tokens", "validationToken=a&validationToken=b"],
      ["a token in another case", "validationtoken=a"],
      ["a token of 2,001 characters", `validationToken=${"a".repeat(2_001)}`],
    ] as const)("a POST with %s is a delivery without a proof", async ([, query]) => {
      expect((await ask({ ...microsoft, query }, sourceOf("microsoft"))).reply.status).toBe(401);
    });

    test("a GET is no challenge", async () => {
      const call = { path, query: microsoftQuery };

      expect((await ask(call, sourceOf("microsoft"))).reply.status).toBe(405);
    });
  });

  describe("of dropbox", () => {
    test.for([
      ["GET", "challenge="],
      ["GET", "challenge=a&challenge=b"],
      ["GET", "Challenge=a"],
      ["GET", `challenge=${"a".repeat(2_001)}`],
      ["HEAD", "challenge=a"],
    ] as const)("%s ?%s has another form and gets 405", async ([method, query]) => {
      expect((await ask({ method, path, query }, sourceOf("dropbox"))).reply.status).toBe(405);
    });

    test("a POST with the query of a challenge is a delivery without a proof", async () => {
      const call = { ...jsonCall(path, ""), query: "challenge=a" };

      expect((await ask(call, sourceOf("dropbox"))).reply.status).toBe(401);
    });

    test("a challenge is returned decoded, as text", async () => {
      const call = { path, query: "challenge=%3Cb%3E+%EC%8B%9C" };

      expect((await ask(call, sourceOf("dropbox"))).reply).toEqual({
        ...replies.dropbox,
        body: "<b> 시",
      });
    });
  });

  describe("of cloudevents", () => {
    test.for([
      ["no origin", {}],
      ["an empty origin", { "webhook-request-origin": "" }],
      ["an origin of two words", { "webhook-request-origin": "a b" }],
      ["two origins", { "webhook-request-origin": "a.example, b.example" }],
      ["an origin with a line break", { "webhook-request-origin": "a\r\nset-cookie: b" }],
      ["an origin that is no ASCII", { "webhook-request-origin": "예시.example" }],
      ["an origin of 301 characters", { "webhook-request-origin": "a".repeat(301) }],
      [
        "a browser's preflight",
        { origin: "https://a.example", "access-control-request-method": "POST" },
      ],
    ] as const)("OPTIONS with %s gets 405", async ([, headers]) => {
      const { reply } = await ask({ ...cloudevents, headers }, sourceOf("cloudevents"));

      expect(reply).toMatchObject({ status: 405, headers: { allow: "GET, HEAD, POST" } });
    });

    test("a callback is never called", async () => {
      const headers = {
        ...cloudevents.headers,
        "WebHook-Request-Callback": "https://a.example/?id=1",
      };
      const { reply, harness } = await ask({ ...cloudevents, headers }, sourceOf("cloudevents"));

      expect(reply).toEqual(replies.cloudevents);
      expect(harness.requests).toEqual([]);
    });

    test.for(["PUT", "DELETE", "PATCH", "REPORT", "GET", "POST"])(
      "%s is no challenge",
      async (method) => {
        const { reply } = await ask({ ...cloudevents, method }, sourceOf("cloudevents"));

        expect(reply.headers).not.toHaveProperty("webhook-allowed-origin");
      },
    );
  });

  describe("of okta", () => {
    test.for([
      ["GET", ""],
      ["GET", "a".repeat(2_001)],
      ["HEAD", "abc"],
    ] as const)("%s with another header's value is a health check", async ([method, value]) => {
      const headers = { "x-okta-verification-challenge": value };

      expect(await ask({ method, path, headers }, sourceOf("okta"))).toMatchObject({
        reply: { status: 200, body: method === "HEAD" ? "" : '{"status":"ok"}' },
      });
    });

    test("a POST with the header is a delivery", async () => {
      const call = { ...okta, method: "POST" };

      expect((await ask(call, sourceOf("okta"))).reply.status).toBe(401);
    });
  });

  describe("of twitter", () => {
    test.for([
      ["nothing", "crc_token="],
      ["two tokens", "crc_token=a&crc_token=b"],
      ["201 characters", `crc_token=${"a".repeat(201)}`],
      ["a line break", "crc_token=a%0a"],
      ["a brace", "crc_token=%7B%7D"],
      ["a dot", "crc_token=1700000000.a"],
      ["a colon", "crc_token=v0:1"],
      ["a blank", "crc_token=a+b"],
      ["other letters", "crc_token=%EC%8B%9C"],
    ] as const)("a token of %s is not signed", async ([, query]) => {
      expect((await ask({ path, query }, sourceOf("twitter"))).reply.status).toBe(405);
    });

    test("a token of 200 characters is signed", async () => {
      const query = `crc_token=${"aA0_-".repeat(40)}`;

      expect((await ask({ path, query }, sourceOf("twitter"))).reply.status).toBe(200);
    });

    test.for([
      ["a token", {}, "abc", "abc"],
      ["a number, which is JSON too", {}, "1700000000", "1700000000"],
      [
        "a token behind a time",
        { timestampHeader: "x-time", template: "{timestamp}-{body}" },
        "abc",
        "1700000000-abc",
      ],
      [
        "nothing behind a time",
        { timestampHeader: "x-time", template: "{timestamp}-{body}" },
        "",
        "1700000000-",
      ],
    ] as const)(
      "a delivery of %s whose signature is that of a challenge is refused",
      async (row) => {
        const [, options, body, signed] = row;
        const settings = sourceOf("twitter", { ...options, encoding: "base64", prefix: "sha256=" });
        const answer = await ask({ path, query: `crc_token=${signed}` }, settings);
        const { response_token } = JSON.parse(answer.reply.body) as Record<string, string>;
        const headers = { "x-sig": response_token ?? "", "x-time": "1700000000" };

        const { reply, sent } = await ask(jsonCall(path, body, headers), settings);

        expect(reply).toMatchObject({ status: 401, body: unauthenticated });
        expect(sent).toBe(0);
      },
    );
  });

  describe("of json", () => {
    test.for([
      ['{"token":"Jhj5dZrVaK7ZwHHjRyZWjbDl","challenge":"a","type":"url_verification"}', "a"],
      ['{"type":"url_verification","challenge":"\\u003cb>"}', "<b>"],
      [' {"challenge" : "a" } ', "a"],
      [`{"challenge":"${"\\u0061".repeat(2_000)}"}`, "a".repeat(2_000)],
    ] as const)("the body %s is a challenge", async ([body, challenge]) => {
      const { reply } = await ask(jsonCall(path, body), sourceOf("json"));

      expect(reply).toEqual({ ...replies.json, body: JSON.stringify({ challenge }) });
    });

    test.for([
      ["an empty challenge", '{"challenge":""}'],
      ["a number", '{"challenge":1}'],
      ["an object", '{"challenge":{}}'],
      ["2,001 characters", `{"challenge":"${"a".repeat(2_001)}"}`],
      ["16,001 bytes", `{"challenge":"a","token":"${"a".repeat(15_974)}"}`],
      ["another member", '{"challenge":"a","event_id":"1"}'],
      ["the member __proto__", '{"challenge":"a","__proto__":{}}'],
      ["a list", '[{"challenge":"a"}]'],
      ["text", '"challenge"'],
      ["no JSON", '{"challenge":"a"'],
      ["nothing", ""],
    ] as const)("a body of %s is a delivery without a proof", async ([, body]) => {
      const { reply } = await ask(jsonCall(path, body), sourceOf("json"));

      expect(reply).toMatchObject({ status: 401, body: unauthenticated });
    });

    test("a body over the source's limit is refused", async () => {
      const { reply } = await ask(json, sourceOf("json", { bodyBytesMax: 10 }));

      expect(reply.status).toBe(413);
    });
  });
});

const challengeCalls = fc.record({
  method: fc.constantFrom("GET", "HEAD", "POST", "OPTIONS", "PUT"),
  query: fc.oneof(
    fc.webQueryParameters(),
    fc.string({ unit: "binary" }),
    fc
      .tuple(
        fc.constantFrom("hub.challenge", "validationToken", "crc_token"),
        fc
          .string({ unit: "binary", maxLength: 3_000, size: "max" })
          .map((text) => new URLSearchParams([["", text]]).toString().slice(1)),
      )
      .map(
        ([name, token]) => `${name}=${token}&hub.mode=subscribe&hub.verify_token=${verifyToken}`,
      ),
  ),
  headers: fc.dictionary(
    fc.constantFrom("webhook-request-origin", "x-okta-verification-challenge", "content-type"),
    fc.oneof(fc.string(), fc.constant("eventemitter.example.com")),
  ),
  body: fc.oneof(
    fc.string(),
    fc.constant(""),
    fc
      .string({ unit: "binary", maxLength: 3_000, size: "max" })
      .map((challenge) => JSON.stringify({ challenge })),
  ),
});

describe("whatever the request", () => {
  test.each(names)(
    "a response of %s is bounded text or JSON that no browser runs",
    async (name) => {
      const settings = sourceOf(name, { methods: ["GET", "POST"] });

      await fc.assert(
        fc.asyncProperty(challengeCalls, async (call) => {
          const harness = createHarness();
          const [adapter] = httpAdapters;
          const { headers, body, status } = await adapter
            .open(webhook(), { harness, settings })
            .http({ ...call, path });

          expect((headers as Bag)["content-type"]).toBeOneOf([
            asText["content-type"],
            asJson["content-type"],
          ]);
          expect(body.length).toBeLessThan(12_100);
          expect(produced(harness)).toEqual([]);
          const { ending } = logged(harness).at(-1) ?? {};
          if (ending === "answered") {
            expect(status).toBe(200);
            expect(headers).toMatchObject({ "x-content-type-options": "nosniff" });
          }
        }),
      );
    },
  );

  test.each(names)("a proved event is sent by a source of %s", async (name) => {
    const settings = sourceOf(name, { methods: ["GET", "POST"], bodyType: "auto" });
    const signedText = ({ method, query, body }: HttpCall) => (method === "GET" ? query : body);
    const proved = challengeCalls.filter((call) => {
      const text = String(signedText(call));
      const isEvent = call.method === "POST" || (call.method === "GET" && text !== "");
      return isEvent && (name !== "twitter" || !/^[\w-]{0,200}$/.test(text));
    });

    await fc.assert(
      fc.asyncProperty(proved, async (call) => {
        const harness = createHarness();
        const signed = signatureOf(String(signedText(call)));
        const headers = { ...call.headers, "content-type": "text/plain", ...signed };

        await httpAdapters[1]
          .open(webhook(), { harness, settings })
          .http({ ...call, headers, path });

        expect(produced(harness)).toHaveLength(1);
      }),
    );
  });
});

test.for(lambdaEvents)("a challenge of Meta through $name is answered", async ({ toEvent }) => {
  stubSettings(sourceOf("meta"));

  expect(await openAdapters(webhook(), createHarness()).handler(toEvent(meta))).toMatchObject({
    ...{ statusCode: 200, body: "1158201444", isBase64Encoded: false },
  });
});

describe.each(httpAdapters)("the preset of Meta through $name", ({ open }) => {
  const settings = {
    ...streamSettings,
    WEBHOOK_SOURCES: { hook: { verifier: "meta" } },
    WEBHOOK_SECRETS: { hook: [secret], "hook.verifyToken": [verifyToken] },
  };
  // https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
  const entry =
    '{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp"},"field":"messages"}]}';
  const body = `{"object":"whatsapp_business_account","entry":[${entry},{"id":"2"}]}`;
  const hubSignature = (key: string) =>
    `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;

  async function ask(call: HttpCall) {
    const harness = createHarness();
    const { status, body: reply } = await open(webhook(), { harness, settings }).http(call);
    return { status, reply, sent: produced(harness) };
  }

  test("the challenge is answered", async () => {
    expect(await ask(meta)).toEqual({ status: 200, reply: "1158201444", sent: [] });
  });

  test("each entry of a signed delivery becomes a message of its account", async () => {
    const headers = { "X-Hub-Signature-256": hubSignature(secret) };

    const { status, sent } = await ask(jsonCall(path, body, headers));

    expect(status).toBe(200);
    expect(sent.map(({ key }) => key)).toEqual(["102290129340398", "2"]);
    expect(sent.map(({ value }) => JSON.parse(value))).toMatchObject([
      { type: "com.meta.whatsapp_business_account", data: JSON.parse(entry) },
      { type: "com.meta.whatsapp_business_account", data: { id: "2" } },
    ]);
  });

  test("a delivery signed with the verify token is refused", async () => {
    const headers = { "X-Hub-Signature-256": hubSignature(verifyToken) };

    expect(await ask(jsonCall(path, body, headers))).toMatchObject({ status: 401, sent: [] });
  });
});
