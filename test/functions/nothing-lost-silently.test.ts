import { describe, expect, test } from "vitest";
import { bucket } from "../../lib/triggers/bucket.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import { logged, openAdapters, produced, stubSettings } from "../support/adapters.ts";
import { toPayloadV1, toRawParameters } from "../support/calls.ts";
import { hookCall } from "../support/deliveries.ts";
import { createHarness } from "../support/harness.ts";
import { bucketSettings, openSource } from "../support/settings.ts";

// A platform that parses bodies must not turn a delivery into an acknowledged event without data.
describe("a body that a platform has parsed", () => {
  test.for([{ a: 1 }, ["a"], 7, true])(
    "the body %j is refused by main, and nothing is sent",
    async (body) => {
      const harness = createHarness();
      const parameters = { ...toRawParameters(hookCall(""), openSource()), __ow_body: body };

      const result = await openAdapters(webhook(), harness).main(parameters);

      expect(result).toMatchObject({ statusCode: 400, body: { status: "refused" } });
      expect(produced(harness)).toEqual([]);
    },
  );

  test.for([{ a: 1 }, ["a"], 7, true])(
    "the body %j is refused by handler, and nothing is sent",
    async (body) => {
      const harness = createHarness();
      stubSettings(openSource());

      const event = { ...toPayloadV1(hookCall("")), body, isBase64Encoded: false };
      const result = await openAdapters(webhook(), harness).handler(event);

      expect(result["statusCode"]).toBe(400);
      expect(produced(harness)).toEqual([]);
    },
  );

  test.for([null, undefined, ""])("the body %j is an event without data", async (body) => {
    const harness = createHarness();
    const parameters = { ...toRawParameters(hookCall(""), openSource()), __ow_body: body };

    const result = await openAdapters(webhook(), harness).main(parameters);

    expect(result).toMatchObject({ statusCode: 200, body: { status: "delivered" } });
    expect(produced(harness)[0]?.value).not.toContain('"data"');
  });
});

describe("a bucket event that is refused", () => {
  test("the refusal is logged even at LOG_LEVEL warn", async () => {
    const harness = createHarness();

    const settings = { ...bucketSettings, DEAD_LETTER_BUCKET: "letters", LOG_LEVEL: "warn" };
    await openAdapters(bucket, harness).main({ ...settings, foo: 1 });

    expect(logged(harness)).toMatchObject([{ level: "warn", code: "UNKNOWN_EVENT", refused: 1 }]);
  });
});
