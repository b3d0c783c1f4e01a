import { describe, expect, test } from "vitest";
import { toSignature } from "../../../lib/data-stream/signature.ts";
import { type Config, checkTargets, parseConfig } from "../../../lib/settings/stream-config.ts";
import { hear, secretsInUse } from "../../support/spoken.ts";

const required = {
  NCLOUD_ACCESS_KEY: secretsInUse.ncloudAccessKey,
  NCLOUD_SECRET_KEY: secretsInUse.ncloudSecretKey,
};

function toConfig(settings: Record<string, unknown> = {}): Config {
  const parsed = parseConfig({ ...required, ...settings }, 9_000);
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.problems));
  }
  return parsed.value;
}

function toProblems(settings: Record<string, unknown>) {
  const parsed = parseConfig(settings, 9_000);
  const problems = parsed.ok ? [] : parsed.problems;
  hear(problems);
  return problems;
}

describe("the settings of the stream", () => {
  test("the settings have defaults", () => {
    const { keys, partitionsOf, storage, ...config } = toConfig();

    expect(config).toEqual({
      endpoint: "https://api.datastream.naverncp.com",
      topic: undefined,
      concurrency: 16,
      attemptsMax: 5,
      attemptTimeoutMs: 3_000,
      deliveryTimeoutMs: 9_000,
      messageBytesMax: 1_000_000,
      acknowledgement: "documented",
      sqsPartialBatch: false,
      deadLetterBucket: undefined,
      claimCheckBucket: undefined,
      logLevel: "info",
    });
    expect(storage).toEqual({
      endpoint: "https://kr.object.ncloudstorage.com",
      region: "kr-standard",
      keys,
    });
    expect(keys.accessKey).toBe("canary-ncloud-access-key-52c8d0");
    expect(partitionsOf("orders")).toBeUndefined();
  });

  const expected = {
    endpoint: "http://127.0.0.1:4010",
    topic: "orders",
    concurrency: 2,
    attemptsMax: 3,
    attemptTimeoutMs: 700,
    deliveryTimeoutMs: 45_000,
    messageBytesMax: 5_000,
    acknowledgement: "any-2xx",
    logLevel: "debug",
  };
  const words = {
    DATASTREAM_ENDPOINT: "http://127.0.0.1:4010",
    DATASTREAM_TOPIC: "orders",
    LOG_LEVEL: "debug",
    DATASTREAM_ACKNOWLEDGEMENT: "any-2xx",
  };
  const numbers = {
    DATASTREAM_CONCURRENCY: 2,
    DATASTREAM_ATTEMPTS_MAX: 3,
    ATTEMPT_TIMEOUT_MS: 700,
    DELIVERY_TIMEOUT_MS: 45_000,
    DATASTREAM_MESSAGE_BYTES_MAX: 5_000,
  };
  test.for([
    ["JSON", numbers],
    ["text", Object.fromEntries(Object.entries(numbers).map(([name, n]) => [name, String(n)]))],
  ] as const)("the settings are read as %s", ([, given]) => {
    expect(toConfig({ ...words, ...given })).toMatchObject(expected);
  });

  test("the settings sign with the secret key", () => {
    const { keys } = toConfig();

    // Made with openssl dgst -sha256 -hmac.
    expect(
      toSignature(
        "POST /api/produce\n1700000000000\ncanary-ncloud-access-key-52c8d0",
        keys.secretKey,
      ),
    ).toBe("8U/lyjObAQVZGWQqqDCWN+sqWcdesqYBpnNk/QM7cKI=");
  });

  test.for([
    ["4", "orders", 4],
    [4, "anything", 4],
    ['{"orders":4}', "orders", 4],
    [{ orders: 4 }, "orders", 4],
    [{ orders: 4 }, "alerts", undefined],
    [{ orders: 4 }, "toString", undefined],
  ] as const)("the partitions %j give %s the count %s", ([given, topic, count]) => {
    expect(toConfig({ DATASTREAM_PARTITIONS: given }).partitionsOf(topic)).toBe(count);
  });

  test.for([
    ["DATASTREAM_CONCURRENCY", 1, 256],
    ["DATASTREAM_ATTEMPTS_MAX", 1, 20],
    ["DATASTREAM_MESSAGE_BYTES_MAX", 1, 100_000_000],
    ["DELIVERY_TIMEOUT_MS", 500, 900_000],
    ["ATTEMPT_TIMEOUT_MS", 100, 60_000],
  ] as const)("the setting %s is limited to %i and %i", ([setting, min, max]) => {
    const given = [min - 1, min, max, max + 1];

    const problems = given.map((value) => toProblems({ ...required, [setting]: value }));

    const problem = [{ setting, text: `must be a whole number from ${min} to ${max}` }];
    expect(problems).toEqual([problem, [], [], problem]);
  });
});

describe("problems with the settings", () => {
  test("all problems are reported together, by name, without a value", () => {
    const { github, hmac } = secretsInUse;

    const problems = toProblems({
      NCLOUD_ACCESS_KEY: `${secretsInUse.ncloudAccessKey} 열쇠`,
      DATASTREAM_ENDPOINT: `http://${github}.example`,
      DATASTREAM_TOPIC: `${hmac} with spaces`,
      DATASTREAM_PARTITIONS: { [github]: hmac },
      LOG_LEVEL: github,
      DATASTREAM_TOPICS: hmac,
    });

    expect(problems.map(({ setting }) => setting)).toEqual([
      "NCLOUD_ACCESS_KEY",
      "NCLOUD_SECRET_KEY",
      "DATASTREAM_ENDPOINT",
      "DATASTREAM_TOPIC",
      "DATASTREAM_PARTITIONS",
      "LOG_LEVEL",
      "DATASTREAM_TOPICS",
    ]);
  });

  test("a misspelt name alone is a problem", () => {
    expect(toProblems({ ...required, LOG_LEVLE: "debug" })).toEqual([
      { setting: "LOG_LEVLE", text: "is not a setting: did you mean LOG_LEVEL?" },
    ]);
  });

  test.for(["", "  ", `$${"{SECRET}"}`, "two\nlines", 7])(
    "a secret key of %j is a problem",
    (NCLOUD_SECRET_KEY) => {
      expect(toProblems({ ...required, NCLOUD_SECRET_KEY })).toMatchObject([
        { setting: "NCLOUD_SECRET_KEY" },
      ]);
    },
  );
});

test.for(["DEAD_LETTER_BUCKET", "CLAIM_CHECK_BUCKET"])(
  "the setting %s must be a bucket name",
  (name) => {
    const text = "must be a bucket name";

    expect(toProblems({ ...required, [name]: "a-bucket.1" })).toEqual([]);
    for (const wrong of ["ab", "A-bucket", "a_bucket", "-bucket", "a".repeat(64), 7]) {
      expect(toProblems({ ...required, [name]: wrong })).toEqual([{ setting: name, text }]);
    }
  },
);

describe("targets", () => {
  const target = {
    topicSetting: "BUCKET_TOPIC",
    topic: undefined,
    partitionSetting: "BUCKET_PARTITION",
    partition: undefined,
  };

  test("targets need a topic of their own or the default", () => {
    expect(checkTargets([target], toConfig())).toEqual([
      { setting: "DATASTREAM_TOPIC", text: "is required: BUCKET_TOPIC is not set" },
    ]);
    expect(checkTargets([target, { ...target, topic: "a" }, target, target], toConfig())).toEqual([
      { setting: "DATASTREAM_TOPIC", text: "is required: BUCKET_TOPIC and 2 more are not set" },
    ]);
    expect(checkTargets([target], toConfig({ DATASTREAM_TOPIC: "orders" }))).toEqual([]);
    expect(checkTargets([{ ...target, topic: "alerts" }], toConfig())).toEqual([]);
  });

  test.for([
    [3, { orders: 4 }, true],
    [4, { orders: 4 }, false],
    [4, 4, false],
    [4, { alerts: 4 }, true],
    [4, undefined, true],
    [undefined, { orders: 1 }, true],
  ] as const)("a target with partition %s of %j is right: %s", ([partition, counts, right]) => {
    const config = toConfig({ DATASTREAM_TOPIC: "orders", DATASTREAM_PARTITIONS: counts });

    const problems = checkTargets([{ ...target, partition }], config);

    expect(problems).toEqual(
      right
        ? []
        : [
            {
              setting: "BUCKET_PARTITION",
              text: "must be below the topic's partition count of 4",
            },
          ],
    );
  });
});
