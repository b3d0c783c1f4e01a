import { describe, expect, test } from "vitest";
import type { World } from "../../harness.ts";
import { produceAll, startWorld } from "../../harness.ts";

async function produceEach(
  emulator: World,
  messages: readonly (readonly [string, string, number])[],
) {
  for (const [topic, key, partition] of messages) {
    await emulator.produce({ topic, key, value: `${key}!`, partition });
  }
}

const four = [
  ["orders", "a", 0],
  ["orders", "b", 1],
  ["alerts", "a", 0],
  ["orders", "a", 0],
] as const;

async function cursors(emulator: World, path: string): Promise<unknown> {
  const { records, next } = (await emulator.get(path)) as {
    records: { cursor: number }[];
    next: number;
  };
  return [...records.map(({ cursor }) => cursor), `next ${next}`];
}

describe("GET /_/topics", () => {
  test("the response has the counts of every topic and partition, which add up", async () => {
    const emulator = await startWorld();
    await produceEach(emulator, four);

    expect(await emulator.get("/_/topics")).toEqual({
      // Each record is one byte of key and two of value.
      topics: [
        {
          ...{ name: "orders", retentionMs: 86_400_000, records: 3, bytes: 9, dropped: 0 },
          partitions: [
            { partition: 0, first: 0, next: 2, dropped: 0, records: 2, bytes: 6 },
            { partition: 1, first: 0, next: 1, dropped: 0, records: 1, bytes: 3 },
            { partition: 2, first: 0, next: 0, dropped: 0, records: 0, bytes: 0 },
          ],
        },
        {
          ...{ name: "alerts", retentionMs: 86_400_000, records: 1, bytes: 3, dropped: 0 },
          partitions: [{ partition: 0, first: 0, next: 1, dropped: 0, records: 1, bytes: 3 }],
        },
      ],
      newest: 4,
    });
  });

  test("records dropped over the record bound are counted per partition", async () => {
    const emulator = await startWorld({ recordsMax: 2 });
    await produceEach(emulator, four);

    expect(await emulator.get("/_/topics")).toMatchObject({
      topics: [
        {
          partitions: [
            { first: 1, next: 2, dropped: 1 },
            { first: 1, next: 1, dropped: 1 },
            { first: 0, next: 0, dropped: 0 },
          ],
        },
        { partitions: [{ first: 0, next: 1, dropped: 0 }] },
      ],
    });
    expect(await cursors(emulator, "/_/topics/orders/records?after=0")).toEqual([4, "next 4"]);
  });

  test("records dropped over the byte bound are counted", async () => {
    const emulator = await startWorld({ recordBytesMax: 8 });

    // Each record is one byte of key and two of value.
    await produceEach(emulator, four);

    expect(await emulator.get("/_/topics")).toMatchObject({
      topics: [{ partitions: [{ dropped: 1 }, { dropped: 1 }, {}] }, {}],
    });
  });

  test("the newest 10,000 records of a long run are kept", async () => {
    const emulator = await startWorld();
    const message = { topic: "alerts", key: "a", value: "" };
    await produceAll(emulator, Array<unknown>(10_500).fill(message));

    expect(await emulator.get("/_/topics")).toMatchObject({
      topics: [{}, { partitions: [{ first: 500, next: 10_500, dropped: 500 }] }],
    });
    expect(await cursors(emulator, "/_/topics/alerts/records?after=7&limit=2")).toEqual([
      501,
      502,
      "next 502",
    ]);
  });
});

describe("GET /_/topics/{topic}/records", () => {
  test.for([
    ["", [1, 2, 4, "next 4"]],
    ["?limit=2", [2, 4, "next 4"]],
    ["?after=0&limit=2", [1, 2, "next 2"]],
    ["?after=2&limit=2", [4, "next 4"]],
    ["?after=4", ["next 4"]],
    ["?after=99", ["next 99"]],
    ["?partition=0", [1, 4, "next 4"]],
    ["?partition=2", ["next 4"]],
    ["?key=b", [2, "next 2"]],
    ["?key=", ["next 4"]],
    ["?partition=0&key=a&after=1&limit=1000", [4, "next 4"]],
  ] as const)("the query %s gets %j", async ([query, expected]) => {
    const emulator = await startWorld();
    await produceEach(emulator, four);

    expect(await cursors(emulator, `/_/topics/orders/records${query}`)).toEqual(expected);
  });

  test.for([
    ["partition=3", "partition must be an integer from 0 to 2"],
    ["partition=x", "partition must be an integer from 0 to 2"],
    ["partition=", "partition must be an integer from 0 to 2"],
    ["after=-1", "after must be an integer from 0 to 9007199254740991"],
    ["limit=0", "limit must be an integer from 1 to 1000"],
    ["limit=1001", "limit must be an integer from 1 to 1000"],
    ["limit=1e2", "limit must be an integer from 1 to 1000"],
    ["limit=1&limit=2", "limit must be given at most once"],
    ["offset=1", 'unknown parameter "offset"; known: partition, key, after, limit, format'],
  ] as const)("the query %s is refused by name", async ([query, error]) => {
    const emulator = await startWorld();

    const response = await fetch(`${emulator.origin}/_/topics/orders/records?${query}`);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error });
  });

  test.for(["nope", "toString", "a%2Fb", "%ff"])("the topic %s gets 404", async (topic) => {
    const emulator = await startWorld();

    const response = await fetch(`${emulator.origin}/_/topics/${topic}/records`);

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: "the topic is unknown" });
  });

  test("a response stops at 16 MiB and leads on from there", async () => {
    const emulator = await startWorld();
    const value = "x".repeat(1_000_000);
    for (let count = 0; count < 20; count += 1) {
      await emulator.produce({ topic: "alerts", key: "", value });
    }

    const first = await cursors(emulator, "/_/topics/alerts/records?after=0&limit=1000");
    const rest = await cursors(emulator, "/_/topics/alerts/records?after=16&limit=1000");

    expect(first).toEqual([...Array.from({ length: 16 }, (_, index) => index + 1), "next 16"]);
    expect(rest).toEqual([17, 18, 19, 20, "next 20"]);
  });
});

describe("DELETE /_/records", () => {
  test("all topics are emptied, and offsets and cursors go on", async () => {
    const emulator = await startWorld();
    await produceEach(emulator, four);

    const response = await emulator.remove("/_/records");
    await emulator.produce({ topic: "alerts", key: "a", value: "", partition: 0 });

    expect(response.status).toBe(204);
    expect(await cursors(emulator, "/_/topics/orders/records")).toEqual(["next 5"]);
    expect(await emulator.get("/_/topics/alerts/records")).toMatchObject({
      records: [{ cursor: 5, offset: 1 }],
    });
    expect(await emulator.get("/_/topics")).toMatchObject({
      topics: [
        { partitions: [{ first: 2, next: 2, dropped: 0 }, {}, {}] },
        { partitions: [{ first: 1, next: 2, dropped: 0 }] },
      ],
    });
  });
});

describe("the control API", () => {
  test.for([
    ["GET", "/_/", 404],
    ["GET", "/_/nope", 404],
    ["GET", "/_/__proto__", 404],
    ["GET", "/_/records", 405],
    ["POST", "/_/topics", 405],
    ["POST", "/_/events", 405],
    ["PUT", "/_/faults", 405],
    ["HEAD", "/_/topics", 200],
  ] as const)("the control API responds to %s %s with %d", async ([method, path, status]) => {
    const emulator = await startWorld();

    const response = await fetch(`${emulator.origin}${path}`, { method });

    expect(response.status).toBe(status);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });
});
