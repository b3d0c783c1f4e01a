import { describe, expect, test } from "vitest";
import { settingGroups, writeSettings } from "../../docs/settings.ts";
import { redriveDefinition } from "../../lib/dead-letters/redrive.ts";
import type { ParseResult } from "../../lib/model/settings.ts";
import { settingNames } from "../../lib/settings/settings.ts";
import { parseStream } from "../../lib/settings/stream-config.ts";
import { bucket } from "../../lib/triggers/bucket.ts";
import { event } from "../../lib/triggers/event.ts";
import { heartbeat } from "../../lib/triggers/heartbeat.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import { parseSources } from "../../lib/webhooks/sources/sources.ts";
import { read } from "./markdown.ts";

const documented = settingGroups.flatMap(({ settings }) => settings);

describe("docs/settings.ts", () => {
  test("describes every setting of the one list, once", () => {
    const names = documented.map(({ name }) => name);

    expect(new Set(names)).toEqual(new Set(settingNames));
    expect(names).toHaveLength(settingNames.length);
  });

  test.each(Object.entries(defaults()))("says the default that %s has", (name, value) => {
    expect(documented.find((one) => one.name === name)?.fallback).toBe(value);
  });

  test("gives a default wherever a parser does, and words where none does", () => {
    const given = documented.filter(({ fallback }) => typeof fallback !== "object");

    expect(new Set(given.map(({ name }) => name))).toEqual(new Set(Object.keys(defaults())));
  });

  test("says both defaults of DELIVERY_TIMEOUT_MS", () => {
    const { fallback } = documented.find(({ name }) => name === "DELIVERY_TIMEOUT_MS") ?? {};
    const others = [bucket, heartbeat, event(), redriveDefinition].map(
      (one) => one.deliveryTimeoutMs,
    );

    expect(JSON.stringify(fallback)).toContain(`${webhook().deliveryTimeoutMs} for \`webhook\``);
    expect(new Set(others)).toEqual(new Set([45_000]));
    expect(JSON.stringify(fallback)).toContain("45000");
  });
});

describe("the settings pages", () => {
  test.each([
    ["docs/settings.md", "en"],
    ["docs/ko/settings.md", "ko"],
  ] as const)("%s is what npm run docs writes", (path, language) => {
    const page = read(path);

    expect(page).toBe(writeSettings(page, language));
  });

  test.each(settingNames)("serverless.yml passes %s on", (name) => {
    expect(read("serverless.yml")).toContain(`${name}: \${env:${name}, ''}`);
  });
});

/** Returns the parsers' values when only required settings are set. */
function defaults(): Readonly<Record<string, string | number>> {
  const keys = { NCLOUD_ACCESS_KEY: "ncp_iam_A1B2C3D4E5F6", NCLOUD_SECRET_KEY: "b2c4d6e8f0" };
  const stream = parsedOf(parseStream(keys, 0));
  const ofBucket = parsedOf(bucket.parse({}));
  const ofEvent = parsedOf(event().parse({}));
  const ofHeartbeat = parsedOf(heartbeat.parse({}));
  const sources = parsedOf(parseSources({ WEBHOOK_SOURCES: { a: { verifier: "none" } } }));
  return {
    DATASTREAM_ENDPOINT: stream.endpoint,
    DATASTREAM_CONCURRENCY: stream.concurrency,
    DATASTREAM_ATTEMPTS_MAX: stream.attemptsMax,
    DATASTREAM_MESSAGE_BYTES_MAX: stream.messageBytesMax,
    DATASTREAM_ACKNOWLEDGEMENT: stream.acknowledgement,
    ATTEMPT_TIMEOUT_MS: stream.attemptTimeoutMs,
    OBJECT_STORAGE_ENDPOINT: stream.storage.endpoint,
    OBJECT_STORAGE_REGION: stream.storage.region,
    LOG_LEVEL: stream.logLevel,
    WEBHOOK_BODY_BYTES_MAX: Number(sources.byName.get("a")?.bodyBytesMax),
    WEBHOOK_BODY_ENCODING: sources.bodyEncoding,
    BUCKET_KEY: ofBucket.key,
    BUCKET_VALUE: ofBucket.value,
    BUCKET_EVENT_FIELDS: JSON.stringify(ofBucket.ncloudFields.passed),
    EVENT_VALUE: ofEvent.value,
    EVENT_FIELDS: JSON.stringify(ofEvent.fields),
    EVENT_DROP: JSON.stringify(ofEvent.drop),
    SQS_PARTIAL_BATCH: String(stream.sqsPartialBatch),
    HEARTBEAT_NAME: ofHeartbeat.name,
    HEARTBEAT_TIMEZONE: ofHeartbeat.timezone,
    REDRIVE_CONCURRENCY: parsedOf(redriveDefinition.parse({ DEAD_LETTER_BUCKET: "dead-letters" }))
      .concurrency,
  };
}

function parsedOf<T>(parsed: ParseResult<T>): T {
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.problems));
  }
  return parsed.value;
}
