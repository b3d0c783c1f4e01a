import fc from "fast-check";
import { expect, test } from "vitest";
import { event } from "../../lib/triggers/event.ts";
import { logged, openAdapters, produced, stubSettings } from "../support/adapters.ts";
import { createHarness } from "../support/harness.ts";
import { sqsMessage } from "../support/platform-events.ts";
import { type Bag, streamSettings } from "../support/settings.ts";

const shortSecret = "s3cret!";
const longSecret = 'a "quoted" webhook secret \\ 한글';
const webhookSecrets = { shop: [shortSecret, longSecret], github: ["\u{1f511}", "4711"] };
const secrets = [
  streamSettings.NCLOUD_ACCESS_KEY,
  streamSettings.NCLOUD_SECRET_KEY,
  shortSecret,
  longSecret,
  "\u{1f511}",
  "4711",
];
/** Settings as somebody binds them to a package of all functions. */
const bound = {
  ...streamSettings,
  WEBHOOK_SOURCES: { shop: { verifier: "hmac" } },
  WEBHOOK_SECRETS: webhookSecrets,
  DEAD_LETTER_BUCKET: "letters",
  HEARTBEAT_NAME: "a heartbeat",
};

const oddNames = ["__proto__", "constructor", "toString", "", "0", "é", "\u202e", "a.b", "Records"];
const platformNames = [
  "id",
  "source",
  "type",
  "time",
  "detail-type",
  "detail",
  "specversion",
  "data",
];
const settingLike = [
  "ncloud_secret_key",
  "Log_Level",
  "__OW_API_KEY",
  "__ow_headers",
  "EVENT_DROP ",
];
const secretLike = ["apiToken", "db_password", "x-api-key", "clientSecret", "Authorization"];

const name = fc.oneof(
  fc.constantFrom(...oddNames, ...platformNames, ...settingLike, ...secretLike, ...secrets),
  fc.string({ maxLength: 12, unit: "binary" }),
);
const leaf = fc.oneof(
  fc.constantFrom<unknown>(...secrets, ...secrets.map((one) => `Bearer ${one}`), 4711, "1.0", null),
  fc.string({ maxLength: 8, unit: "binary" }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: false }),
  ),
}));
const fields = fc.dictionary(name, value, { maxKeys: 8 });
const body = fc.oneof(
  value.map((one) => JSON.stringify(one)),
  value.map((one) => `  ${JSON.stringify(one)}\n`),
  fc.constantFrom(...secrets),
  fc.string({ maxLength: 20, unit: "binary" }),
);
const queue = fc.array(
  fc.record({
    body,
    messageId: fc.oneof(fc.uuid(), fc.constantFrom(...secrets)),
    messageAttributes: fields,
  }),
  { minLength: 1, maxLength: 4 },
);
const given = fc.oneof(
  fields,
  queue.map((messages): Bag => ({ Records: messages.map((one) => ({ ...sqsMessage, ...one })) })),
);

/** Every text, number and name of a value. */
function textsOf(one: unknown): readonly string[] {
  if (typeof one !== "object" || one === null) {
    return [String(one)];
  }
  const isList = Array.isArray(one);
  return Object.entries(one).flatMap(([key, member]) => [
    ...(isList ? [] : [key]),
    ...textsOf(member),
  ]);
}

function expectNoSecret(value: string): void {
  const texts = textsOf(JSON.parse(value));
  expect(texts.filter((text) => secrets.includes(text))).toEqual([]);
  // A short secret can be a part of other words by chance.
  const long = secrets.filter((secret) => secret.length >= 16);
  expect(texts.filter((text) => long.some((secret) => text.includes(secret)))).toEqual([]);
}

const dropped = /^__ow_|token|password|key|secret|authorization/i;

function expectNoSetting(value: string): void {
  const { data } = JSON.parse(value) as { data?: unknown };
  const names =
    typeof data === "object" && data !== null && !Array.isArray(data) ? Object.keys(data) : [];
  const settings = Object.keys(bound).map((setting) => setting.toLowerCase());
  expect(names.filter((one) => dropped.test(one) && /^[\w-]+$/.test(one) && one !== "key")).toEqual(
    [],
  );
  expect(names.filter((one) => settings.includes(one.toLowerCase()))).toEqual([]);
}

function endings({ delivered, stored, ignored, refused, failed, notAttempted }: Bag): number {
  const counts = [delivered, stored, ignored, refused, failed, notAttempted].map(Number);
  return counts.reduce((sum, one) => sum + one, 0);
}

test("no setting, key or webhook secret is in what main sends or logs, whatever the parameters are", async () => {
  await fc.assert(
    fc.asyncProperty(given, async (parameters) => {
      const harness = createHarness();
      const { main } = openAdapters(event(), harness);

      const result = await main({ ...parameters, ...bound });

      const messages = produced(harness);
      // Each part has an ending, and each that is delivered was sent.
      const parts = Array.isArray(parameters["Records"]) ? parameters["Records"].length : 1;
      expect(endings(result)).toBeGreaterThanOrEqual(1);
      expect(result["delivered"] === messages.length || result["error"] !== undefined).toBe(true);
      expect(messages.length).toBeLessThanOrEqual(Math.max(parts, 1));
      for (const { key, value } of messages) {
        expect(secrets).not.toContain(key);
        expectNoSecret(value);
        expectNoSetting(value);
      }
      for (const line of logged(harness)) {
        expectNoSecret(JSON.stringify({ message: line["message"], reason: line["reason"] }));
      }
    }),
    { numRuns: 500 },
  );
});

test("no key is in what handler sends, and equal events have equal ids", async () => {
  stubSettings({ ...bound, WEBHOOK_SECRETS: JSON.stringify(webhookSecrets) });
  await fc.assert(
    fc.asyncProperty(given, async (parameters) => {
      const harness = createHarness();
      const { handler } = openAdapters(event(), harness);
      const reversed = JSON.parse(JSON.stringify(reverse(parameters))) as Bag;

      const first = await handler(parameters);
      const before = produced(harness);
      const second = await handler(reversed);

      expect(first["delivered"]).toBe(before.length);
      expect(second["delivered"]).toBe(before.length);
      const messages = produced(harness);
      for (const { value } of messages) {
        expectNoSecret(value);
      }
      const ids = messages.map(({ value }) => (JSON.parse(value) as Bag)["id"]);
      expect(new Set(ids.slice(before.length))).toEqual(new Set(ids.slice(0, before.length)));
    }),
    { numRuns: 500 },
  );
});

/** Returns the same value with the names of each object in another order. */
function reverse(one: unknown): unknown {
  if (Array.isArray(one)) {
    return one.map(reverse);
  }
  return typeof one === "object" && one !== null
    ? Object.fromEntries(
        Object.entries(one)
          .reverse()
          .map(([key, member]) => [key, reverse(member)]),
      )
    : one;
}
