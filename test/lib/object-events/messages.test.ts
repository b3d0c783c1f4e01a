import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNotification } from "../../../lib/object-events/notification.ts";
import { noFields, objectEvent, withFacts } from "../../support/fixtures.ts";
import type { Bag } from "../../support/settings.ts";

/**
 * The vectors are built from the examples of AWS's documents, all read 2026-11-30:
 * - sns-s3: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 * - sqs-s3, sqs-sns-s3, sqs-event-bridge: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 * - the topic's JSON in a queue: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 * - the events within: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html and
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
function read(parameters: Bag) {
  const notification = readNotification(parameters, noFields);
  if (notification.kind === "unknown") {
    return { ...notification, objects: [], unknown: [], tests: 0, batch: undefined };
  }
  return { ...notification, objects: notification.objects.map(withFacts) };
}

const good = { eventSource: "aws:s3", s3: { bucket: { name: "b" }, object: { key: "k" } } };

function inQueue(body: unknown, messageId = "m-1") {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { messageId, eventSource: "aws:sqs", body: text };
}

function inTopic(message: unknown) {
  return {
    Type: "Notification",
    MessageId: "t-1",
    Message: typeof message === "string" ? message : JSON.stringify(message),
  };
}

function fromTopic(message: unknown) {
  return { EventSource: "aws:sns", Sns: inTopic(message) };
}

describe("an S3 event within messages", () => {
  test.for(["sns-s3", "sqs-sns-s3"])("%s is unwrapped, and its object name decoded", (name) => {
    const { objects, unknown } = read(objectEvent(name));

    expect(unknown).toEqual([]);
    expect(objects).toMatchObject([
      {
        bucket: "amzn-s3-demo-bucket",
        name: "a b+c.jpg",
        type: "com.amazonaws.s3.ObjectCreated:Put",
        source: "aws:s3.us-west-2.amzn-s3-demo-bucket",
        time: "1970-01-01T00:00:00.000Z",
        data: { eventSource: "aws:s3", s3: { object: { key: "a+b%2Bc.jpg" } } },
      },
    ]);
  });

  test("each object of a queue's batch carries the id of its message", () => {
    const { objects } = read(objectEvent("sqs-s3"));

    expect(objects.map(({ name, batchItem }) => [name, batchItem?.id])).toEqual([
      ["one.jpg", "059f36b4-87a3-44ab-83d2-661975830a7d"],
      ["two.jpg", "059f36b4-87a3-44ab-83d2-661975830a7d"],
      ["three.jpg", "2e1424d4-f796-459a-8184-9c92662be6da"],
    ]);
  });

  test("a topic's message has no id of a queue", () => {
    expect(read(objectEvent("sns-s3")).objects[0]?.batchItem).toBeUndefined();
  });

  test("a queue's message that holds a topic's message carries the queue's id", () => {
    expect(read(objectEvent("sqs-sns-s3")).objects).toMatchObject([
      { batchItem: { id: "059f36b4-87a3-44ab-83d2-661975830a7d", group: undefined } },
    ]);
  });

  test("an S3 event of EventBridge in a queue is read, and its name is not decoded", () => {
    expect(read(objectEvent("sqs-event-bridge")).objects).toMatchObject([
      {
        bucket: "photos",
        name: "a+b 한.txt",
        type: "com.amazonaws.s3.ObjectCreated",
        batchItem: { id: "059f36b4-87a3-44ab-83d2-661975830a7d" },
      },
    ]);
  });

  test.for([
    ["EventBridge through a topic", { Records: [fromTopic(objectEvent("event-bridge"))] }],
    [
      "EventBridge through a topic and a queue",
      { Records: [inQueue(inTopic(objectEvent("event-bridge")))] },
    ],
    ["raw message delivery", { Records: [inQueue({ Records: [good] })] }],
    ["a topic's JSON without Lambda's record", inTopic({ Records: [good] })],
  ] as const)("an object by %s is found", ([, event]) => {
    expect(read(event).objects).toHaveLength(1);
  });

  test("an object without identity parts has the position in its message, which does not change", () => {
    const bare = { Records: [good, good] };
    const { objects } = read({ Records: [inQueue(bare, "m-7"), fromTopic(bare)] });

    expect(objects.map(({ position }) => position)).toEqual(["m-7#0", "m-7#1", "t-1#0", "t-1#1"]);
  });

  test("a topic's id comes before the queue's, because a topic may send a message twice", () => {
    const { objects } = read({ Records: [inQueue({ Records: [fromTopic({ Records: [good] })] })] });

    expect(objects).toMatchObject([{ position: "t-1#0", batchItem: { id: "m-1" } }]);
  });

  test.for([
    ["a queue", (event: Bag) => ({ Records: [inQueue(event)] })],
    ["a topic", (event: Bag) => ({ Records: [fromTopic(event)] })],
    ["a topic in a queue", (event: Bag) => ({ Records: [inQueue(inTopic(event))] })],
  ] as const)("S3's test event in %s is a test", ([, wrap]) => {
    expect(read(wrap(objectEvent("s3-test-event")))).toMatchObject({
      objects: [],
      unknown: [],
      tests: 1,
    });
  });

  test("good messages of a batch go on, the test is a test, and the bad ones are refused by themselves", () => {
    const bad = inQueue({ orderId: 7 }, "m-2");
    const { objects, unknown, tests } = read({
      Records: [
        inQueue({ Records: [good] }, "m-1"),
        bad,
        inQueue(objectEvent("s3-test-event"), "m-3"),
        inQueue({ Records: [good] }, "m-4"),
      ],
    });

    expect(objects.map(({ batchItem }) => batchItem?.id)).toEqual(["m-1", "m-4"]);
    expect(tests).toBe(1);
    expect(unknown).toMatchObject([{ batchItem: { id: "m-2" } }]);
    expect(unknown[0]?.body()).toBe(JSON.stringify(bad));
  });

  test("every message is in the batch, also one that makes no record", () => {
    const { batch } = read({
      Records: [
        { ...inQueue({ Records: [good] }), eventSourceARN: "arn:aws:sqs:x:1:q.fifo" },
        {
          ...inQueue("bad", "m-2"),
          attributes: { MessageGroupId: "g", SequenceNumber: "18849496460467696128" },
        },
        { ...inQueue(objectEvent("s3-test-event"), "m-3"), attributes: { MessageGroupId: "g" } },
        inQueue({ Records: [] }, "m-4"),
      ],
    });

    expect(batch).toEqual([
      { id: "m-1", group: undefined },
      { id: "m-2", group: "g" },
      { id: "m-3", group: undefined },
      { id: "m-4", group: undefined },
    ]);
  });

  test("a topic's event is no batch, even if a queue's message is in it", () => {
    const { batch, objects } = read({
      Records: [fromTopic({ Records: [inQueue({ Records: [good] })] })],
    });

    expect(batch).toBeUndefined();
    expect(objects).toHaveLength(1);
    expect(objects[0]?.batchItem).toBeUndefined();
  });

  test("an unknown entry beside a good one in a message is refused by itself", () => {
    const { objects, unknown } = read({ Records: [inQueue({ Records: [good, { a: 1 }] })] });

    expect(objects).toHaveLength(1);
    expect(unknown).toMatchObject([{ batchItem: { id: "m-1" } }]);
    expect(unknown[0]?.body()).toBe('{"a":1}');
  });
});

const named = "names no bucket and object";
const dynamo = { eventSource: "aws:dynamodb", dynamodb: {} };

test.for([
  ["text", "hello", "its message is an event that is no JSON object"],
  ["a list", "[1]", "its message is an event that is no JSON object"],
  ["an empty text", "", "its message is an event that is no JSON object"],
  [
    "another event of EventBridge",
    { source: "aws.ec2", "detail-type": "EC2 Instance State-change", detail: {} },
    "its message is an event from aws.ec2",
  ],
  [
    "fields of its own",
    { orderId: "secret-value", total: 3 },
    "its message is an event with the fields orderId, total",
  ],
  [
    "a field name of control characters",
    { [`\u001b[31m${"x".repeat(99)}`]: 1 },
    `its message is an event with the fields ??31m${"x".repeat(35)}`,
  ],
  [
    "records of another service",
    { Records: [dynamo, dynamo] },
    `in its message, an entry of Records from aws:dynamodb ${named}`,
  ],
  ["a topic's text", inTopic("hello"), "its message is an event that is no JSON object"],
] as const)("a message that holds %s is refused, and its source is named", ([, message, why]) => {
  const entry = inQueue(message);

  const { objects, unknown } = read({ Records: [entry] });

  expect(objects).toEqual([]);
  expect(unknown.map(({ refusal }) => refusal)).toEqual([
    {
      kind: "refused",
      code: "UNKNOWN_EVENT",
      reason: `an entry of Records from aws:sqs ${named}: ${why}`,
    },
  ]);
  expect(unknown[0]?.body()).toBe(JSON.stringify(entry));
});

test("a message that holds itself again and again is refused at the limit", () => {
  let event: Bag = { Records: [good] };
  for (let depth = 0; depth < 4; depth += 1) {
    event = { Records: [inQueue(event)] };
  }

  expect(read(event).objects).toHaveLength(1);
  expect(read({ Records: [inQueue(event)] })).toMatchObject({
    objects: [],
    unknown: [{ refusal: { reason: expect.stringContaining("within more than 4 messages") } }],
  });
});

test.for([
  ["of Apache Kafka", { eventSource: "aws:kafka", records: {} }, " from aws:kafka"],
  ["of CloudWatch Logs", { awslogs: { data: "H4sI" } }, " with the fields awslogs"],
  ["with settings", { NCLOUD_SECRET_KEY: "s", __ow_method: "get", a: 1 }, " with the fields a"],
  ["of settings only", { NCLOUD_SECRET_KEY: "s" }, ""],
  [
    "of many fields",
    Object.fromEntries(Array.from({ length: 22 }, (_, i) => [`f${i + 10}`, i])),
    ` with the fields ${Array.from({ length: 20 }, (_, i) => `f${i + 10}`).join(", ")} and 2 more`,
  ],
] as const)("an unknown event %s is described", ([, event, from]) => {
  expect(readNotification(event, noFields)).toEqual({ kind: "unknown", from });
});

const contents = fc.oneof(
  fc.constant({ kind: "good", text: JSON.stringify({ Records: [good] }) }),
  fc.constant({ kind: "good", text: JSON.stringify(inTopic({ Records: [good] })) }),
  fc.constant({ kind: "test", text: JSON.stringify(objectEvent("s3-test-event")) }),
  fc
    .oneof(fc.string(), fc.json(), fc.constant(JSON.stringify(inTopic("x"))))
    .filter((text) => !/object_name|Records|s3:TestEvent/.test(text))
    .map((text) => ({ kind: "bad", text })),
);

test("every message of any batch is an object, a test or a refused body with its own id", () => {
  fc.assert(
    fc.property(fc.array(contents, { maxLength: 10 }), (messages) => {
      const entries = messages.map(({ text }, index) => inQueue(text, `m-${index}`));

      const { objects, unknown, tests } = read({ Records: entries });

      const idsOf = (kind: string) =>
        messages.flatMap((one, index) => (one.kind === kind ? [`m-${index}`] : []));
      expect(objects.map(({ batchItem }) => batchItem?.id)).toEqual(idsOf("good"));
      expect(unknown.map(({ batchItem }) => batchItem?.id)).toEqual(idsOf("bad"));
      expect(tests).toBe(idsOf("test").length);
    }),
  );
});

test("any JSON in any message is read without an exception", () => {
  const wrapped = fc.jsonValue().map((value) => JSON.stringify(value));
  fc.assert(
    fc.property(wrapped, fc.constantFrom("body", "Sns", "Message"), (text, field) => {
      const entry = { eventSource: "aws:sqs", EventSource: "aws:sns", [field]: text };
      const { objects, unknown } = read({ Records: [entry, JSON.parse(text)] });
      expect(objects.length + unknown.length).toBeLessThanOrEqual(2);
    }),
  );
});
