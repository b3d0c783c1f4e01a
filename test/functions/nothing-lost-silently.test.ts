import { describe, expect, test } from "vitest";
import { bucket } from "../../lib/triggers/bucket.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import { logged, openDoors, produced, stubSettings } from "../support/adapters.ts";
import { toPayloadV1, toRawParameters } from "../support/calls.ts";
import { hookCall } from "../support/deliveries.ts";
import { createWorld } from "../support/harness.ts";
import { bucketSettings, openSource } from "../support/settings.ts";

// A platform that parses bodies must not turn a delivery into an acknowledged event without data.
describe("a body that a platform has parsed", () => {
  test.for([{ a: 1 }, ["a"], 7, true])(
    "the body %j is refused by main, and nothing is sent",
    async (body) => {
      const world = createWorld();
      const parameters = { ...toRawParameters(hookCall(""), openSource()), __ow_body: body };

      const result = await openDoors(webhook, world).main(parameters);

      expect(result).toMatchObject({ statusCode: 400, body: { status: "refused" } });
      expect(produced(world)).toEqual([]);
    },
  );

  test.for([{ a: 1 }, ["a"], 7, true])(
    "the body %j is refused by handler, and nothing is sent",
    async (body) => {
      const world = createWorld();
      stubSettings(openSource());

      const event = { ...toPayloadV1(hookCall("")), body, isBase64Encoded: false };
      const result = await openDoors(webhook, world).handler(event);

      expect(result["statusCode"]).toBe(400);
      expect(produced(world)).toEqual([]);
    },
  );

  test.for([null, undefined, ""])("the body %j is an event without data", async (body) => {
    const world = createWorld();
    const parameters = { ...toRawParameters(hookCall(""), openSource()), __ow_body: body };

    const result = await openDoors(webhook, world).main(parameters);

    expect(result).toMatchObject({ statusCode: 200, body: { status: "delivered" } });
    expect(produced(world)[0]?.value).not.toContain('"data"');
  });
});

describe("a bucket event that is refused", () => {
  test("the refusal is logged even at LOG_LEVEL warn", async () => {
    const world = createWorld();

    const settings = { ...bucketSettings, DEAD_LETTER_BUCKET: "letters", LOG_LEVEL: "warn" };
    await openDoors(bucket, world).main({ ...settings, foo: 1 });

    expect(logged(world)).toMatchObject([{ level: "warn", code: "UNKNOWN_EVENT", refused: 1 }]);
  });
});
