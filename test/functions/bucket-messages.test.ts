import { describe, expect, test } from "vitest";
import { bucket } from "../../lib/triggers/bucket.ts";
import { adapters, logged, openAdapters, produced, stubSettings } from "../support/adapters.ts";
import { createBucketHarness } from "../support/buckets.ts";
import { objectEvent } from "../support/fixtures.ts";
import { acknowledged, answer, createHarness, messageOf } from "../support/harness.ts";
import { type Bag, bucketSettings } from "../support/settings.ts";

const entry = (key: string) => ({
  ...{ eventSource: "aws:s3", eventName: "ObjectCreated:Put" },
  s3: { bucket: { name: "b" }, object: { key } },
});

function inQueue(messageId: string, body: unknown, more: Bag = {}) {
  return { messageId, eventSource: "aws:sqs", body: JSON.stringify(body), ...more };
}

const good = (id: string, ...keys: readonly string[]) => inQueue(id, { Records: keys.map(entry) });
const bad = (id: string) => inQueue(id, { orderId: 7 });
const tested = (id: string) => inQueue(id, objectEvent("s3-test-event"));
const reason =
  "an entry of Records from aws:sqs names no bucket and object: its message is an event with the fields orderId";

describe.each(adapters)("messages with S3 events, through $name", ({ open }) => {
  test.for([
    ["a topic", "sns-s3", ["amzn-s3-demo-bucket/a b+c.jpg"]],
    [
      "a queue",
      "sqs-s3",
      ["one.jpg", "two.jpg", "three.jpg"].map((n) => `amzn-s3-demo-bucket/${n}`),
    ],
    ["a topic in a queue", "sqs-sns-s3", ["amzn-s3-demo-bucket/a b+c.jpg"]],
    ["EventBridge in a queue", "sqs-event-bridge", ["photos/a+b 한.txt"]],
  ] as const)("the events in %s are delivered", async ([, name, keys]) => {
    const harness = createHarness();

    const result = await open(bucket, { harness, settings: bucketSettings }).invoke(
      objectEvent(name),
    );

    expect(result).toMatchObject({ delivered: keys.length, refused: 0, failed: 0 });
    expect(
      produced(harness)
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual([...keys].toSorted());
  });

  test("an event has the same id with and without messages around it", async () => {
    const [direct, wrapped] = [createHarness(), createHarness()];
    const event = objectEvent("s3-records");

    await open(bucket, { harness: direct, settings: bucketSettings }).invoke(event);
    await open(bucket, { harness: wrapped, settings: bucketSettings }).invoke({
      Records: [inQueue("1", event)],
    });

    expect(produced(wrapped)).toEqual(produced(direct));
  });

  test("an event without identity parts has the same id when its message is delivered again", async () => {
    const harness = createHarness();
    const adapter = open(bucket, { harness, settings: bucketSettings });

    await adapter.invoke({ Records: [tested("0"), good("1", "a")] });
    await adapter.invoke({ Records: [good("1", "a")] });

    const ids = produced(harness).map(({ value }) => (JSON.parse(value) as Bag)["id"]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test("a message of another form among good ones is set aside as it came, and its source is named", async () => {
    const { harness, stored, messages } = createBucketHarness();
    const settings = { ...bucketSettings, DEAD_LETTER_BUCKET: "letters" };

    const result = await open(bucket, { harness, settings }).invoke({
      Records: [good("1", "a"), bad("2"), tested("3"), good("4", "b")],
    });

    expect(result).toMatchObject({ delivered: 2, stored: 1, ignored: 1, refused: 0 });
    expect(result).not.toHaveProperty("error");
    expect(messages.map(({ key }) => key)).toEqual(["b/a", "b/b"]);
    const [line = ""] = Object.values(stored());
    expect(JSON.parse(line)).toEqual({
      source: "bucket",
      contentType: "application/json",
      body: JSON.stringify(bad("2")),
      reason: `UNKNOWN_EVENT: ${reason}`,
    });
  });

  // The queue decides how many messages come in one batch, so each of them ends as it would beside others.
  test("a queue's messages of other forms alone are set aside too", async () => {
    const { harness, stored } = createBucketHarness();
    const settings = { ...bucketSettings, DEAD_LETTER_BUCKET: "letters" };

    const result = await open(bucket, { harness, settings }).invoke({
      Records: [bad("1"), bad("2")],
    });

    expect(result).toMatchObject({ stored: 2, refused: 0 });
    expect(result).not.toHaveProperty("error");
    expect(Object.values(stored()).join("").trim().split("\n")).toHaveLength(2);
  });

  test("a topic's message of another form alone fails as a whole, and the log names its source", async () => {
    const { harness, stored } = createBucketHarness();
    const settings = { ...bucketSettings, DEAD_LETTER_BUCKET: "letters" };
    const message = { EventSource: "aws:sns", Sns: { Message: '{"orderId":7}' } };

    const result = await open(bucket, { harness, settings }).invoke({ Records: [message] });

    expect(result.error).toBe("UNKNOWN_EVENT: 1 refused, 0 failed, 0 not attempted");
    expect(stored()).toEqual({});
    expect(logged(harness).at(-1)).toMatchObject({
      code: "UNKNOWN_EVENT",
      reason: reason.replace("sqs", "sns"),
    });
  });
});

describe("a queue's batch with SQS_PARTIAL_BATCH", () => {
  async function handle(records: readonly unknown[], more: Bag = {}, failing: string[] = []) {
    const { harness } = createBucketHarness({
      stream: (request) =>
        failing.includes(messageOf(request).key ?? "") ? answer(400) : acknowledged,
    });
    const { handler } = openAdapters(bucket, harness);
    stubSettings({ ...bucketSettings, SQS_PARTIAL_BATCH: "true", ...more });
    return await handler({ Records: records });
  }

  const failures = (...ids: readonly string[]) => ({
    batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
  });

  test("a batch without failures names none", async () => {
    expect(await handle([good("1", "a"), tested("2")])).toEqual(failures());
  });

  test("only the message of another form is repeated", async () => {
    expect(await handle([good("1", "a"), bad("2"), good("3", "b")])).toEqual(failures("2"));
  });

  test("nothing is repeated if the message of another form is set aside", async () => {
    const answered = await handle([good("1", "a"), bad("2")], { DEAD_LETTER_BUCKET: "letters" });

    expect(answered).toEqual(failures());
  });

  test("a message with one refused object of two is repeated once", async () => {
    const records = [good("1", "a", "x"), good("2", "b")];

    expect(await handle(records, {}, ["b/x"])).toEqual(failures("1"));
  });

  test("messages after a failed one of its group are repeated too", async () => {
    const inGroup = { attributes: { MessageGroupId: "g", SequenceNumber: "1" } };
    const records = [
      { ...good("1", "a"), ...inGroup },
      { ...bad("2"), ...inGroup },
      { ...good("3", "b"), ...inGroup },
      good("4", "c"),
    ];

    expect(await handle(records)).toEqual(failures("2", "3"));
  });

  test("messages of other forms alone are all repeated", async () => {
    expect(await handle([bad("1"), bad("2")])).toEqual(failures("1", "2"));
  });

  test("a byte order mark before a message's JSON is ignored", async () => {
    const { body, ...record } = good("1", "a");

    expect(await handle([{ ...record, body: `\uFEFF${body}` }])).toEqual(failures());
  });
});
