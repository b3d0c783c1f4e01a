import type { Producer, ProducerRecord, RecordMetadata } from "kafkajs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createPartitionQueues } from "../../../../local/data-stream/kafka/kafka-queues.ts";
import type { NewRecord } from "../../../../local/data-stream/topics/topics.ts";

type Pending = {
  readonly keys: readonly string[];
  readonly succeed: (metadata?: readonly Partial<RecordMetadata>[]) => void;
  readonly fail: (error: Error) => void;
};

/** Replaces the cluster: each call of `send` ends when the test says so. */
function startLanes() {
  const sends: Pending[] = [];
  const kept: string[] = [];
  const lines: string[] = [];
  const send = ({ topic, messages }: ProducerRecord) => {
    const partition = messages[0]?.partition ?? 0;
    return new Promise<RecordMetadata[]>((resolve, reject) => {
      sends.push({
        keys: messages.map(({ key }) => String(key)),
        succeed: (metadata = [{ topicName: topic, partition, errorCode: 0 }]) =>
          resolve([...metadata] as RecordMetadata[]),
        fail: reject,
      });
    });
  };
  const keep = createPartitionQueues({
    producer: { send } as unknown as Producer,
    toHeaders: () => ({}),
    write(record) {
      kept.push(record.key);
      return { cursor: kept.length, offset: 0, ...record };
    },
    log: (line) => lines.push(line),
  });
  const produce = async (key: string, partition = 0, value = "") => {
    const record: NewRecord = { topic: "orders", partition, timestamp: 0, key, value };
    const ending = await keep(record);
    return "kind" in ending ? [key, ending.response.status, ending.reason] : [key, 200];
  };
  return { sends, kept, lines, produce };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe("the queue of a partition", () => {
  test("one batch is in flight, and the other messages wait in their order", async () => {
    const { sends, kept, produce } = startLanes();
    const all = Promise.all(["a", "b", "c"].map((key) => produce(key)));

    const first = sends.map(({ keys }) => keys);
    sends[0]?.succeed();
    await soon();
    const second = sends.map(({ keys }) => keys);
    sends[1]?.succeed();

    expect(await all).toEqual([
      ["a", 200],
      ["b", 200],
      ["c", 200],
    ]);
    expect(first).toEqual([["a"]]);
    expect(second).toEqual([["a"], ["b", "c"]]);
    expect(kept).toEqual(["a", "b", "c"]);
  });

  test("a queue does not wait for another partition's", async () => {
    const { sends, produce } = startLanes();
    const stuck = produce("stuck", 0);
    const other = produce("other", 1);

    sends[1]?.succeed();

    expect(await other).toEqual(["other", 200]);
    sends[0]?.succeed();
    expect(await stuck).toEqual(["stuck", 200]);
  });

  test("a failed batch is not stored, and the next one is sent", async () => {
    const { sends, kept, produce } = startLanes();
    const bad = produce("bad");
    const good = produce("good");

    sends[0]?.fail(Object.assign(new Error("no"), { type: "NOT_ENOUGH_REPLICAS" }));
    await soon();
    sends[1]?.succeed();

    expect(await bad).toEqual([
      "bad",
      503,
      "Kafka did not acknowledge the message: NOT_ENOUGH_REPLICAS",
    ]);
    expect(await good).toEqual(["good", 200]);
    expect(kept).toEqual(["good"]);
  });

  test.each([
    ["says nothing", []],
    ["speaks of another partition", [{ partition: 1, errorCode: 0 }]],
    ["has an error code", [{ partition: 0, errorCode: 7 }]],
  ])("a message is not acknowledged when the response %s", async (_, metadata) => {
    const { sends, kept, produce } = startLanes();
    const asked = produce("a");

    sends[0]?.succeed(metadata);

    const why = "Kafka did not acknowledge the message: it did not confirm the partition";
    expect(await asked).toEqual(["a", 503, why]);
    expect(kept).toEqual([]);
  });

  test("a message that is too large for Kafka gets 413, however the error is wrapped", async () => {
    const { sends, produce } = startLanes();
    const cause = Object.assign(new Error("inner"), { type: "MESSAGE_TOO_LARGE" });
    const asked = produce("a");

    sends[0]?.fail(new Error("outer", { cause }));

    expect(await asked).toEqual(["a", 413, "Kafka refused the message: MESSAGE_TOO_LARGE"]);
  });

  test("a batch that is too large for Kafka is sent in halves, and only the message that is too large is refused", async () => {
    const { sends, kept, produce } = startLanes();
    const ahead = produce("ahead");
    const all = Promise.all(["a", "b", "large", "c"].map((key) => produce(key)));
    const tooLarge = Object.assign(new Error("no"), { type: "MESSAGE_TOO_LARGE" });

    for (let index = 0; index < 6; index += 1) {
      if (sends[index]?.keys.includes("large") === true) {
        sends[index]?.fail(tooLarge);
      } else {
        sends[index]?.succeed();
      }
      await soon();
    }

    await ahead;
    expect(await all).toEqual([
      ["a", 200],
      ["b", 200],
      ["large", 413, "Kafka refused the message: MESSAGE_TOO_LARGE"],
      ["c", 200],
    ]);
    expect(sends.map(({ keys }) => keys)).toEqual([
      ["ahead"],
      ["a", "b", "large", "c"],
      ["a", "b"],
      ["large", "c"],
      ["large"],
      ["c"],
    ]);
    expect(kept).toEqual(["ahead", "a", "b", "c"]);
  });

  test("a batch has no more bytes than a broker takes by default", async () => {
    const { sends, produce } = startLanes();
    const value = "x".repeat(400_000);
    const all = Promise.all(["a", "b", "c", "d"].map((key) => produce(key, 0, value)));

    for (let index = 0; index < 3; index += 1) {
      sends[index]?.succeed();
      await soon();
    }

    await all;
    expect(sends.map(({ keys }) => keys)).toEqual([["a"], ["b", "c"], ["d"]]);
  });

  test("a message beyond the bound of the queue is refused at once", async () => {
    const { sends, produce } = startLanes();
    const waiting = Array.from({ length: 1000 }, (_, index) => produce(`${index}`));

    expect(await produce("over")).toEqual([
      "over",
      503,
      "Kafka did not acknowledge the message: 1000 messages wait for it already",
    ]);

    for (let index = 0; index < 3; index += 1) {
      sends[index]?.succeed();
      await soon();
    }
    expect(await Promise.all(waiting)).toHaveLength(1000);
    const after = produce("after");
    sends[3]?.succeed();
    expect(await after).toEqual(["after", 200]);
  });
});

describe("the queue of a partition to a slow Kafka", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const late = "Kafka did not acknowledge the message: it did not acknowledge within 8000 ms";

  test("a message gets 503 after 8 s and is not stored, and a line says when Kafka takes it later", async () => {
    const { sends, kept, lines, produce } = startLanes();
    const answered = vi.fn();
    const asked = produce("late");
    void asked.then(answered);

    await vi.advanceTimersByTimeAsync(7_999);
    expect(answered).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await asked).toEqual(["late", 503, late]);
    sends[0]?.succeed();
    await vi.advanceTimersByTimeAsync(0);

    expect(kept).toEqual([]);
    expect(lines).toEqual(["Kafka took 1 messages of orders after their callers got 503"]);
  });

  test("a message that Kafka refuses after its 503 is not reported", async () => {
    const { sends, lines, produce } = startLanes();
    const asked = produce("late");

    await vi.advanceTimersByTimeAsync(8_000);
    await asked;
    sends[0]?.fail(new Error("no"));
    await vi.advanceTimersByTimeAsync(0);

    expect(lines).toEqual([]);
  });

  test("a message that got 503 while it waited is never sent", async () => {
    const { sends, produce } = startLanes();
    const answered = Promise.all([produce("under way"), produce("waits")]);
    await vi.advanceTimersByTimeAsync(8_000);
    expect(await answered).toEqual([
      ["under way", 503, late],
      ["waits", 503, late],
    ]);
    const next = produce("next");

    sends[0]?.succeed();
    await vi.advanceTimersByTimeAsync(0);
    sends[1]?.succeed();

    expect(await next).toEqual(["next", 200]);
    expect(sends.map(({ keys }) => keys)).toEqual([["under way"], ["next"]]);
  });

  test("a queue goes on after 30 s without a batch that does not end, however it ends later", async () => {
    const { sends, kept, lines, produce } = startLanes();
    const stuck = produce("stuck");
    await vi.advanceTimersByTimeAsync(29_000);
    expect(await stuck).toEqual(["stuck", 503, late]);
    const next = produce("next");

    await vi.advanceTimersByTimeAsync(999);
    expect(sends).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(sends).toHaveLength(2);
    sends[1]?.succeed();
    expect(await next).toEqual(["next", 200]);
    sends[0]?.fail(new Error("late"));
    await vi.advanceTimersByTimeAsync(0);

    expect(kept).toEqual(["next"]);
    expect(lines).toEqual([]);
  });
});
