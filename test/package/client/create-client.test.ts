import { afterEach, describe, expect, test, vi } from "vitest";
import type { HttpRequest, HttpResponse } from "../../../lib/effects/transport.ts";
import { createClient } from "../../../package/client/create-client.ts";
import type { DataStreamClientOptions, ProduceRecord } from "../../../package/client.ts";
import { acknowledged, answer, messageOf, noAnswer } from "../../support/harness.ts";

const options = { accessKey: "ncp_iam_CLIENTKEY", secretKey: "client-secret", partitions: 3 };
const record = (key: string, value = "v"): ProduceRecord => ({ topic: "orders", key, value });

afterEach(() => {
  vi.useRealTimers();
});

/** A client over a scripted stream, in a time that only moves when something waits. */
function start(respond: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>) {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  const sent: string[] = [];
  const closeConnections = vi.fn();
  const client = createClient(options, {
    now: Date.now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: () => 1,
    transport: async (request) => {
      const { key, value } = messageOf(request);
      sent.push(`${key} ${value}`);
      return respond(request);
    },
    closeConnections,
    schedule: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  return { client, sent, closeConnections };
}

/** Lets timers run until a promise ends. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  const ended = promise.finally(() => vi.clearAllTimers());
  await vi.runAllTimersAsync();
  const result = await ended;
  vi.useRealTimers();
  return result;
}

const later = (response: HttpResponse, ms: number) =>
  new Promise<HttpResponse>((resolve) => setTimeout(() => resolve(response), ms));

describe("produce", () => {
  test("outcomes stand in the order of the records, whatever became of each", async () => {
    const { client } = start((request) =>
      messageOf(request).key === "bad"
        ? answer(400, '{"status":"400","detail":"Bad Request"}')
        : acknowledged,
    );

    expect(await settled(client.produce([record("a"), record("bad"), record("c")]))).toEqual([
      { status: "delivered" },
      {
        status: "refused",
        code: "RECORD_REFUSED",
        reason: "HTTP 400: the stream refuses this record",
      },
      { status: "delivered" },
    ]);
  });

  test("records of one key are sent one after the other, across calls too", async () => {
    let inFlight = 0;
    let most = 0;
    const { client, sent } = start(async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      const response = await later(acknowledged, 10);
      inFlight -= 1;
      return response;
    });
    const calls = ["1", "2", "3"].map((value) =>
      client.produce([record("k", value), record("k", `${value}b`)]),
    );

    await settled(Promise.all(calls));
    expect(most).toBe(1);
    expect(sent).toEqual(["k 1", "k 1b", "k 2", "k 2b", "k 3", "k 3b"]);
  });

  test("at most 16 records of all calls are in flight", async () => {
    let inFlight = 0;
    let most = 0;
    const { client } = start(async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      const response = await later(acknowledged, 10);
      inFlight -= 1;
      return response;
    });
    const calls = Array.from({ length: 60 }, (_, index) => client.produce([record(`k${index}`)]));

    await settled(Promise.all(calls));
    expect(most).toBe(16);
  });

  test("a failed record stops the later ones of its key in its call, and no other", async () => {
    const { client, sent } = start((request) =>
      messageOf(request).key === "down" ? answer(503, "") : acknowledged,
    );
    const [first, second] = [
      client.produce([record("down", "1"), record("down", "2"), record("up")]),
      client.produce([record("down", "3")]),
    ];

    expect((await settled(Promise.all([first, second]))).flat()).toEqual([
      expect.objectContaining({ status: "failed", code: "STREAM_UNAVAILABLE" }),
      expect.objectContaining({ status: "notAttempted" }),
      { status: "delivered" },
      expect.objectContaining({ status: "failed", code: "STREAM_UNAVAILABLE" }),
    ]);
    expect(sent.filter((one) => one === "down 1")).toHaveLength(5);
    expect(sent).not.toContain("down 2");
  });

  test("a 429 pauses all calls for the time of Retry-After", async () => {
    const times: number[] = [];
    const { client } = start(() => {
      times.push(Date.now() - 1_700_000_000_000);
      return times.length === 1 ? answer(429, "", { "retry-after": "2" }) : acknowledged;
    });
    const first = client.produce([record("a")]);
    const second = new Promise((resolve) => setTimeout(resolve, 100)).then(() =>
      client.produce([record("b")]),
    );

    await settled(Promise.all([first, second]));
    expect(times.map((ms) => Math.floor(ms / 1_000))).toEqual([0, 2, 2]);
  });

  test("a clock that is wrong by an hour is corrected after the first 401", async () => {
    const ahead = new Date(1_700_000_000_000 + 3_600_000).toUTCString();
    const timestamps: string[] = [];
    const { client } = start(({ headers }) => {
      timestamps.push(headers[headers.indexOf("x-ncp-apigw-timestamp") + 1] ?? "");
      return timestamps.length === 1 ? answer(401, "", { date: ahead }) : acknowledged;
    });

    expect(await settled(client.produce([record("a")]))).toEqual([{ status: "delivered" }]);
    expect(timestamps).toEqual(["1700000000000", "1700003600000"]);
  });

  test.each([
    ["a duration", 2_000],
    ["an instant", 1_700_000_002_000],
  ])("every record has ended at the deadline, which can be %s", async (_, deadlineMs) => {
    const { client } = start(() => later(noAnswer({ cause: "timeout" }), 1_700));
    let endedMs = 0;
    const outcomes = client
      .produce(
        Array.from({ length: 40 }, (__, index) => record(`k${index}`)),
        { deadlineMs },
      )
      .finally(() => {
        endedMs = Date.now() - 1_700_000_000_000;
      });

    const statuses = (await settled(outcomes)).map(({ status }) => status);
    expect(endedMs).toBeLessThanOrEqual(2_000);
    expect(statuses.filter((status) => status === "failed")).toHaveLength(16);
    expect(statuses.filter((status) => status === "notAttempted")).toHaveLength(24);
  });

  test.each([
    ["no object", null, "record must be an object"],
    ["no topic", { key: "k", value: "v" }, "topic must be a topic name"],
    ["no key", { topic: "orders", value: "v" }, "key must be text"],
    [
      "a value that is an object",
      { topic: "orders", key: "k", value: {} },
      "value must be text: use JSON.stringify for objects",
    ],
    [
      "a partition that the topic has not",
      { ...record("k"), partition: 3 },
      "partition must be a partition of the topic, from 0",
    ],
    [
      "a partition that is text",
      { ...record("k"), partition: "1" },
      "partition must be a partition of the topic, from 0",
    ],
  ])("a record with %s is refused and names the field", async (_, wrong, reason) => {
    const { client, sent } = start(() => acknowledged);
    const outcomes = await settled(client.produce([wrong as ProduceRecord, record("b")]));

    expect(outcomes).toEqual([
      { status: "refused", code: "RECORD_REFUSED", reason, field: reason.split(" ")[0] },
      { status: "delivered" },
    ]);
    expect(sent).toEqual(["b v"]);
  });

  test("a record over 1,000,000 bytes is refused unsent", async () => {
    const { client, sent } = start(() => acknowledged);

    expect(await settled(client.produce([record("k", "가".repeat(333_334))]))).toEqual([
      expect.objectContaining({ status: "refused", code: "RECORD_TOO_LARGE" }),
    ]);
    expect(sent).toEqual([]);
  });

  test("records that are no list, and a deadline that is no number, reject nothing", async () => {
    const { client } = start(() => acknowledged);
    const wrong = record("k") as unknown as readonly ProduceRecord[];
    const deadlineMs = "soon" as unknown as number;

    expect(await settled(client.produce(wrong))).toEqual([
      expect.objectContaining({ status: "refused", field: "records" }),
    ]);
    expect(await client.produce([record("k")], { deadlineMs })).toEqual([
      expect.objectContaining({ status: "refused", field: "deadlineMs" }),
    ]);
  });

  test("records and options that throw when they are read reject nothing", async () => {
    const { client } = start(() => acknowledged);
    const fail = () => {
      throw new Error("not readable");
    };
    const records = new Proxy([record("k")], { get: fail });
    const options = Object.defineProperty({}, "deadlineMs", { get: fail });

    const calls = Promise.all([client.produce(records), client.produce([record("k")], options)]);
    const refused = [expect.objectContaining({ status: "refused", field: "records" })];

    expect(await settled(calls)).toEqual([refused, refused]);
  });

  test("a reason names the client's options, not the settings of the functions", async () => {
    const { client } = start(() => answer(401, "{}"));
    const [outcome] = await settled(client.produce([record("k")]));

    expect(outcome?.reason).toContain("check accessKey and secretKey");
  });

  test("no outcome holds the secret key, a key or a value", async () => {
    const { client } = start(() => answer(500, "client-secret the-key the-value"));
    const outcomes = JSON.stringify(
      await settled(client.produce([record("the-key", "the-value")])),
    );

    expect(outcomes).toContain("STREAM_UNAVAILABLE");
    expect(outcomes).not.toMatch(/client-secret|the-key|the-value/);
  });
});

test("close waits for running calls, and later calls send nothing", async () => {
  const { client, sent, closeConnections } = start(() => later(acknowledged, 100));
  const running = client.produce([record("a")]);
  const closing = client.close();
  const late = client.produce([record("b")]);

  expect(closeConnections).not.toHaveBeenCalled();
  expect(await settled(Promise.all([running, closing, late]))).toEqual([
    [{ status: "delivered" }],
    undefined,
    [{ status: "notAttempted", reason: "the client is closed" }],
  ]);
  expect(closeConnections).toHaveBeenCalled();
  expect(sent).toEqual(["a v"]);
});

test.each([
  [
    "no options",
    undefined,
    "accessKey must be visible ASCII without spaces; secretKey must be text",
  ],
  ["an http endpoint", { ...options, endpoint: "http://example.com" }, "endpoint must be"],
  [
    "an endpoint with a path",
    { ...options, endpoint: "https://example.com/api" },
    "endpoint must be",
  ],
  ["a partition count of 0", { ...options, partitions: { orders: 0 } }, "partitions must be"],
  ["a list of partition counts", { ...options, partitions: [3] }, "partitions must be"],
])("%s is a TypeError without a key in it", (_, wrong, message) => {
  const { client } = start(() => acknowledged);
  const create = () => createClient(wrong as DataStreamClientOptions, {} as never);

  expect(client).toBeDefined();
  expect(create).toThrow(TypeError);
  expect(create).toThrow(message);
  expect(create).not.toThrow("client-secret");
});
