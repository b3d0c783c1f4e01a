import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucket } from "../../lib/triggers/bucket.ts";
import { heartbeat } from "../../lib/triggers/heartbeat.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import { openAdapters, stubSettings } from "../support/adapters.ts";
import { createHarness } from "../support/harness.ts";
import { type Bag, webhookSettings } from "../support/settings.ts";

const statuses = [200, 400, 401, 404, 405, 413, 415, 500, 503];

const methods = fc.constantFrom("post", "POST", "get", "head", "put", "", "한");
const paths = fc.oneof(fc.constantFrom("/github", "/shop", "/alerts", "/open", "/"), fc.string());
const texts = fc.oneof(fc.json(), fc.base64String(), fc.string({ unit: "binary" }));
const headers = fc.dictionary(
  fc.oneof(
    fc.constantFrom("content-type", "Content-Type", "x-hub-signature-256", "Authorization"),
    fc.string(),
  ),
  fc.oneof(
    fc.constantFrom("application/json", "text/plain", "sha256=00", "Bearer x"),
    fc.string(),
    fc.array(fc.string()),
    fc.jsonValue(),
  ),
);
/** A field with a valid value, or with anything. */
const orAny = <T>(field: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: field }, { weight: 1, arbitrary: fc.jsonValue() });

const webActions = fc.record(
  {
    __ow_method: orAny(methods),
    __ow_path: orAny(paths),
    __ow_query: orAny(fc.string()),
    __ow_headers: orAny(headers),
    __ow_body: orAny(texts),
  },
  { requiredKeys: ["__ow_method"] },
);
const settings = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Bag>(webhookSettings) },
  fc.dictionary(fc.constantFrom(...Object.keys(webhookSettings), "LOG_LEVEL"), fc.jsonValue()),
  fc.record({ ...mapToConstants(webhookSettings), WEBHOOK_SOURCES: fc.jsonValue() }),
);

function mapToConstants(bag: Bag): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(Object.entries(bag).map(([name, value]) => [name, fc.constant(value)]));
}

const triggers = [
  { name: "webhook", open: () => openAdapters(webhook(), createHarness()) },
  { name: "bucket", open: () => openAdapters(bucket, createHarness()) },
  { name: "heartbeat", open: () => openAdapters(heartbeat, createHarness()) },
];

describe.each(triggers)("$name", ({ open }) => {
  test("any web action is answered with a plain object of a known status", async () => {
    await fc.assert(
      fc.asyncProperty(webActions, settings, async (action, bound) => {
        const result = await open().main({ ...bound, ...action });

        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        expect(statuses).toContain(result["statusCode"]);
      }),
      { numRuns: 300 },
    );
  });

  test("any parameters give a plain object", async () => {
    const parameters = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(parameters, settings, async (given, bound) => {
        const both = typeof given === "object" && given !== null ? { ...bound, ...given } : given;

        const result = await open().main(both);

        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        expect(typeof result).toBe("object");
      }),
    );
  });

  test("any HTTP event of Lambda is answered with a known status", async () => {
    stubSettings(webhookSettings);
    const events = fc.record(
      {
        httpMethod: fc.constantFrom("POST", "GET", "x"),
        requestContext: orAny(fc.record({ http: orAny(fc.record({ method: orAny(methods) })) })),
        path: orAny(paths),
        rawPath: orAny(paths),
        headers: orAny(headers),
        multiValueHeaders: orAny(headers),
        rawQueryString: fc.jsonValue(),
        queryStringParameters: orAny(fc.dictionary(fc.string(), fc.string())),
        multiValueQueryStringParameters: orAny(fc.dictionary(fc.string(), fc.array(fc.string()))),
        body: orAny(texts),
        isBase64Encoded: orAny(fc.boolean()),
      },
      { requiredKeys: ["httpMethod"] },
    );
    await fc.assert(
      fc.asyncProperty(events, fc.jsonValue(), async (event, context) => {
        const result = await open().handler(event, context);

        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        expect(statuses).toContain(result["statusCode"]);
      }),
      { numRuns: 300 },
    );
  });
});

test("a setting whose text form is broken is a problem, not a rejection", async () => {
  const sources = { hook: { verifier: { toString: 1, valueOf: 1 } } };
  const parameters = { ...webhookSettings, WEBHOOK_SOURCES: sources, __ow_method: "post" };

  const result = await openAdapters(webhook(), createHarness()).main({
    ...parameters,
    __ow_query: "",
  });

  expect(result).toMatchObject({ statusCode: 500, body: { status: "failed" } });
});
