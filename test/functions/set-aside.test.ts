import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bucket } from "../../lib/triggers/bucket.ts";
import { heartbeat } from "../../lib/triggers/heartbeat.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import { adapters, logged } from "../support/adapters.ts";
import {
  type BucketHarnessOptions,
  createBucketHarness,
  createTimeoutHarness,
} from "../support/buckets.ts";
import { hookCall, shopCall } from "../support/deliveries.ts";
import { acknowledged, answer, messageOf, startMs } from "../support/harness.ts";
import {
  type Bag,
  bucketSettings,
  heartbeatSettings,
  openSource,
  streamSettings,
} from "../support/settings.ts";
import { secretsInUse } from "../support/spoken.ts";

const kept = { DEAD_LETTER_BUCKET: "letters" };
const time = "2023-11-14T221320.000Z-id-1.ndjson";
const asideName = `datastream-relay/set-aside/${time}`;
const aside = `letters/${asideName}`;
const letters = `letters/datastream-relay/dead-letters/${time}`;
const json = { "content-type": "application/json" };
const warning = "DEAD_LETTER_BUCKET is not set: what is refused for good is in the log only";

const linesOf = (text = "") =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Bag);

describe.each(adapters)("a delivery of a verified sender, through $name", ({ open }) => {
  type Given = BucketHarnessOptions & {
    readonly source?: Bag;
    readonly settings?: Bag;
    readonly body?: string | Uint8Array;
    readonly contentType?: string;
    readonly times?: number;
  };

  /** Neither key nor body ever reaches the log. */
  async function deliver(given: Given) {
    const { source = {}, settings = kept, body = '{"k":"a"}', contentType, times = 1 } = given;
    const told = createBucketHarness(given);
    const { harness } = told;
    const sources = { shop: { verifier: "hmac", header: "x-shop-signature", ...source } };
    const adapter = open(webhook(), {
      harness,
      settings: {
        ...{ ...streamSettings, WEBHOOK_SOURCES: sources },
        ...{ WEBHOOK_SECRETS: { shop: [secretsInUse.hmac] }, ...settings },
      },
    });
    const mac = createHmac("sha256", secretsInUse.hmac).update(body).digest("hex");
    const call = shopCall(body, mac, contentType);
    let reply = await adapter.http(call);
    for (let time = 1; time < times; time += 1) {
      reply = await adapter.http(call);
    }
    expect(`${reply.body}${harness.lines.join("")}`).not.toMatch(/customer-4714|private/);
    return { ...told, reply, lines: logged(harness), last: logged(harness).at(-1) };
  }

  const notUtf8 = Buffer.from("private \xff", "latin1");
  const many = `{"items":[${"1,".repeat(10_000)}1]}`;

  test.for([
    [
      "that is not JSON",
      { body: '{"private":' },
      { contentType: "application/json", body: '{"private":' },
      "BODY_NOT_JSON: the body is not JSON in UTF-8",
    ],
    [
      "that is not UTF-8",
      { body: notUtf8 },
      { contentType: "application/json", bodyBase64: "cHJpdmF0ZSD/" },
      "BODY_NOT_JSON: the body is not JSON in UTF-8",
    ],
    [
      "that is not text",
      { body: notUtf8, contentType: "application/octet-stream", source: { value: "raw" } },
      { contentType: "application/octet-stream", bodyBase64: "cHJpdmF0ZSD/" },
      "BODY_NOT_TEXT: a raw value has to be UTF-8",
    ],
    [
      "that has nothing to split",
      { source: { split: "/items" } },
      { contentType: "application/json", body: '{"k":"a"}' },
      "BODY_NOT_SPLIT: the body has no array where the source's split points",
    ],
    [
      "that has too many elements",
      { body: many, source: { split: "/items" } },
      { contentType: "application/json", body: many },
      "BODY_TOO_LARGE: the array is over 10000 elements",
    ],
  ] as const)("a delivery %s is set aside unchanged", async ([, given, line, reason]) => {
    const { reply, happened, stored, lines, last } = await deliver(given);

    expect(reply).toEqual({ status: 200, headers: json, body: '{"status":"stored"}' });
    expect(happened).toEqual([`PUT ${aside}`]);
    expect(linesOf(stored()[aside])).toEqual([{ source: "shop", ...line, reason }]);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: "warn", message: `1 set aside as ${asideName}` }),
    );
    expect(last).toMatchObject({
      ...{ level: "warn", ending: "stored", reason, stored: 1, refused: 0, failed: 0 },
    });
  });

  const keyed = { key: ["const:customer-4714"], value: "raw" };

  test.for([
    ["its own 400", answer(400), "RECORD_REFUSED: HTTP 400: the stream refuses this record"],
    ["its own 413", answer(413), "RECORD_TOO_LARGE: the stream refuses the record as too large"],
  ] as const)("a delivery that the API answers with %s is set aside as a record", async (row) => {
    const [, given, reason] = row;

    const { reply, happened, stored, last } = await deliver({
      ...{ stream: () => given, source: keyed, body: '{"private":1}' },
    });

    expect(reply).toMatchObject({ status: 200, body: expect.stringMatching('"stored","id"') });
    expect(happened).toEqual(["produce customer-4714", `PUT ${aside}`]);
    expect(linesOf(stored()[aside])).toEqual([
      {
        topic: "orders",
        key: "customer-4714",
        value: '{"private":1}',
        id: expect.any(String),
        reason,
      },
    ]);
    expect(last).toMatchObject({ ending: "stored", stored: 1, refused: 0, attempts: 1 });
  });

  test("a delivery that is too large is set aside whole, and nothing is sent", async () => {
    const { reply, happened, stored, last } = await deliver({
      ...{ source: keyed, body: `{"private":"${"x".repeat(200)}"}` },
      settings: { ...kept, DATASTREAM_MESSAGE_BYTES_MAX: 200 },
    });

    const reason =
      "RECORD_TOO_LARGE: key and value are over 200 bytes (DATASTREAM_MESSAGE_BYTES_MAX)";
    expect(reply.status).toBe(200);
    expect(happened).toEqual([`PUT ${aside}`]);
    expect(linesOf(stored()[aside])).toMatchObject([
      { key: "customer-4714", value: `{"private":"${"x".repeat(200)}"}`, reason },
    ]);
    expect(last).toMatchObject({ ending: "stored", stored: 1, attempts: 0 });
  });

  const split = { split: "/items", key: ["element:/k"], value: "raw" };
  const items = (keys: string) =>
    `{"items":[${[...keys].map((key, n) => `{"k":"${key}","n":${n}}`).join()}]}`;

  test("a partly refused delivery leaves an object of each kind, and its keys go on", async () => {
    const stream: BucketHarnessOptions["stream"] = (request) => {
      const { key, value } = messageOf(request);
      if (key === "b") {
        return answer(503);
      }
      return value.includes('"n":0') ? answer(400) : acknowledged;
    };

    const { reply, stored, last, messages } = await deliver({
      ...{ stream, source: split, body: items("aba") },
      settings: { ...kept, DATASTREAM_ATTEMPTS_MAX: 1 },
    });

    expect(reply).toMatchObject({ status: 200, body: expect.stringMatching('"stored","count":3') });
    expect(Object.keys(stored())).toEqual([letters, aside]);
    expect(linesOf(stored()[letters])).toMatchObject([{ key: "b" }]);
    expect(linesOf(stored()[aside])).toMatchObject([{ key: "a", value: '{"k":"a","n":0}' }]);
    expect(messages.map(({ value }) => value).sort()).toEqual([
      ...['{"k":"a","n":0}', '{"k":"a","n":2}', '{"k":"b","n":1}'],
    ]);
    expect(last).toMatchObject({ delivered: 1, stored: 2, refused: 0, failed: 0 });
  });

  test("a delivery whose data is in the bucket already is set aside without it", async () => {
    const { happened, stored } = await deliver({
      ...{ stream: () => answer(400), body: `{"private":"${"x".repeat(1_000)}"}` },
      settings: { ...kept, CLAIM_CHECK_BUCKET: "checks", DATASTREAM_MESSAGE_BYTES_MAX: 1_000 },
    });

    expect(happened.map((what) => what.split("/")[0])).toEqual([
      ...["PUT checks", expect.stringMatching(/^produce /), "PUT letters"],
    ]);
    expect(stored()[aside]).toContain('\\"datarefbucket\\":\\"checks\\"');
    expect(stored()[aside]).not.toContain("xxx");
  });

  const comeAgain = {
    status: 503,
    headers: { ...json, "retry-after": "10" },
    body: '{"status":"failed","reason":"the stream cannot take the event now: send it again later"}',
  };

  test.for([
    ["503", answer(503), 3],
    ["403", answer(403), 1],
  ] as const)(
    "a delivery that cannot be set aside (%s) makes the sender retry",
    async ([, failing, puts]) => {
      const body = await deliver({ body: "private", failing: () => failing });
      const record = await deliver({ stream: () => answer(400), failing: () => failing });

      expect([body.reply, record.reply]).toEqual([comeAgain, comeAgain]);
      expect(body.happened).toEqual(Array(puts).fill(`PUT ${aside}`));
      expect(body.last).toMatchObject({
        ...{ level: "error", ending: "unavailable", code: "STORAGE_UNAVAILABLE", failed: 1 },
        reason: expect.stringMatching(/^object storage: HTTP \d+: not set aside \(BODY_NOT_JSON: /),
      });
      expect(record.last).toMatchObject({ code: "STORAGE_UNAVAILABLE", failed: 1, stored: 0 });
    },
  );

  test.for([
    ["is not JSON", { body: "private" }, 400],
    ["has nothing to split", { source: { split: "/items" } }, 400],
    [
      "is not text",
      { body: notUtf8, contentType: "application/octet-stream", source: { value: "raw" } },
      415,
    ],
    ["is refused by the API", { stream: () => answer(400) }, 500],
    ["is too large for the API", { stream: () => answer(413) }, 413],
  ] as const)(
    "a delivery that %s is only logged without a bucket, which is warned of once",
    async (row) => {
      const [, given, status] = row;

      const { reply, stored, lines } = await deliver({ ...given, settings: {}, times: 2 });

      expect(reply.status).toBe(status);
      expect(stored()).toEqual({});
      expect(lines.filter(({ message }) => message === warning)).toHaveLength(1);
    },
  );

  test("a silent bucket does not delay the response beyond the call's time", async () => {
    const { harness, starts } = createTimeoutHarness((kind) => kind === "PUT");
    const settings = {
      ...streamSettings,
      ...kept,
      WEBHOOK_SOURCES: { shop: { verifier: "hmac", header: "x-shop-signature" } },
      WEBHOOK_SECRETS: { shop: [secretsInUse.hmac] },
    };
    const mac = createHmac("sha256", secretsInUse.hmac).update("private").digest("hex");

    const reply = await open(webhook(), { harness, settings }).http(shopCall("private", mac));

    expect(reply).toEqual(comeAgain);
    expect(starts[0]).toEqual({ kind: "PUT", atMs: 0 });
    expect(harness.effects.now() - startMs).toBeLessThanOrEqual(9_000);
  });
});

describe.each(adapters)("a delivery of an unverified sender, through $name", ({ open }) => {
  test.for([
    ["is not JSON", {}, "private", () => acknowledged, 400],
    ["has nothing to split", { split: "/items" }, "{}", () => acknowledged, 400],
    ["is refused by the API", {}, "{}", () => answer(400), 500],
    ["is too large for the API", {}, "{}", () => answer(413), 413],
  ] as const)("a delivery that %s keeps its status and is not stored", async (row) => {
    const [, source, body, stream, status] = row;
    const { harness, stored } = createBucketHarness({ stream });

    const adapter = open(webhook(), { harness, settings: { ...openSource(source), ...kept } });
    const reply = await adapter.http(hookCall(body));
    const without = open(webhook(), { harness, settings: openSource(source) });
    await without.http(hookCall(body));

    expect(reply.status).toBe(status);
    expect(stored()).toEqual({});
    expect(harness.lines.join("\n")).not.toContain(warning);
  });
});

describe.each(adapters)("an event of the platform, through $name", ({ open }) => {
  const entry = (key: string, more: Bag = {}) => ({
    ...{ eventSource: "aws:s3", eventName: "ObjectCreated:Put", ...more },
    s3: { bucket: { name: "b" }, object: { key } },
  });
  const counts = { delivered: 0, stored: 0, ignored: 0, refused: 0, failed: 0, notAttempted: 0 };
  const foreign = { messageId: "1", body: "{}" };

  test("an entry of unknown form among good ones is set aside without an error", async () => {
    const { harness, stored, messages } = createBucketHarness();
    const settings = { ...bucketSettings, ...kept };

    const result = await open(bucket, { harness, settings }).invoke({
      Records: [entry("a"), foreign, entry("b")],
    });

    expect(result).toEqual({
      ...{ ...counts, delivered: 2, stored: 1 },
      ...{ attempts: 2, uncertain: 0, neverSent: 0 },
    });
    expect(messages.map(({ key }) => key)).toEqual(["b/a", "b/b"]);
    expect(linesOf(stored()[aside])).toEqual([
      {
        source: "bucket",
        contentType: "application/json",
        body: '{"messageId":"1","body":"{}"}',
        reason: "UNKNOWN_EVENT: an entry of Records names no bucket and object",
      },
    ]);
  });

  test("a record that the API refuses does not make the platform retry", async () => {
    const stream: BucketHarnessOptions["stream"] = (request) =>
      messageOf(request).key === "b/a" ? answer(400) : acknowledged;
    const { harness } = createBucketHarness({ stream });
    const settings = { ...bucketSettings, ...kept };

    const result = await open(bucket, { harness, settings }).invoke({
      Records: [entry("a"), entry("b")],
    });

    expect(result).toMatchObject({ delivered: 1, stored: 1, refused: 0, failed: 0 });
    expect(result).not.toHaveProperty("error");
  });

  test.for([
    ["without a bucket", {}, undefined, "RECORD_REFUSED: 1 refused, 0 failed, 0 not attempted"],
    [
      "that cannot be set aside",
      kept,
      () => answer(403),
      "STORAGE_UNAVAILABLE: 0 refused, 1 failed, 0 not attempted",
    ],
  ] as const)("an event %s fails as before", async ([, more, failing, error]) => {
    const { harness } = createBucketHarness({ stream: () => answer(400), failing });
    const settings = { ...heartbeatSettings, ...more };

    const result = await open(heartbeat, { harness, settings }).invoke({});

    expect(result.error).toBe(error);
  });

  test("an event of unknown form fails, because its fields could be settings", async () => {
    const { harness, stored } = createBucketHarness();
    const settings = { ...bucketSettings, ...kept };

    const result = await open(bucket, { harness, settings }).invoke({ what: "ever" });

    expect(result.error).toBe("UNKNOWN_EVENT: 1 refused, 0 failed, 0 not attempted");
    expect(stored()).toEqual({});
  });

  test.for([
    ["of a queue", [foreign]],
    [
      "of a topic",
      [{ EventSource: "aws:sns", Sns: { Message: "{}" } }, { EventSource: "aws:sns" }],
    ],
    ["that are no objects", ["text", 7]],
  ] as const)(
    "an event of records %s alone fails as a whole, and the platform keeps it",
    async ([, records]) => {
      const { harness, stored } = createBucketHarness();
      const settings = { ...bucketSettings, ...kept };

      const result = await open(bucket, { harness, settings }).invoke({ Records: records });

      const count = records.length;
      expect(result.error).toBe(`UNKNOWN_EVENT: ${count} refused, 0 failed, 0 not attempted`);
      expect(stored()).toEqual({});
    },
  );

  test("an event that is nested too deep to be written is not stored and stays refused", async () => {
    const { harness, stored } = createBucketHarness();
    const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    const settings = { ...bucketSettings, ...kept };

    const result = await open(bucket, { harness, settings }).invoke({
      Records: [entry("a", { deep }), { deep }, entry("b"), foreign],
    });

    expect(result.error).toBe("RECORD_REFUSED: 2 refused, 0 failed, 0 not attempted");
    expect(linesOf(stored()[aside])).toMatchObject([{ body: '{"messageId":"1","body":"{}"}' }]);
    expect(logged(harness).at(-1)).toMatchObject({ delivered: 1, stored: 1, refused: 2 });
  });
});
