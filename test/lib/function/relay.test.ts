import { describe, expect, test } from "vitest";
import type { InvocationEvent } from "../../../lib/model/call.ts";
import type { Trigger } from "../../../lib/model/function-definition.ts";
import { bucket } from "../../../lib/triggers/bucket.ts";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { adapters, logged } from "../../support/adapters.ts";
import { hookCall } from "../../support/deliveries.ts";
import { answer, createHarness } from "../../support/harness.ts";
import { bucketSettings, openSource } from "../../support/settings.ts";
import { secretsInUse } from "../../support/spoken.ts";

function throwSecret(): never {
  throw new TypeError(`a bug that quotes ${secretsInUse.ncloudSecretKey}`);
}

const broken: Trigger<InvocationEvent, undefined> = {
  name: "broken",
  accepts: "invocation",
  settings: [],
  deliveryTimeoutMs: 1_000,
  parse: () => ({ ok: true, value: undefined }),
  targets: () => [],
  warnings: () => [],
  map: throwSecret,
};

describe.each(adapters)("$name", ({ open }) => {
  test.for([
    ["mapping", broken],
    ["reading settings", { ...broken, parse: throwSecret }],
  ] as const)("a bug in %s fails the call, and its message is not logged", async ([, trigger]) => {
    const harness = createHarness();

    const result = await open(trigger, { harness, settings: bucketSettings }).invoke({});

    expect(result.error).toBe("UNEXPECTED: 0 refused, 1 failed, 0 not attempted");
    expect(logged(harness)).toMatchObject([
      {
        level: "error",
        function: "broken",
        code: "UNEXPECTED",
        reason: "an unexpected TypeError: please report it",
      },
    ]);
  });

  test("a warning is logged once per start", async () => {
    const harness = createHarness();
    const settings = { ...openSource(), DATASTREAM_PARTITIONS: "" };
    const { http } = open(webhook(), { harness, settings });

    await http(hookCall("{}"));
    await http(hookCall("{}"));

    const warnings = logged(harness).filter(({ level }) => level === "warn");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.["message"]).toMatch(
      /^DATASTREAM_PARTITIONS has no count for a topic in use/,
    );
  });

  test("a short secret is warned of without being shown", async () => {
    const harness = createHarness();
    const settings = {
      ...openSource(),
      WEBHOOK_SOURCES: { hook: { verifier: "bearer" } },
      WEBHOOK_SECRETS: { hook: ["short-canary"] },
    };

    await open(webhook(), { harness, settings }).http({ method: "GET" });

    expect(logged(harness)).toContainEqual(
      expect.objectContaining({
        level: "warn",
        message: "WEBHOOK_SECRETS: a secret of the source hook is under 16 bytes",
      }),
    );
    expect(harness.lines.join("\n")).not.toContain("short-canary");
  });

  test.for([
    ["info", ["info"]],
    ["warn", []],
  ] as const)(
    "a delivery at LOG_LEVEL %s is logged on the levels %j",
    async ([level, expected]) => {
      const harness = createHarness();
      const settings = { ...bucketSettings, DEAD_LETTER_BUCKET: "letters", LOG_LEVEL: level };

      await open(bucket, { harness, settings }).invoke({ object_name: "a.txt" });

      expect(logged(harness).map((line) => line["level"])).toEqual(expected);
    },
  );

  test("a record that was not delivered is logged with a hash of its key", async () => {
    const harness = createHarness({ transport: () => answer(400) });

    await open(bucket, { harness, settings: bucketSettings }).invoke({ object_name: "a.txt" });

    expect(logged(harness)).toContainEqual(
      expect.objectContaining({
        level: "warn",
        message: "record not delivered",
        code: "RECORD_REFUSED",
        topic: "orders",
        partition: 0,
        // printf a.txt | openssl dgst -sha256
        keyHash: "18b7cb099a9e",
      }),
    );
    expect(harness.lines.join("\n")).not.toContain("a.txt");
  });
});
