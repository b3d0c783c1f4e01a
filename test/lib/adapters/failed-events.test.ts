import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { onLambda } from "../../../lib/adapters/aws-lambda.ts";
import { readFailedEvents } from "../../../lib/adapters/failed-events.ts";
import { bucket } from "../../../lib/triggers/bucket.ts";
import { event } from "../../../lib/triggers/event.ts";
import { heartbeat } from "../../../lib/triggers/heartbeat.ts";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { openAdapters, stubSettings } from "../../support/adapters.ts";
import { acknowledged, answer, createHarness, messageOf } from "../../support/harness.ts";
import { sqsMessage } from "../../support/platform-events.ts";
import { type Bag, bucketSettings } from "../../support/settings.ts";

const functionArn = "arn:aws:lambda:us-east-2:123456789012:function:my-function:$LATEST";

/**
 * The record of Lambda's document, with its own event
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html, read 2026-11-30).
 */
function recordOf(requestPayload: unknown, requestContext: Bag = {}): Bag {
  return {
    version: "1.0",
    timestamp: "2019-11-14T18:16:05.568Z",
    requestContext: {
      requestId: "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
      functionArn,
      condition: "RetriesExhausted",
      approximateInvokeCount: 3,
      ...requestContext,
    },
    requestPayload,
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: {
      errorMessage: "RequestId: e4b46cbf Process exited before completing request",
    },
  };
}

function batchOf(...bodies: readonly unknown[]): Bag {
  return { Records: bodies.map((body, at) => messageWith(body, { messageId: `m-${at + 1}` })) };
}

function messageWith(body: unknown, more: Bag = {}): Bag {
  return { ...sqsMessage, body: typeof body === "string" ? body : JSON.stringify(body), ...more };
}

const upload = { object_name: "a.txt", container_name: "uploads" };
const tick = {
  "detail-type": "Scheduled Event",
  source: "aws.scheduler",
  time: "2026-11-30T00:05:00Z",
};
const ruleEvent = {
  id: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
  "detail-type": "EC2 Instance State-change Notification",
  source: "aws.ec2",
  time: "2026-11-11T21:29:54Z",
  detail: { "instance-id": "i-1234567890abcdef0", state: "terminated" },
};
const plainEvent = { order: 7, state: "paid" };

const failing = () => answer(403);

/** Calls a function with the event, then with the record of its failure in a queue. Returns both first messages. */
async function readTwice(trigger: Parameters<typeof openAdapters>[0], given: unknown) {
  stubSettings({ ...bucketSettings, SQS_PARTIAL_BATCH: "true" });
  const first = createHarness();
  await openAdapters(trigger, first).handler(given, { awsRequestId: "first-attempt" });
  const later = createHarness({ nowMs: 1_800_000_000_000 });
  const record = recordOf(given, { requestId: "first-attempt" });
  const reply = await openAdapters(trigger, later).handler(batchOf(record), {
    awsRequestId: "read-back",
  });
  const [before, after] = [first, later].map(({ requests }) => {
    expect(requests).toHaveLength(1);
    const { key, value } = messageOf(requests[0] as never);
    const { id, type, source } = JSON.parse(value) as Bag;
    return { key, id, type, source };
  });
  return { before, after, reply };
}

describe("the record of a failed invocation in a queue", () => {
  test.for([
    ["a bucket notification without identity", bucket, upload],
    ["a scheduled tick", heartbeat, tick],
    ["an event of a rule", event(), ruleEvent],
    ["an event without an id", event(), plainEvent],
  ] as const)(
    "id, type, key and source of %s are those of the first attempt",
    async ([, trigger, given]) => {
      const { before, after, reply } = await readTwice(trigger as never, given);

      expect(after).toEqual(before);
      expect(reply).toEqual({ batchItemFailures: [] });
    },
  );

  test("a tick has the time that its schedule named", async () => {
    const { after } = await readTwice(heartbeat as never, tick);

    expect(after).toMatchObject({ id: "heartbeat@2026-11-30T00:05:00.000Z" });
  });

  test("a tick without a time belongs to the minute in which its invocation ended", async () => {
    stubSettings(bucketSettings);
    const harness = createHarness();

    await openAdapters(heartbeat, harness).handler(batchOf(recordOf({})));

    expect(JSON.parse(messageOf(harness.requests[0] as never).value)).toMatchObject({
      id: "heartbeat@2019-11-14T18:16:00.000Z",
    });
  });

  test.for(["EventAgeExceeded", "a condition of later years"])(
    "an event is handled after the condition %s",
    async (condition) => {
      stubSettings(bucketSettings);
      const harness = createHarness();

      await openAdapters(bucket, harness).handler(batchOf(recordOf(upload, { condition })));

      expect(harness.requests.map((request) => messageOf(request).key)).toEqual(["uploads/a.txt"]);
    },
  );

  test("a failure throws without SQS_PARTIAL_BATCH", async () => {
    stubSettings(bucketSettings);
    const { handler } = openAdapters(bucket, createHarness({ transport: failing }));

    await expect(handler(batchOf(recordOf(upload)))).rejects.toThrow(/^STREAM_FORBIDDEN: /);
  });

  test("a success without SQS_PARTIAL_BATCH gives the counts of all messages", async () => {
    stubSettings(bucketSettings);
    const { handler } = openAdapters(bucket, createHarness());

    const result = await handler(batchOf(recordOf(upload), recordOf(upload)));

    expect(result).toMatchObject({ delivered: 2, attempts: 2, failed: 0 });
  });

  test("the messages that failed are named with SQS_PARTIAL_BATCH, and no other", async () => {
    stubSettings({ ...bucketSettings, SQS_PARTIAL_BATCH: "true" });
    const script = [acknowledged, answer(403), acknowledged];
    const { handler } = openAdapters(bucket, createHarness({ transport: script }));
    const s3 = JSON.stringify(upload);

    const result = await handler(batchOf(recordOf(upload), recordOf(upload), s3, "no JSON", "{}"));

    expect(result).toEqual({
      batchItemFailures: ["m-2", "m-4", "m-5"].map((itemIdentifier) => ({ itemIdentifier })),
    });
  });

  test("a record within records is read, up to four deep", async () => {
    stubSettings(bucketSettings);
    const harness = createHarness();
    const { handler } = openAdapters(bucket, harness);
    const fourDeep = recordOf(batchOf(recordOf(recordOf(batchOf(recordOf(upload))))));

    await handler(batchOf(fourDeep));
    await expect(handler(batchOf(recordOf(fourDeep)))).rejects.toThrow(/^UNKNOWN_EVENT: /);

    expect(harness.requests.map((request) => messageOf(request).key)).toEqual(["uploads/a.txt"]);
  });

  test("a record that is the event itself is read", async () => {
    stubSettings(bucketSettings);
    const harness = createHarness();

    const result = await openAdapters(bucket, harness).handler(recordOf(upload));

    expect(result).toMatchObject({ delivered: 1 });
  });

  test("a message of a dead-letter queue is the event of the request that it names", async () => {
    stubSettings(bucketSettings);
    const [first, later] = [createHarness(), createHarness()];
    const attribute = (stringValue: string) => ({ stringValue, dataType: "String" });
    const messageAttributes = {
      RequestID: attribute("first-attempt"),
      ErrorCode: attribute("200"),
      ErrorMessage: attribute("STREAM_FORBIDDEN"),
    };

    await openAdapters(bucket, first).handler(upload, { awsRequestId: "first-attempt" });
    await openAdapters(bucket, later).handler(
      { Records: [messageWith(upload, { messageAttributes })] },
      { awsRequestId: "read-back" },
    );

    expect(messageOf(later.requests[0] as never)).toEqual(messageOf(first.requests[0] as never));
  });
});

describe("a message that is no record of this function's failure", () => {
  const own = "datastream-relay-dev-heartbeat";
  const foreign: readonly (readonly [string, unknown])[] = [
    ["a record of another function", recordOf(tick)],
    ["a record without its event", { ...recordOf(tick), requestPayload: undefined }],
    ["a record whose event is null", recordOf(null, { functionArn: `a:a:a:a:a:a:${own}` })],
    ["a record of a success", recordOf(tick, { condition: "Success" })],
    ["a record without a condition", recordOf(tick, { condition: 7 })],
    ["a record whose ARN is no ARN", recordOf(tick, { functionArn: "my-function" })],
    ["text", "hello"],
    ["an empty text", ""],
    ["a list", []],
    ["broken JSON with the word", '{"requestPayload"'],
  ];

  test.for(foreign)("%s makes no tick, and its queue keeps it", async ([, body]) => {
    stubSettings({
      ...bucketSettings,
      SQS_PARTIAL_BATCH: "true",
      AWS_LAMBDA_FUNCTION_NAME: own,
    });
    const harness = createHarness();

    const { handler } = openAdapters(heartbeat, harness);

    await expect(handler(batchOf(body))).rejects.toThrow(/^UNKNOWN_EVENT: /);
    expect(harness.requests).toEqual([]);
  });

  test("a foreign message beside a record is named, and the record is handled", async () => {
    stubSettings({ ...bucketSettings, SQS_PARTIAL_BATCH: "true" });
    const harness = createHarness();

    const result = await openAdapters(heartbeat, harness).handler(batchOf("hello", recordOf(tick)));

    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "m-1" }] });
    expect(harness.requests).toHaveLength(1);
  });

  test("a record of another function is data for event", async () => {
    stubSettings({ ...bucketSettings, AWS_LAMBDA_FUNCTION_NAME: "datastream-relay-dev-event" });
    const harness = createHarness();

    await openAdapters(event(), harness).handler(batchOf(recordOf(tick)));

    expect(JSON.parse(messageOf(harness.requests[0] as never).value)).toMatchObject({
      type: "com.amazonaws.sqs",
      data: recordOf(tick),
    });
  });

  test("a message of a FIFO queue is never a record", () => {
    const message = messageWith(recordOf(upload), { eventSourceARN: "arn:aws:sqs:r:1:q.fifo" });

    expect(readFailedEvents({ Records: [message] }, "")).toBeUndefined();
  });

  test("a request in a record reaches no webhook", async () => {
    stubSettings(bucketSettings);
    const request = { httpMethod: "POST", path: "/webhook/shop", headers: {}, body: "{}" };

    await expect(
      openAdapters(webhook(), createHarness()).handler(batchOf(recordOf(request))),
    ).rejects.toThrow(/^WRONG_DOOR: /);
  });
});

const anyRecord = fc
  .record({
    timestamp: fc.jsonValue(),
    requestContext: fc.oneof(
      fc.jsonValue(),
      fc.record({
        requestId: fc.jsonValue(),
        functionArn: fc.constant(functionArn),
        condition: fc.string(),
      }),
    ),
    requestPayload: fc.jsonValue(),
  })
  .map((record) => JSON.stringify(record));

test("any message either is delivered or stays in its queue", async () => {
  stubSettings({ ...bucketSettings, SQS_PARTIAL_BATCH: "true" });
  const body = fc.oneof(anyRecord, fc.json(), fc.string(), fc.jsonValue());
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 4 }), async (bodies) => {
      const results: { counts: { delivered: number } }[] = [];
      const handler = onLambda(async (call) => {
        expect(call.event.kind).toBe("invocation");
        const isFailed = JSON.stringify(call.event).length % 2 === 0;
        const counts = {
          ...{ delivered: isFailed ? 0 : 1, stored: 0, ignored: 0, refused: 0 },
          ...{ failed: isFailed ? 1 : 0, notAttempted: 0 },
        };
        const result = {
          ending: { kind: "delivered" as const },
          ...{ counts, ids: [], attempts: 1, uncertain: 0, neverSent: 0 },
        };
        results.push(result);
        return result;
      });

      const reply = await handler(batchOf(...bodies)).catch(() => "thrown");

      const failed =
        reply === "thrown"
          ? bodies.length
          : (((reply as Bag)["batchItemFailures"] ?? []) as unknown[]).length;
      const delivered = results.filter(({ counts }) => counts.delivered > 0).length;
      expect(results.length === 1 || failed + delivered === bodies.length).toBe(true);
    }),
  );
});
