import { describe, expect, test } from "vitest";
import { bucket } from "../../lib/triggers/bucket.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import { adapters, logged } from "../support/adapters.ts";
import {
  type BucketHarnessOptions,
  createBucketHarness,
  redriveAdapters,
} from "../support/buckets.ts";
import { hookCall } from "../support/deliveries.ts";
import { acknowledged, answer, messageOf, noAnswer } from "../support/harness.ts";
import { type Bag, openSource, streamSettings } from "../support/settings.ts";

const keyedSettings = openSource({ key: ["const:customer-4714"] });
const limits = { DATASTREAM_MESSAGE_BYTES_MAX: 1_000, CLAIM_CHECK_BUCKET: "checks" };
const tooLarge =
  '{"status":"refused","reason":"key and value are over 1000 bytes (DATASTREAM_MESSAGE_BYTES_MAX)"}';

const jsonBody = `{"blob":"${"x".repeat(1_200)}"}`;
const textBody = "주".repeat(500);
const binaryBody = Buffer.from("ff00".repeat(600), "hex");

/** Each hash from `sha256sum`: of the data, and of `hook`, two line breaks and the data as its id. */
const bodies = [
  {
    kind: "JSON",
    ...{ body: jsonBody, contentType: "application/json", size: 1_211 },
    sha256: "d63a5d5890dee376106820f13ff9a0b13f4d5ad3b014c97baf0733c36307b02e",
    id: "7a79b858ad15dd65f98601adc0b9cce25fa8401374dcdb84082cbc36cb988b11",
  },
  {
    kind: "text",
    ...{ body: textBody, contentType: "text/plain", size: 1_500 },
    sha256: "5af582e98af359cbdb5a0a2632a75d90c1b642c185032a8506eda45ab71bd81d",
    id: "a0e518b7bc032f4562df6448f5821312730e157381f09f13ed8b74282ef3484a",
  },
  {
    kind: "binary",
    ...{ body: binaryBody, contentType: "application/octet-stream", size: 1_200 },
    sha256: "53b4cd35a1598b304fbe27f5eaf9001778984a282518abf970a50141a5a36727",
    id: "641762c760872eefa6a978e12c5ee672cfc802c3072670094bbf94edaba06906",
  },
] as const;

const jsonSha256 = bodies[0].sha256;
const jsonPut = `PUT checks/datastream-relay/claim-checks/${jsonSha256}`;

const failsChecks = (what: string) => (what.startsWith("PUT checks") ? answer(503) : undefined);

describe.each(adapters)("a delivery over the limit, through $name", ({ open }) => {
  type Given = BucketHarnessOptions & {
    readonly source?: Bag;
    readonly settings?: Bag;
    readonly body?: string | Uint8Array;
    readonly contentType?: string;
    readonly times?: number;
  };

  /** Neither key nor data ever reaches the log. */
  async function deliver(given: Given = {}) {
    const { source = {}, body = jsonBody, contentType, times = 1, ...options } = given;
    const told = createBucketHarness(options);
    const { harness } = told;
    const keyed = openSource({ key: ["const:customer-4714"], ...source });
    const adapter = open(webhook(), {
      harness,
      settings: { ...keyed, ...limits, ...given.settings },
    });
    const reply = await adapter.http(hookCall(body, contentType));
    for (let time = 1; time < times; time += 1) {
      await adapter.http(hookCall(body, contentType));
    }
    expect(`${reply.body}${harness.lines.join("")}`).not.toMatch(/customer-4714|xxxx|주|blob/);
    return { ...told, reply, lines: logged(harness) };
  }

  test.for(bodies)("data of $kind is stored in the bucket unchanged", async (one) => {
    const { reply, messages, happened, bytesAt } = await deliver(one);

    const name = `datastream-relay/claim-checks/${one.sha256}`;
    expect(reply).toMatchObject({ status: 200, body: `{"status":"delivered","id":"${one.id}"}` });
    expect(happened).toEqual([`PUT checks/${name}`, "produce customer-4714"]);
    expect(bytesAt(`checks/${name}`)).toEqual(Buffer.from(one.body));
    expect(messages).toMatchObject([{ topic: "orders", partition: 2, key: "customer-4714" }]);
    expect(JSON.parse(messages[0]?.value ?? "")).toEqual({
      specversion: "1.0",
      id: one.id,
      source: "/webhooks/hook",
      type: "webhook.received",
      time: "2023-11-14T22:13:20.000Z",
      datacontenttype: one.contentType,
      partitionkey: "customer-4714",
      dataref: `https://kr.object.ncloudstorage.com/checks/${name}`,
      datarefbucket: "checks",
      datarefname: name,
      datarefsize: one.size,
      datarefsha256: one.sha256,
    });
  });

  test("the reference names the endpoint at which the data is stored", async () => {
    const endpoint = "https://kr.object.ncloudstorage.com/";

    const { messages } = await deliver({ settings: { OBJECT_STORAGE_ENDPOINT: endpoint } });

    expect(messages[0]?.value).toContain(
      `"dataref":"https://kr.object.ncloudstorage.com/checks/datastream-relay/claim-checks/${jsonSha256}"`,
    );
  });

  test("a repeated delivery is stored under the same name", async () => {
    const { happened, messages, stored } = await deliver({ times: 2 });

    expect(happened).toEqual([
      ...[jsonPut, "produce customer-4714"],
      ...[jsonPut, "produce customer-4714"],
    ]);
    expect(messages[1]).toEqual(messages[0]);
    expect(Object.values(stored())).toEqual([jsonBody]);
  });

  test.for([
    ["503", answer(503)],
    ["nothing", noAnswer()],
  ] as const)("a bucket that answers %s to the data makes the sender retry", async (row) => {
    const [, given] = row;

    const { reply, happened, lines } = await deliver({ failing: () => given });

    expect(reply).toMatchObject({ status: 503, headers: { "retry-after": "10" } });
    expect(happened).toEqual(Array(5).fill(jsonPut));
    expect(lines.at(-1)).toMatchObject({
      ...{ ending: "unavailable", code: "STORAGE_UNAVAILABLE", failed: 1, attempts: 0 },
      reason: expect.stringMatching(/^object storage: /),
    });
  });

  test("a bucket that refuses the data is a fault of the settings", async () => {
    const { reply, happened, lines } = await deliver({ failing: () => answer(403) });

    expect(reply).toMatchObject({ status: 500, body: '{"status":"failed"}' });
    expect(happened).toEqual([jsonPut]);
    expect(lines.at(-1)).toMatchObject({
      ...{ level: "error", ending: "faulted", code: "STORAGE_REJECTED" },
      reason: "object storage: HTTP 403: check CLAIM_CHECK_BUCKET and the key pair's rights to it",
    });
  });

  test("a delivery whose data could not be stored becomes a dead letter, which redrive claim-checks", async () => {
    const settings = { ...limits, DEAD_LETTER_BUCKET: "letters" };
    const first = await deliver({
      settings,
      failing: (what) => (what.startsWith("PUT checks") ? answer(503) : undefined),
    });
    expect(first.reply).toMatchObject({ status: 200, body: expect.stringMatching(/"stored"/) });
    const [path = "", letter = ""] = Object.entries(first.stored())[0] ?? [];

    const told = createBucketHarness();
    told.place(path, letter);
    const harness = { harness: told.harness, settings: { ...keyedSettings, ...settings } };
    const result = await redriveAdapters[0].open(harness).invoke({});

    expect(result).toMatchObject({ delivered: 1, refused: 0 });
    expect(told.bytesAt(jsonPut.slice("PUT ".length))).toEqual(Buffer.from(jsonBody));
    expect(JSON.parse(told.messages[0]?.value ?? "")).toMatchObject({
      ...{ specversion: "1.0", datarefsha256: jsonSha256, datarefbucket: "checks" },
      datacontenttype: "application/json",
    });
    expect(told.messages[0]).toMatchObject({ key: "customer-4714", partition: 2 });
  });

  const long = "x".repeat(1_200);
  test.for([
    ["application/jsonl", `{"a":"${long}"}\n{"b":2}\n`],
    ["application/json-seq", `"${long}"`],
    ["text/plain", `"${long}"`],
    ["text/json", `"${long}"`],
    ["application/json", `\r\n\t{"a" : "${long}", "a":1.0 }\n`],
    ["application/json, application/json", ` "${long}" `],
    ["", `"${long}"`],
    ["", `${long}\n`],
    ["application/octet-stream", Buffer.from("ff00".repeat(600), "hex")],
  ] as const)(
    "data of the type %j is stored with the same bytes when it is redriven",
    async (row) => {
      const [contentType, body] = row;
      const settings = { ...limits, DEAD_LETTER_BUCKET: "letters" };
      const live = await deliver({ body, contentType });
      const [name = ""] = Object.keys(live.stored());
      const late = await deliver({ body, contentType, settings, failing: failsChecks });
      const [path = "", letter = ""] = Object.entries(late.stored())[0] ?? [];

      const told = createBucketHarness();
      told.place(path, letter);
      const harness = { harness: told.harness, settings: { ...keyedSettings, ...settings } };
      await redriveAdapters[0].open(harness).invoke({});

      expect(live.bytesAt(name)).toEqual(Buffer.from(body));
      expect(told.bytesAt(name)).toEqual(Buffer.from(body));
      expect(told.messages).toEqual(live.messages);
    },
  );

  test("a clock correction during the upload leaves no extra time for the data", async () => {
    const times: number[] = [];
    const date = "Tue, 14 Nov 2023 22:23:20 GMT";
    const told = createBucketHarness({
      failing: (_, { timeoutMs }) => {
        times.push(timeoutMs);
        told.harness.advance(2_000);
        return times.length === 1 ? answer(403, "", { date }) : undefined;
      },
    });
    const adapter = open(webhook(), {
      harness: told.harness,
      settings: { ...keyedSettings, ...limits },
    });

    await adapter.http(hookCall(jsonBody));

    expect(times.slice(0, 2)).toEqual([3_000, 1_000]);
  });

  test("an oversized element delays no other key, and its key's later elements follow it", async () => {
    const large = `{"k":"a","blob":"${"x".repeat(1_200)}"}`;
    const { happened, stored, reply } = await deliver({
      body: `{"items":[${large},{"k":"a","n":1},{"k":"b","n":2}]}`,
      source: { split: "/items", key: ["element:/k"] },
      settings: { DEAD_LETTER_BUCKET: "letters", DATASTREAM_ATTEMPTS_MAX: 1 },
      failing: (what) => (what.startsWith("PUT checks") ? answer(503) : undefined),
    });

    expect(reply.body).toMatch(/"stored"/);
    expect(happened.filter((what) => what.startsWith("produce"))).toEqual(["produce b"]);
    const lines = (Object.values(stored())[0] ?? "").trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as Bag)["id"])).toEqual([
      expect.stringMatching(/#0$/),
      expect.stringMatching(/#1$/),
    ]);
  });

  test("a delivery becomes a dead letter without its data when the stream is down", async () => {
    const { reply, stored } = await deliver({
      settings: { DEAD_LETTER_BUCKET: "letters" },
      stream: () => answer(503),
    });

    const check = `datastream-relay/claim-checks/${jsonSha256}`;
    const letter = "letters/datastream-relay/dead-letters/2023-11-14T221320.000Z-id-1.ndjson";
    expect(reply.body).toMatch(/"stored"/);
    expect(Object.keys(stored())).toEqual([`checks/${check}`, letter]);
    expect(stored()[letter]).toContain(`\\"datarefname\\":\\"${check}\\"`);
    expect(stored()[letter]).not.toContain("xxxx");
  });

  test.for([
    ["a raw value", { source: { value: "raw" } }],
    ["no bucket for it", { settings: { CLAIM_CHECK_BUCKET: "" } }],
    ["a key that is over it alone", { source: { key: [`const:${"k".repeat(1_001)}`] } }],
    [
      "a key that leaves no room for the reference",
      { source: { key: [`const:${"k".repeat(300)}`] } },
    ],
    ["no data", { body: "", source: { key: [`const:${"k".repeat(600)}`] } }],
  ] as const)("a delivery with %s is answered 413, and nothing is sent", async ([, given]) => {
    const { reply, happened, lines } = await deliver(given);

    expect(reply).toMatchObject({ status: 413, body: tooLarge });
    expect(happened).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ code: "RECORD_TOO_LARGE", refused: 1, attempts: 0 });
  });

  test("a refused delivery becomes no dead letter", async () => {
    const settings = { CLAIM_CHECK_BUCKET: "", DEAD_LETTER_BUCKET: "letters" };

    const { reply, happened } = await deliver({ settings });

    expect(reply.status).toBe(413);
    expect(happened).toEqual([]);
  });

  // Key and envelope of this source take 264 bytes, and 348 in a request's body, which names its fields
  // and escapes the envelope's quotation marks.
  test("one byte of the request's body decides between below and above the limit", async () => {
    const textOf = (bytes: number) => "x".repeat(bytes - 348);
    const contentType = "text/plain";

    const fitting = await deliver({ body: textOf(1_000), contentType });
    const over = await deliver({ body: textOf(1_001), contentType });

    const request = fitting.harness.requests[0]?.body ?? "";
    expect(Buffer.byteLength(request)).toBe(1_000);
    expect(fitting.happened).toEqual(["produce customer-4714"]);
    expect(over.happened).toEqual([expect.stringMatching(/^PUT /), "produce customer-4714"]);
  });

  test("a delivery over the limit in its request's body alone is sent without a bucket, and the API decides", async () => {
    const settings = { CLAIM_CHECK_BUCKET: "" };
    const body = "x".repeat(1_000 - 264);
    const given = { body, contentType: "text/plain", settings };

    const taken = await deliver(given);
    const refused = await deliver({ ...given, stream: () => answer(413) });
    const over = await deliver({ ...given, body: `${body}x` });

    expect(taken.reply).toMatchObject({ status: 200, body: expect.stringMatching('"delivered"') });
    expect(refused.reply.status).toBe(413);
    expect(refused.happened).toEqual(["produce customer-4714"]);
    expect(over.reply).toMatchObject({ status: 413, body: tooLarge });
    expect(over.happened).toEqual([]);
  });

  test("one oversized element alone stores only its own data and keeps the order of keys", async () => {
    const large = `{"k":"a","blob":"${"x".repeat(1_200)}"}`;
    const body = `{"items":[{"k":"a","n":0},${large},{"k":"a","n":2},{"k":"b","n":3}]}`;

    const { happened, messages, reply } = await deliver({
      body,
      source: { split: "/items", key: ["element:/k"] },
    });

    const sha256 = "7d84a70d5498c4926068927ccd7068006599a0257d96386b831203eae45646e8";
    expect(reply.body).toMatch(/"delivered","count":4/);
    expect(happened.filter((what) => !what.startsWith("produce "))).toEqual([
      `PUT checks/datastream-relay/claim-checks/${sha256}`,
    ]);
    const places = messages
      .filter(({ key }) => key === "a")
      .map(({ value }) => JSON.parse(value) as Bag)
      .map(({ data, datarefsha256 }) => data ?? datarefsha256);
    expect(places).toEqual([{ k: "a", n: 0 }, sha256, { k: "a", n: 2 }]);
  });
});

describe.each(adapters)("a delivery that the API finds too large, through $name", ({ open }) => {
  const small = '{"blob":"private words"}';
  const smallCheck = /^PUT checks\/datastream-relay\/claim-checks\/[0-9a-f]{64}$/;
  const produce = "produce customer-4714";
  /** An API that accepts references only and finds every whole event too large. */
  const tiny: BucketHarnessOptions["stream"] = (request) =>
    messageOf(request).value.includes('"dataref"') ? acknowledged : answer(413);

  async function deliver(
    given: BucketHarnessOptions & { readonly settings?: Bag },
    source: Bag = {},
  ) {
    const told = createBucketHarness(given);
    const { harness } = told;
    const keyed = openSource({ key: ["const:customer-4714"], ...source });
    const settings = { ...keyed, CLAIM_CHECK_BUCKET: "checks", ...given.settings };
    const body = `${small.slice(0, -2)}${"x".repeat(1_000)}"}`;
    const reply = await open(webhook(), { harness, settings }).http(hookCall(body));
    return { ...told, reply, last: logged(harness).at(-1), body };
  }

  test("its data is stored in the bucket, and the message is sent without it", async () => {
    const { reply, happened, messages, stored, body, last } = await deliver({ stream: tiny });

    expect(reply).toMatchObject({ status: 200, body: expect.stringMatching('"delivered"') });
    expect(happened).toEqual([produce, expect.stringMatching(smallCheck), produce]);
    expect(Object.values(stored())).toEqual([body]);
    expect(JSON.parse(messages[1]?.value ?? "")).not.toHaveProperty("data");
    expect(last).toMatchObject({ delivered: 1, attempts: 2, uncertain: 0 });
  });

  test("its data is stored even if only one attempt is allowed", async () => {
    const settings = { DATASTREAM_ATTEMPTS_MAX: 1 };

    const { reply } = await deliver({ stream: tiny, settings });

    expect(reply.status).toBe(200);
  });

  test("the delivery is refused for good if the API refuses the reference too", async () => {
    const { reply, happened, last } = await deliver({ stream: () => answer(413) });

    expect(reply.status).toBe(413);
    expect(happened).toEqual([produce, expect.stringMatching(smallCheck), produce]);
    expect(last).toMatchObject({ code: "RECORD_TOO_LARGE", refused: 1, attempts: 2 });
  });

  test.for([
    ["a raw value", {}, { value: "raw" }],
    ["no bucket for it", { settings: { CLAIM_CHECK_BUCKET: "" } }, {}],
  ] as const)("a delivery with %s is refused at once", async ([, given, source]) => {
    const { reply, happened } = await deliver({ stream: tiny, ...given }, source);

    expect(reply.status).toBe(413);
    expect(happened).toEqual([produce]);
  });

  test("a proxy's 413 causes no claim check, and the sender retries", async () => {
    const { reply, happened } = await deliver({ stream: () => answer(413, "<html></html>") });

    expect(reply.status).toBe(503);
    expect(happened).toEqual(Array(5).fill(produce));
  });

  test("the delivery becomes a dead letter with its data if no time is left for the upload", async () => {
    const { reply, stored, last } = await deliver({
      settings: { DEAD_LETTER_BUCKET: "letters", DELIVERY_TIMEOUT_MS: 700 },
      stream: (request) => {
        expect(messageOf(request).value).not.toContain("dataref");
        return answer(413);
      },
      failing: (what) => (what.startsWith("PUT checks") ? answer(503) : undefined),
    });

    expect(reply).toMatchObject({ status: 200, body: expect.stringMatching('"stored"') });
    expect(Object.values(stored()).join("")).toContain("private words");
    expect(last).toMatchObject({ ending: "stored", stored: 1, refused: 0 });
  });
});

test.each(adapters)(
  "an object event over the limit leaves its data in the bucket, through $name",
  async ({ open }) => {
    const { harness, stored } = createBucketHarness();
    const record = { s3: { bucket: { name: "b" }, object: { key: "k" } }, more: "x".repeat(1_200) };

    const result = await open(bucket, {
      harness,
      settings: { ...streamSettings, ...limits },
    }).invoke({
      Records: [record],
    });

    expect(result).toMatchObject({ delivered: 1 });
    expect(Object.values(stored())).toEqual([
      `{"s3":{"bucket":{"name":"b"},"object":{"key":"k"}},"more":"${"x".repeat(1_200)}"}`,
    ]);
  },
);
