import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import {
  httpAdapters,
  logged,
  openAdapters,
  produced,
  stubSettings,
} from "../../support/adapters.ts";
import { type HttpCall, lambdaEvents } from "../../support/calls.ts";
import { createHarness } from "../../support/harness.ts";
import { type Bag, openSource, streamSettings } from "../../support/settings.ts";
import { secretsInUse } from "../../support/spoken.ts";

const both = { methods: ["POST", "GET"] };
const twilioUrl = "https://hooks.example.com/twilio?from=sms#rc=5&rp=all";

const settings = {
  ...streamSettings,
  WEBHOOK_SOURCES: {
    kakao: { verifier: "kakao", ...both },
    twilio: { verifier: "twilio", url: twilioUrl, ...both },
    shop: { verifier: "hmac", header: "x-sig", bodyType: "json", ...both },
    gitlab: { verifier: "gitlab" },
    stripe: { verifier: "stripe" },
    basic: { verifier: "basic" },
    token: { verifier: "token", header: "X-Api-Key" },
    open: { verifier: "none" },
    reader: { verifier: "none", methods: ["GET"] },
  },
  WEBHOOK_SECRETS: {
    kakao: [secretsInUse.provider],
    twilio: [secretsInUse.provider],
    shop: [secretsInUse.hmac],
    gitlab: [secretsInUse.provider],
    stripe: [secretsInUse.provider],
    basic: [secretsInUse.basic],
    token: [secretsInUse.token],
  },
};

describe.each(httpAdapters)("a GET through $name", ({ open }) => {
  async function ask(call: HttpCall, given: Bag = settings) {
    const harness = createHarness();
    const { status, headers, body } = await open(webhook(), { harness, settings: given }).http(
      call,
    );
    const events = produced(harness).map(({ value }) => JSON.parse(value) as unknown);
    return { status, headers, body, events, lines: logged(harness) };
  }

  // Kakao Developers, "Kakao Login", "Unlink callback": GET with a query and the admin key.
  test("a GET of Kakao's unlink callback is an event whose data is the undecoded query", async () => {
    const query = "app_id=123456&user_id=1234567890&referrer_type=UNLINK_FROM_APPS&n=a%20b+c%2B";
    const headers = { authorization: `KakaoAK ${secretsInUse.provider}` };

    const { status, events } = await ask({ path: "/kakao", query, headers });

    expect(status).toBe(200);
    expect(events).toMatchObject([
      {
        source: "/webhooks/kakao",
        datacontenttype: "application/x-www-form-urlencoded",
        data: query,
      },
    ]);
  });

  // printf %s URL | openssl dgst -sha1 -hmac <the secret in use> -binary | base64
  test.for([
    ["without a port", "xxN9lpx+dNPO+hhlJP1Z+G+Wv0Q="],
    ["with a port", "hvlijHHJFGorQhhO80axKmnyPyI="],
  ] as const)(
    "a GET of Twilio is verified by the URL with its query, %s",
    async ([, signature]) => {
      const query = "from=sms&MessageSid=SM11&Body=Order%20A-1+paid";
      const call = { path: "/twilio", query, headers: { "x-twilio-signature": signature } };

      expect(await ask(call)).toMatchObject({ status: 204, events: [{ data: query }] });
      expect(await ask({ ...call, query: `${query}&a=1` })).toMatchObject({
        status: 401,
        events: [],
      });
    },
  );

  test("a GET is signed over its query, whatever its content type, coding or bodyType", async () => {
    const query = "id=7&note=a%20b";
    const signature = createHmac("sha256", secretsInUse.hmac).update(query).digest("hex");
    const headers = {
      "x-sig": signature,
      "content-type": "application/json",
      "content-encoding": "gzip",
    };

    const { status, events } = await ask({ path: "/shop", query, headers });

    expect(status).toBe(200);
    expect(events).toMatchObject([
      { datacontenttype: "application/x-www-form-urlencoded", data: query },
    ]);
  });

  test("a GET with a wrong signature is refused without a hint", async () => {
    const headers = { authorization: "KakaoAK another" };

    expect(await ask({ path: "/kakao", query: "a=1", headers })).toMatchObject({
      ...{ status: 401, events: [] },
      body: '{"status":"refused","reason":"unauthenticated"}',
    });
  });

  test.for([
    ["/open", "a=1", {}],
    ["/stripe", "", { "Stripe-Signature": "t=1,v1=00" }],
    ["/gitlab", "", { "X-Gitlab-Token": "x" }],
    ["/gitlab", "", { "Webhook-Signature": "v1,x" }],
    ["/basic", "", { Authorization: "Basic x" }],
    ["/token", "", { "x-api-key": "x" }],
  ] as const)("a GET of %s?%s that may be an event is refused, and the log warns", async (row) => {
    const [path, query, headers] = row;
    for (const method of ["GET", "HEAD"]) {
      const reply = await ask({ method, path, query, headers });

      expect(reply).toMatchObject({
        status: 405,
        headers: { allow: "GET, HEAD, POST" },
        events: [],
      });
      expect(reply.lines).toMatchObject([
        {
          ...{ level: "warn", code: "METHOD_NOT_ALLOWED" },
          reason: `source ${path.slice(1)}: a ${method} with a query or a proof, and its methods are POST`,
        },
      ]);
    }
  });

  test.for([
    ["GET", "/kakao", "", {}],
    ["HEAD", "/kakao", "", {}],
    ["HEAD", "/kakao", "a=1", { authorization: `KakaoAK ${secretsInUse.provider}` }],
    ["GET", "/open", "", { authorization: "Bearer x", cookie: "a=b" }],
    ["GET", "", "a=1", {}],
    ["GET", "/", "", {}],
  ] as const)("the request %s %s?%s is a health check", async ([method, path, query, headers]) => {
    const body = method === "HEAD" ? "" : '{"status":"ok"}';

    expect(await ask({ method, path, query, headers })).toMatchObject({
      status: 200,
      body,
      events: [],
    });
  });

  test.for(["GET", "HEAD", "POST"])(
    "a GET for an unknown source is not found: %s",
    async (method) => {
      for (const query of ["", "a=1"]) {
        expect(await ask({ method, path: "/nope", query })).toMatchObject({
          status: 404,
          events: [],
        });
      }
    },
  );

  test("a GET with an empty path reaches the only source", async () => {
    const call = { path: "", query: "a=1" };

    expect(await ask(call, openSource(both))).toMatchObject({ events: [{ data: "a=1" }] });
    expect(await ask(call, openSource())).toMatchObject({ status: 405, events: [] });
  });

  test("a source may accept GET only and then refuses POST", async () => {
    expect(await ask({ path: "/reader", query: "a=1" })).toMatchObject({ status: 200 });
    expect(await ask({ method: "POST", path: "/reader", body: "{}" })).toMatchObject({
      ...{ status: 405, headers: { allow: "GET, HEAD" }, events: [] },
    });
  });

  test("a GET over the limit is refused", async () => {
    const limited = openSource({ ...both, bodyBytesMax: 5 });

    expect(await ask({ path: "/hook", query: "a=1234" }, limited)).toMatchObject({ status: 413 });
    expect(await ask({ path: "/hook", query: "a=123" }, limited)).toMatchObject({ status: 200 });
  });
});

/** Forms whose text is the same after decoding and encoding, and whose names are unique. */
const canonical = fc
  .uniqueArray(
    fc.tuple(
      fc.string({ unit: "grapheme" }).filter((name) => !/^(__proto__|\d+)$/.test(name)),
      fc.string({ unit: "grapheme" }),
    ),
    { minLength: 1, maxLength: 5, selector: ([name]) => name },
  )
  .map((pairs) => new URLSearchParams(pairs).toString());

describe("a query through Lambda", () => {
  const raw = openSource({ ...both, value: "raw" });

  test.for(lambdaEvents)(
    "a query through $name is the value as it was sent",
    async ({ toEvent, name }) => {
      stubSettings(raw);
      const queries = name.startsWith("payload 2")
        ? fc.webQueryParameters({ size: "small" })
        : canonical;
      await fc.assert(
        fc.asyncProperty(queries, async (query) => {
          fc.pre(query !== "");
          const harness = createHarness();

          await openAdapters(webhook(), harness).handler(toEvent({ path: "/hook", query }));

          expect(produced(harness)[0]?.value).toBe(query);
        }),
      );
    },
  );

  test("a query through a load balancer is not encoded a second time", async () => {
    stubSettings(raw);
    const harness = createHarness();
    const call = { path: "/hook", query: "a=x%20y+z&b=%ED%95%9C&c=" };

    for (const { toEvent } of lambdaEvents.filter(({ name }) => name.startsWith("ALB"))) {
      await openAdapters(webhook(), harness).handler(toEvent(call));
    }

    expect(produced(harness).map(({ value }) => value)).toEqual([call.query, call.query]);
  });

  test.for([1, "text", ["a"], { a: { b: 1 } }, null])(
    "an event whose query is %j is answered",
    async (parameters) => {
      stubSettings(raw);
      const event = { httpMethod: "GET", path: "/hook", queryStringParameters: parameters };

      const { statusCode } = await openAdapters(webhook(), createHarness()).handler(event);

      expect(statusCode).toBe(200);
    },
  );
});

describe("Twilio's URL with connection overrides", () => {
  test("the URL is signed without its fragment", async () => {
    stubSettings(settings);
    const harness = createHarness();
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      // printf 'https://hooks.example.com/twilio?from=smsBodyOrder A-1 paidMessageSidSM11' | openssl …
      "x-twilio-signature": "Nmd+dBzpDaxoDTo/Qwu42NyLQfk=",
    };
    const body = "MessageSid=SM11&Body=Order%20A-1+paid";
    const call = { method: "POST", path: "/twilio", query: "from=sms", headers, body };

    const { statusCode } = await openAdapters(webhook(), harness).handler(
      lambdaEvents[0].toEvent(call),
    );

    expect(statusCode).toBe(204);
  });
});
