import { describe, expect, test } from "vitest";
import { bucket } from "../../lib/triggers/bucket.ts";
import { heartbeat } from "../../lib/triggers/heartbeat.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import { adapters, produced } from "../support/adapters.ts";
import { hookCall } from "../support/deliveries.ts";
import { objectEvent } from "../support/fixtures.ts";
import { acknowledged, answer, createHarness, type Harness } from "../support/harness.ts";
import type { Bag } from "../support/settings.ts";
import { secretsInUse } from "../support/spoken.ts";

/** A recognizable value for every setting, valid enough for the functions to run. */
const bound = {
  NCLOUD_ACCESS_KEY: secretsInUse.ncloudAccessKey,
  NCLOUD_SECRET_KEY: secretsInUse.ncloudSecretKey,
  DATASTREAM_ENDPOINT: "https://canary-endpoint.example",
  DATASTREAM_TOPIC: "canary-topic",
  DATASTREAM_PARTITIONS: { "canary-topic": 3, "canary-other-topic": 577 },
  DATASTREAM_CONCURRENCY: 231,
  DATASTREAM_ATTEMPTS_MAX: 17,
  DATASTREAM_MESSAGE_BYTES_MAX: 8_765_431,
  DELIVERY_TIMEOUT_MS: 54_321,
  ATTEMPT_TIMEOUT_MS: 43_219,
  WEBHOOK_SOURCES: {
    hook: { verifier: "none", topic: "canary-topic", key: ["header:canary-header", "body:/id"] },
    other: { verifier: "hmac", header: "canary-signature", prefix: "canary-prefix" },
  },
  WEBHOOK_SECRETS: { other: [secretsInUse.hmac] },
  WEBHOOK_BODY_BYTES_MAX: 654_321,
  WEBHOOK_BODY_ENCODING: "auto",
  BUCKET_KEY: "object",
  BUCKET_TOPIC: "canary-topic",
  BUCKET_PARTITION: 2,
  BUCKET_VALUE: "cloudevent",
  BUCKET_EVENT_FIELDS: ["canary-field"],
  HEARTBEAT_NAME: "canary-heartbeat",
  HEARTBEAT_CRON: "0 5 * * *",
  HEARTBEAT_TIMEZONE: "Pacific/Kiritimati",
  HEARTBEAT_TOPIC: "canary-topic",
  HEARTBEAT_PARTITION: 1,
  LOG_LEVEL: "debug",
};

/** Foreign settings that are bound as well. */
const lookAlikes = {
  NCLOUD_REGION: "look-alike-1",
  AWS_SECRET_ACCESS_KEY: "look-alike-2",
  DATABASE_URL: "look-alike-3",
  MY_TOKEN: "look-alike-4",
  accessKey: "look-alike-5",
  secretKey: "look-alike-6",
  ncloud_secret_key: "look-alike-7",
  DEAD_LETTER_BUCKET_OF_MINE: "look-alike-8",
  __OW_API_KEY: "look-alike-9",
  nested: { password: "look-alike-10" },
};

const canaries = [
  ...Object.values(secretsInUse),
  /canary-(endpoint|topic|other-topic|header|signature|prefix|field|heartbeat)/,
  /look-alike/,
  /Kiritimati/,
  /0 5 \* \* \*/,
  /(?<!\d)(577|231|8765431|54321|43219|654321)(?!\d)/,
];

function expectNone(text: string, allowed: readonly (string | RegExp)[] = []): void {
  for (const canary of canaries.filter((one) => !allowed.includes(one))) {
    const found = typeof canary === "string" ? text.includes(canary) : canary.test(text);
    expect(found, `${canary} in ${text}`).toBe(false);
  }
}

const endings = [
  { name: "delivers", transport: () => acknowledged },
  { name: "fails", transport: () => answer(403, JSON.stringify({ error: "canary" })) },
  { name: "is down", transport: () => answer(503, "x".repeat(99)) },
];

describe.each(adapters)("$name", ({ open }) => {
  describe.each(endings)("a stream that $name", ({ name, transport }) => {
    const settings = { ...bound, ...lookAlikes };

    /** Keys and values on the topic, and all log lines and replies. */
    function textOf(harness: Harness, answered: unknown): string {
      const messages = produced(harness).map(({ key, value }) => `${key} ${value}`);
      return [...messages, ...harness.lines, JSON.stringify(answered)].join("\n");
    }

    /** Only the topic of an undelivered record is ever named. */
    function checked(text: string): string {
      return name === "delivers" ? text : text.replaceAll('"topic":"canary-topic"', "");
    }

    test.for(["s3-records", "minio-records", "event-bridge", "ncloud", "s3-test-event"])(
      "the bucket event %s carries no setting to the stream",
      async (event) => {
        const harness = createHarness({ transport });

        const result = await open(bucket, { harness, settings }).invoke(objectEvent(event));

        expectNone(checked(textOf(harness, result)));
      },
    );

    test("a tick carries no setting but its name to the stream", async () => {
      const harness = createHarness({ transport });

      const result = await open(heartbeat, { harness, settings }).invoke({});

      expectNone(checked(textOf(harness, result)).replaceAll("canary-heartbeat", ""));
    });

    test.for(["{}", '{"id":1}', "{", ""])(
      "the delivery %j carries no setting to the stream",
      async (body) => {
        const harness = createHarness({ transport });

        const reply = await open(webhook(), { harness, settings }).http(hookCall(body));

        expectNone(checked(textOf(harness, reply)));
      },
    );
  });

  test.for(["s3-records", "event-bridge", "ncloud"])(
    "a raw value of %s holds no setting",
    async (event) => {
      const harness = createHarness();
      const settings: Bag = { ...bound, ...lookAlikes, BUCKET_VALUE: "raw" };

      await open(bucket, { harness, settings }).invoke(objectEvent(event));

      const values = produced(harness).map(({ value }) => value);
      expect(values.length).toBeGreaterThan(0);
      expectNone(values.join("\n"));
    },
  );
});
