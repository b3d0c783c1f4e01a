import { describe, expect, test } from "vitest";
import { bucket } from "../../../lib/triggers/bucket.ts";
import { adapters, logged, produced } from "../../support/adapters.ts";
import { objectEvent } from "../../support/fixtures.ts";
import { createHarness } from "../../support/harness.ts";
import { type Bag, bucketSettings } from "../../support/settings.ts";

const counts = {
  delivered: 0,
  stored: 0,
  ignored: 0,
  refused: 0,
  failed: 0,
  notAttempted: 0,
  attempts: 0,
  uncertain: 0,
  neverSent: 0,
};

describe.each(adapters)("a bucket event through $name", ({ open }) => {
  async function send(event: Bag, options: Bag = {}) {
    const harness = createHarness();
    const adapter = open(bucket, { harness, settings: { ...bucketSettings, ...options } });
    const result = await adapter.invoke(event);
    const messages = produced(harness);
    const ids = messages.map(({ value }) => (JSON.parse(value) as Bag)["id"]);
    return { result, messages, ids, lines: logged(harness) };
  }

  test("of Amazon S3 becomes a CloudEvent for each of its records", async () => {
    const { result, messages } = await send(objectEvent("s3-records"));

    expect(result).toEqual({ ...counts, delivered: 2, attempts: 2 });
    const created = messages.find(({ key }) => key === "photos/a b+c 한.txt");
    const removed = messages.find(({ key }) => key === "photos/100%25+%ZZ.txt");
    expect(created).toMatchObject({ topic: "orders", partition: 2 });
    expect(removed).toMatchObject({ topic: "orders", partition: 2 });
    expect(JSON.parse(created?.value ?? "")).toEqual({
      specversion: "1.0",
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      source: "aws:s3.ap-northeast-2.photos",
      type: "com.amazonaws.s3.ObjectCreated:Put",
      subject: "a b+c 한.txt",
      time: "2023-11-14T22:13:19.500Z",
      datacontenttype: "application/json",
      partitionkey: "photos/a b+c 한.txt",
      data: (objectEvent("s3-records")["Records"] as readonly unknown[])[0],
    });
  });

  test.for([
    [
      "an S3 record",
      {
        Records: [
          {
            eventSource: "aws:s3",
            s3: { bucket: { name: "up" }, object: { key: "a%0Ab.txt" } },
          },
        ],
      },
    ],
    ["an event of NAVER Cloud", { container_name: "up", object_name: "a\nb.txt" }],
  ] as const)("of %s with a line break in its name has a key without one", async ([, event]) => {
    const { messages } = await send(event);

    // printf '"up/a\nb.txt"' and '"a\nb.txt"', each | sha256sum
    const key = "286fb2d1fab85246a656af1b0fa6aa4b03d21280a5f6675da047fd1748c47f73";
    const subject = "22c75fb385cda8981840d04a343c04b4440da4e1493e18d19210eff0fa766163";
    expect(messages).toMatchObject([{ key }]);
    expect(JSON.parse(messages[0]?.value ?? "")).toMatchObject({ partitionkey: key, subject });
  });

  test("of a type with a control character has a type without one", async () => {
    const { messages } = await send({ object_name: "a", event_name: "Created\u0007" });

    const { type } = JSON.parse(messages[0]?.value ?? "") as Bag;
    expect(type).toMatch(/^[0-9a-f]{64}$/);
  });

  test.for([
    ["minio-records", "images/a b.png", "com.minio.s3.ObjectCreated:Put"],
    ["event-bridge", "photos/a+b 한.txt", "com.amazonaws.s3.ObjectCreated"],
    ["ncloud", "photos/2023/a+b%20c.txt", "com.ncloud.objectstorage.ObjectCreated"],
    ["ibm-cos", "photos/sample.txt", "com.ncloud.objectstorage.Object:Write"],
    [
      "ceph-records",
      "test-notifications/dir/2024-01-01T00:00:00+09:00 100%25.json",
      "com.ceph.s3.ObjectCreated:Put",
    ],
  ] as const)("of %s becomes one CloudEvent", async ([name, key, type]) => {
    const { result, messages } = await send(objectEvent(name));

    expect(result).toEqual({ ...counts, delivered: 1, attempts: 1 });
    expect(messages).toMatchObject([{ key }]);
    expect(JSON.parse(messages[0]?.value ?? "")).toMatchObject({ type, partitionkey: key });
  });

  test.for(["s3-records", "minio-records", "event-bridge", "ncloud"])(
    "of %s has the same id each time it is delivered",
    async (name) => {
      const first = await send(objectEvent(name));
      const second = await send(objectEvent(name));

      expect(new Set(first.ids).size).toBe(first.messages.length);
      expect(second.ids).toEqual(first.ids);
    },
  );

  test.for([
    ["bucket", { container_name: "other" }],
    ["name", { object_name: "other" }],
    ["event", { event_name: "ObjectRemoved" }],
    ["request", { request_id: "r-0002" }],
    ["start", { timestamp_start: "1699999999001" }],
    ["end", { timestamp_finish: 1699999999501 }],
  ] as const)("with another %s has another id", async ([, change]) => {
    const first = await send(objectEvent("ncloud"));
    const second = await send({ ...objectEvent("ncloud"), ...change });

    expect(second.ids).not.toEqual(first.ids);
  });

  test("without a time has the time of its arrival", async () => {
    const { messages } = await send({ object_name: "a.txt" });

    expect(messages).toMatchObject([{ key: "a.txt" }]);
    expect(JSON.parse(messages[0]?.value ?? "")).toMatchObject({
      time: "2023-11-14T22:13:20.000Z",
      source: "/objectstorage",
    });
  });

  test("has its bucket as key where BUCKET_KEY says so, and it has one", async () => {
    const { messages } = await send(objectEvent("ncloud"), { BUCKET_KEY: "bucket" });
    const nameless = await send({ object_name: "a.txt" }, { BUCKET_KEY: "bucket" });

    expect(messages).toMatchObject([{ key: "photos" }]);
    expect(nameless.messages).toMatchObject([{ key: "a.txt" }]);
  });

  test("goes to BUCKET_TOPIC and BUCKET_PARTITION", async () => {
    const options = { BUCKET_TOPIC: "objects", BUCKET_PARTITION: 1 };

    const { messages } = await send(objectEvent("ncloud"), options);

    expect(messages).toMatchObject([{ topic: "objects", partition: 1 }]);
  });

  test("is passed on without an envelope where BUCKET_VALUE is raw", async () => {
    const { messages } = await send(objectEvent("ncloud"), { BUCKET_VALUE: "raw" });

    expect(JSON.parse(messages[0]?.value ?? "")).toEqual(objectEvent("ncloud"));
  });

  test("keeps fields that BUCKET_EVENT_FIELDS names, and logs names of dropped ones", async () => {
    const event = { object_name: "a.txt", owner: "value-1", etag: "value-2" };

    const { messages, lines } = await send(event, { BUCKET_EVENT_FIELDS: ["owner"] });

    expect(JSON.parse(messages[0]?.value ?? "")).toMatchObject({
      data: { object_name: "a.txt", owner: "value-1" },
    });
    expect(lines).toContainEqual(
      expect.objectContaining({ message: "fields not passed on (BUCKET_EVENT_FIELDS): etag" }),
    );
    expect(JSON.stringify([lines, messages])).not.toContain("value-2");
  });

  test.for([
    ["the name of a setting", ["DATASTREAM_TOPIC"]],
    ["a setting's name in another case", ["log_level"]],
    ["the shape of a setting's name", ["ANYTHING"]],
    ["a word for a secret", ["sessionToken"]],
    ["OpenWhisk's own", ["__ow_headers"]],
    ["no text", [1]],
    ["no list", "owner"],
  ] as const)("is not looked at where BUCKET_EVENT_FIELDS has %s", async ([, names]) => {
    const { result, messages, lines } = await send(objectEvent("ncloud"), {
      BUCKET_EVENT_FIELDS: names,
    });

    expect(result.error).toBe("BAD_SETTINGS: 0 refused, 1 failed, 0 not attempted");
    expect(messages).toEqual([]);
    expect(JSON.stringify(lines)).toContain("BUCKET_EVENT_FIELDS must be a list of event field");
  });

  test.for([
    ["BUCKET_NAME_FIELD", "WEBHOOK_SECRETS"],
    ["BUCKET_EVENT_FIELD", "sessionToken"],
    ["BUCKET_TIME_FIELD", "__ow_headers"],
    ["BUCKET_TIME_FIELD", "ncloud_secret_key"],
  ] as const)("is not looked at where %s is %s", async ([setting, name]) => {
    const { result, messages, lines } = await send(objectEvent("ncloud"), { [setting]: name });

    expect(result.error).toBe("BAD_SETTINGS: 0 refused, 1 failed, 0 not attempted");
    expect(messages).toEqual([]);
    expect(JSON.stringify(lines)).toContain(`${setting} must be an event field's name`);
  });

  test("is read in the fields that settings name", async () => {
    const event = { object_name: "a.txt", vault: "photos", what: "Created", at: 1_700_000_000_000 };
    const options = {
      BUCKET_NAME_FIELD: "vault",
      BUCKET_EVENT_FIELD: "what",
      BUCKET_TIME_FIELD: "at",
    };

    const { messages } = await send(event, options);

    expect(messages).toMatchObject([{ key: "photos/a.txt" }]);
    expect(JSON.parse(messages[0]?.value ?? "")).toMatchObject({
      type: "com.ncloud.objectstorage.Created",
      time: "2023-11-14T22:13:20.000Z",
      data: event,
    });
  });

  test("that is S3's test event is ignored", async () => {
    const { result, messages } = await send(objectEvent("s3-test-event"));

    expect(result).toEqual({ ...counts, ignored: 1 });
    expect(messages).toEqual([]);
  });

  test("without any record is fine", async () => {
    expect((await send({ Records: [] })).result).toEqual(counts);
  });

  test.for([
    ["a cron tick", {}],
    ["an instance's state", { "detail-type": "EC2 Instance State-change", detail: {} }],
    ["a queue's message", { Records: [{ messageId: "1", eventSource: "aws:sqs", body: "{}" }] }],
  ] as const)("that is %s is refused", async ([, event]) => {
    const { result, messages } = await send(event);

    expect(result.error).toBe("UNKNOWN_EVENT: 1 refused, 0 failed, 0 not attempted");
    expect(messages).toEqual([]);
  });
});
