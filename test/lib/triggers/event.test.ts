import { describe, expect, test } from "vitest";
import { parseJson } from "../../../lib/encoding/json-source.ts";
import { event } from "../../../lib/triggers/event.ts";
import { adapters, logged, openAdapters, produced, stubSettings } from "../../support/adapters.ts";
import { createHarness } from "../../support/harness.ts";
import {
  ec2Event,
  fifoEvent,
  snsRecord,
  sqsEvent,
  sqsMessage,
} from "../../support/platform-events.ts";
import { type Bag, streamSettings } from "../../support/settings.ts";

/** The lambda function makes every event of AWS, and NAVER Cloud's action every other event. */
const [ncloud, lambda] = adapters;

async function send(adapter: (typeof adapters)[number], given: Bag, options: Bag = {}) {
  const harness = createHarness();
  const { invoke } = adapter.open(event(), {
    harness,
    settings: { ...streamSettings, ...options },
  });
  const result = await invoke(given);
  const messages = produced(harness);
  const events = messages.map(({ value }) => (parseJson(value) ?? {}) as Bag);
  const log = logged(harness).map(({ message }) => message);
  return { result, messages, events, log };
}

describe("an event of a trigger of NAVER Cloud", () => {
  test("all its fields become the data, without settings and what OpenWhisk adds", async () => {
    const push = { ref: "refs/heads/main", repository: { id: 7 }, __ow_user: "a", log_level: "b" };

    const { messages, events } = await send(ncloud, push);

    // printf '["/events",{"ref":"refs/heads/main","repository":{"id":7}}]' | sha256sum
    const id = "becfb0e57b7cd34d388fa97a86f1abfd666dd0396e659c557c12ef9ce9ea1385";
    expect(messages).toMatchObject([{ topic: "orders", key: id }]);
    expect(events).toEqual([
      {
        specversion: "1.0",
        id,
        source: "/events",
        type: "com.ncloud.event",
        time: "2023-11-14T22:13:20.000Z",
        datacontenttype: "application/json",
        partitionkey: id,
        data: { ref: "refs/heads/main", repository: { id: 7 } },
      },
    ]);
  });

  test("equal events have equal ids, whatever the order of their fields", async () => {
    const one = await send(ncloud, { a: 1, b: { c: [1, { d: 2, e: 3 }], f: null } });
    const same = await send(ncloud, { b: { f: null, c: [1, { e: 3, d: 2 }] }, a: 1 });
    const other = await send(ncloud, { b: { f: null, c: [{ e: 3, d: 2 }, 1] }, a: 1 });

    expect(same.events[0]?.["id"]).toBe(one.events[0]?.["id"]);
    expect(other.events[0]?.["id"]).not.toBe(one.events[0]?.["id"]);
  });

  test("an event without any field is an event too", async () => {
    const { events, result } = await send(ncloud, {});

    expect(result).toMatchObject({ delivered: 1 });
    expect(events).toMatchObject([{ data: {} }]);
  });

  test("names that every object has are names like any other", async () => {
    const given = JSON.parse('{"__proto__":{"a":1},"constructor":2,"toString":3,"0":4}') as Bag;

    const { messages } = await send(lambda, given);

    expect(messages[0]?.value).toContain(
      '"data":{"0":4,"__proto__":{"a":1},"constructor":2,"toString":3}',
    );
  });
});

describe("fields that are not passed on", () => {
  test("a name like a secret's is dropped and logged, and EVENT_FIELDS passes it on", async () => {
    const given = { api_token: "a", Password: "b", author: "c", authorization: "d" };

    const dropped = await send(ncloud, given);
    const passed = await send(ncloud, given, { EVENT_FIELDS: ["api_token", "Password"] });

    expect(dropped.events).toMatchObject([{ data: { author: "c" } }]);
    expect(Object.keys(dropped.events[0]?.["data"] as Bag)).toEqual(["author"]);
    expect(dropped.log).toContain(
      "fields not passed on (EVENT_FIELDS): api_token, Password, authorization",
    );
    expect(passed.events[0]?.["data"]).toEqual({ api_token: "a", Password: "b", author: "c" });
  });

  test("a field of one's own is left out by EVENT_DROP", async () => {
    const { events } = await send(ncloud, { a: 1, TEAM: "b" }, { EVENT_DROP: ["TEAM"] });

    expect(events[0]?.["data"]).toEqual({ a: 1 });
  });

  test("a copy of a key is dropped at any depth, and what stands beside it stays", async () => {
    const key = streamSettings.NCLOUD_SECRET_KEY;
    const given = {
      a: key,
      b: { c: [1, key, { d: key, e: 2 }], [key]: 3 },
      f: `Bearer ${key}`,
      EVENT_FIELDS: ["a"],
    };

    const { messages, events, log } = await send(ncloud, given);

    expect(events[0]?.["data"]).toEqual({ b: { c: [1, null, { e: 2 }] } });
    expect(messages[0]?.value).not.toContain(key);
    expect(log.join("\n")).not.toContain(key);
    expect(log).toContain("fields not passed on (EVENT_FIELDS): a, 1, d, ?, f");
  });

  test.for([
    ["text", JSON.stringify({ shop: ["short", " blank "] })],
    ["an object", { shop: ["short", " blank "] }],
    ["text that is not JSON", "short"],
  ])("a webhook secret is dropped where WEBHOOK_SECRETS is %s", async ([, secrets]) => {
    const given = { a: "short", b: "short cut", WEBHOOK_SECRETS: secrets };

    const { events } = await send(ncloud, given);

    expect(events[0]?.["data"]).toEqual({ b: "short cut" });
  });

  test("EVENT_KEY never makes a key of a secret", async () => {
    const settings = { EVENT_KEY: ["body:/NCLOUD_SECRET_KEY", "body:/a"] };

    const { messages } = await send(ncloud, { a: "b" }, settings);

    expect(messages).toMatchObject([{ key: "b" }]);
  });

  test("the first event of a start names the fields that are passed on, later ones do not", async () => {
    const harness = createHarness();
    const { main } = openAdapters(event(), harness);

    await main({ ...streamSettings, ref: "a", TEAM: "b" });
    await main({ ...streamSettings, other: "a", TEAM: "b" });

    const warnings = logged(harness).filter(({ message }) => /become data/.test(String(message)));
    expect(warnings).toMatchObject([
      { level: "warn", message: expect.stringMatching(/: ref, TEAM$/) },
    ]);
  });

  test("an event of Lambda holds no bound parameters, and nothing warns of them", async () => {
    const { log } = await send(lambda, { a: 1 }, { EVENT_KEY: ["body:/a"] });

    expect(log).toEqual(["call ended"]);
  });
});

describe("an event of AWS", () => {
  test("an event of an EventBridge rule keeps its id and time", async () => {
    const { messages, events } = await send(lambda, ec2Event);

    expect(messages).toMatchObject([{ key: ec2Event.id }]);
    expect(events).toEqual([
      {
        specversion: "1.0",
        id: ec2Event.id,
        source: "aws.ec2",
        type: "com.amazonaws.ec2",
        time: "2017-12-22T18:43:48.000Z",
        datacontenttype: "application/json",
        partitionkey: ec2Event.id,
        data: ec2Event,
      },
    ]);
  });

  test("an event of one's own on EventBridge has the type of its source and detail-type", async () => {
    const own = { ...ec2Event, source: "com.example.my shop", "detail-type": "Order Placed" };

    const { events } = await send(lambda, own);

    expect(events).toMatchObject([
      { source: "com.example.my%20shop", type: "com.example.my shop.OrderPlaced" },
    ]);
  });

  test("a message of SNS becomes one message", async () => {
    const { events, log } = await send(lambda, { Records: [snsRecord] });

    expect(events).toEqual([
      {
        specversion: "1.0",
        id: "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
        source: "arn:aws:sns:us-east-1:123456789012:sns-lambda",
        type: "com.amazonaws.sns",
        subject: "TestInvoke",
        time: "2019-01-02T12:45:07.000Z",
        datacontenttype: "text/plain",
        partitionkey: "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
        data: "Hello from SNS!",
      },
    ]);
    expect(log).toContain("fields not passed on (EVENT_FIELDS): Test");
  });

  test("each message of SQS becomes one message, and JSON goes out as it was written", async () => {
    const body = '{ "order": 12345678901234567890, "order": 1.0 }';

    const { result, messages, events } = await send(lambda, sqsEvent({}, { messageId: "b", body }));

    expect(result).toMatchObject({ delivered: 2 });
    expect(events).toMatchObject([
      {
        id: sqsMessage.messageId,
        source: sqsMessage.eventSourceARN,
        type: "com.amazonaws.sqs",
        time: "2018-12-17T21:37:29.183Z",
        datacontenttype: "text/plain",
        data: "Test message.",
      },
      { id: "b", datacontenttype: "application/json" },
    ]);
    expect(messages[1]?.value).toContain(`"data":${body}}`);
  });

  test("a field of a message that is dropped leaves the digits of the others as they were", async () => {
    const body = '{"n": 12345678901234567890, "token": "a", "x": {"y" : 1.0}}';

    const { messages } = await send(lambda, sqsEvent({ body }));

    expect(messages[0]?.value).toContain('"data":{"n":12345678901234567890,"x":{"y" : 1.0}}}');
  });

  test("a secret is found in a member that a later one of its name hides, and behind escapes", async () => {
    const key = streamSettings.NCLOUD_SECRET_KEY;
    const escaped = `\\u0063${key.slice(1)}`;
    const body = `{"a":"${key}","a":1,"b":{"c":"${escaped}","c":2}}`;

    const { messages, events } = await send(lambda, sqsEvent({ body }));

    expect(messages[0]?.value).not.toContain(key);
    expect(messages[0]?.value).not.toContain(key.slice(1));
    expect(events[0]?.["data"]).toEqual({ a: 1, b: { c: 2 } });
  });

  test.for(["7", "true", "null", '"a"', "[1]"])("the message %s is JSON", async (body) => {
    const { messages } = await send(lambda, sqsEvent({ body }));

    expect(messages[0]?.value).toContain(`"datacontenttype":"application/json"`);
    expect(messages[0]?.value).toContain(`"data":${body}}`);
  });

  test("a text that is a secret goes out without data", async () => {
    const { messages, log } = await send(
      lambda,
      sqsEvent({ body: streamSettings.NCLOUD_SECRET_KEY }),
    );

    expect(messages).toHaveLength(1);
    expect(messages[0]?.value).not.toContain('"data"');
    expect(log.join("\n")).not.toContain(streamSettings.NCLOUD_SECRET_KEY);
  });

  test("records of another service stay together, under the service's name", async () => {
    const record = {
      eventSource: "aws:kinesis",
      eventSourceARN: "arn:aws:kinesis:a",
      eventID: "1",
    };

    const { events } = await send(lambda, { Records: [record, record] });

    expect(events).toMatchObject([
      {
        source: "arn:aws:kinesis:a",
        type: "com.amazonaws.kinesis",
        data: { Records: [record, record] },
      },
    ]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html, with-mq.html and with-documentdb.html (read 2026-12-01)
  test.for([
    ["aws:kafka", "com.amazonaws.kafka", { records: { "t-0": [{ topic: "t", value: "SGk=" }] } }],
    ["aws:mq", "com.amazonaws.mq", { messages: [{ messageID: "ID:1", data: "SGk=" }] }],
    ["aws:docdb", "com.amazonaws.docdb", { events: [{ event: { operationType: "insert" } }] }],
  ] as const)(
    "an event that names its service itself is of %s",
    async ([service, type, fields]) => {
      const given = { eventSource: service, eventSourceArn: `arn:${service}:a`, ...fields };

      const { events } = await send(lambda, given);

      expect(events).toMatchObject([{ source: `arn:${service}:a`, type, data: given }]);
    },
  );

  test("records of two kinds stay together, so that none is lost", async () => {
    const { events } = await send(lambda, { Records: [sqsMessage, { a: 1 }] });

    expect(events).toMatchObject([{ data: { Records: [sqsMessage, { a: 1 }] } }]);
  });

  test("any other event of Lambda is one of Lambda", async () => {
    const { events } = await send(lambda, { a: 1 });

    expect(events).toMatchObject([{ source: "aws:lambda", type: "com.amazonaws.lambda" }]);
  });

  test.for([null, undefined, "text", 7, [], [{ a: 1 }]])(
    "an event that is no object (%j) fails and is not lost",
    async (given) => {
      stubSettings(streamSettings);
      const harness = createHarness();

      await expect(openAdapters(event(), harness).handler(given)).rejects.toThrow(
        /^UNKNOWN_EVENT: /,
      );
      expect(produced(harness)).toEqual([]);
    },
  );

  test("an event that is nested too deep for JSON is refused", async () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 50_000; depth += 1) {
      deep = { a: deep };
    }

    const { result, messages } = await send(lambda, { deep });

    expect(result.error).toMatch(/^RECORD_REFUSED: 1 refused/);
    expect(messages).toEqual([]);
  });
});

describe("what the settings select", () => {
  test("an event has the id, type, key, subject and source that the settings select", async () => {
    const settings = {
      EVENT_ID: ["body:/nothing", "body:/id"],
      EVENT_TYPE: ["const:order.placed"],
      EVENT_KEY: ["body:/order/customer"],
      EVENT_SUBJECT: '["body:/order/number"]',
      EVENT_SOURCE: ["const:/my shop"],
      EVENT_TOPIC: "shop",
      EVENT_PARTITION: 2,
    };
    const given = { id: "o-1", order: { customer: "kim", number: 7 } };

    const { messages, events } = await send(ncloud, given, settings);

    expect(messages).toMatchObject([{ topic: "shop", partition: 2, key: "kim" }]);
    expect(events).toMatchObject([
      {
        id: "o-1",
        type: "order.placed",
        subject: "7",
        source: "/my%20shop",
        partitionkey: "kim",
      },
    ]);
  });

  test("an id of the call is another one in each call", async () => {
    const { events } = await send(lambda, sqsEvent({}, {}), { EVENT_ID: ["call"] });

    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
  });

  test("a raw value is the data alone", async () => {
    const json = await send(lambda, { a: 1 }, { EVENT_VALUE: "raw" });
    const text = await send(lambda, sqsEvent({ body: "7 apples" }), { EVENT_VALUE: "raw" });

    expect(json.messages).toMatchObject([{ value: '{"a":1}' }]);
    expect(text.messages).toMatchObject([{ value: "7 apples" }]);
  });

  test.for([
    [["com.amazonaws.ec2"], 1],
    [["com.amazonaws.*"], 1],
    [["EC2 Instance State-change Notification"], 1],
    [["com.amazonaws.s3"], 0],
  ] as const)("the filter %j passes %i of one event", async ([filter, passed]) => {
    const { result, messages } = await send(lambda, ec2Event, { EVENT_FILTER: filter });

    expect(messages).toHaveLength(passed);
    expect(result).toMatchObject({ delivered: passed, ignored: 1 - passed });
  });

  test("long and odd ids are replaced by their hash", async () => {
    const { messages } = await send(lambda, { ...ec2Event, id: "a\nb" });

    // printf '"a\\nb"' | sha256sum
    expect(messages).toMatchObject([
      { key: "8cb67f89f9ff0e25bb064da96907151d8e0eb7a5c0d4cde1b72ad1c9a30c065e" },
    ]);
  });
});

describe("an event that is a CloudEvent", () => {
  const given = {
    specversion: "1.0",
    id: "c-1",
    source: "/shop",
    type: "order.placed",
    time: "2026-11-30T00:00:00+09:00",
    subject: "7",
    partitionkey: "kim",
    sampledrate: 3,
    datacontenttype: "application/json",
    data: { order: 7 },
  };

  test("an event of EventBridge, SNS, SQS or a trigger keeps its attributes and data", async () => {
    const text = JSON.stringify(given);
    const sns = { ...snsRecord, Sns: { ...snsRecord.Sns, Message: text } };
    const sent = [
      await send(lambda, given),
      await send(ncloud, given),
      await send(lambda, sqsEvent({ body: text })),
      await send(lambda, { Records: [sns] }),
    ];

    for (const { messages, events } of sent) {
      expect(messages).toMatchObject([{ key: "kim" }]);
      expect(events).toEqual([given]);
    }
  });

  test("settings that select come before its attributes", async () => {
    const settings = { EVENT_KEY: ["body:/data/order"], EVENT_TYPE: ["const:a"] };

    const { messages, events } = await send(lambda, given, settings);

    expect(messages).toMatchObject([{ key: "7" }]);
    expect(events).toMatchObject([{ id: "c-1", type: "a", partitionkey: "7" }]);
  });

  test("the bytes of its data in a message of SQS go out as they were written", async () => {
    const body = '{"specversion":"1.0","id":"1","source":"/a","type":"b","data":{ "n":1.0 }}';

    const { messages } = await send(lambda, sqsEvent({ body }));

    expect(messages[0]?.value).toContain('"data":{ "n":1.0 }}');
  });

  test("a bound parameter that can be no attribute is dropped, and a secret is in neither part", async () => {
    const bound = { TEAM: "a", list: [1], token: "b", shop: streamSettings.NCLOUD_ACCESS_KEY };

    const { events, log } = await send(ncloud, {
      ...given,
      ...bound,
      data: { order: 7, token: "c", key: streamSettings.NCLOUD_SECRET_KEY },
    });

    expect(events).toEqual([given]);
    expect(log).toContain("fields not passed on (EVENT_FIELDS): key, token, shop, TEAM, list");
  });

  test("an event that says so and is none goes out whole", async () => {
    const { events, log } = await send(lambda, { specversion: "1.0", id: "c-1", data: 1 });

    expect(events).toMatchObject([{ data: { specversion: "1.0", id: "c-1", data: 1 } }]);
    expect(log).toContain("no CloudEvent: its id, source or type is missing");
  });

  test("a raw value is the whole event, under its own key", async () => {
    const { messages } = await send(lambda, given, { EVENT_VALUE: "raw" });

    expect(messages).toMatchObject([{ key: "kim", value: JSON.stringify(given) }]);
  });
});

describe("the message group of a FIFO queue", () => {
  test("the group is the key of its messages", async () => {
    const { messages } = await send(lambda, fifoEvent("a@g1", "b@g2", "c@g1"));

    expect(messages.map(({ key, value }) => [key, (JSON.parse(value) as Bag)["id"]])).toEqual(
      expect.arrayContaining([
        ["g1", "a"],
        ["g1", "c"],
        ["g2", "b"],
      ]),
    );
  });
});
