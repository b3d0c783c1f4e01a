import type { Producer, ProducerRecord, RecordMetadata } from "kafkajs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createPartitionQueues } from "../../../../local/data-stream/kafka/kafka-queues.ts";
import type { NewRecord } from "../../../../local/data-stream/topics/topics.ts";

type Pending = {
  readonly keys: readonly string[];
  readonly succeed: (metadata?: readonly Partial<RecordMetadata>[]) => void;
  readonly fail: (error: Error) => void;
};

/** In place of a cluster: each call of `send` ends when the test says so. */
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

describe("a partition's lane to Kafka", () => {
  test("has one batch under way, and the others wait in their order", async () => {
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

  test("does not wait for another partition's", async () => {
    const { sends, produce } = startLanes();
    const stuck = produce("stuck", 0);
    const other = produce("other", 1);

    sends[1]?.succeed();

    expect(await other).toEqual(["other", 200]);
    sends[0]?.succeed();
    expect(await stuck).toEqual(["stuck", 200]);
  });

  test("keeps nothing of a batch that failed, and goes on with the next", async () => {
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
  ])("does not acknowledge when the answer %s", async (_, metadata) => {
    const { sends, kept, produce } = startLanes();
    const asked = produce("a");

    sends[0]?.succeed(metadata);

    const why = "Kafka did not acknowledge the message: it did not confirm the partition";
    expect(await asked).toEqual(["a", 503, why]);
    expect(kept).toEqual([]);
  });

  test("answers 413 for a message that Kafka finds too large, however the error is wrapped", async () => {
    const { sends, produce } = startLanes();
    const cause = Object.assign(new Error("inner"), { type: "MESSAGE_TOO_LARGE" });
    const asked = produce("a");

    sends[0]?.fail(new Error("outer", { cause }));

    expect(await asked).toEqual(["a", 413, "Kafka refused the message: MESSAGE_TOO_LARGE"]);
  });

  test("sends a batch that Kafka finds too large in halves, and refuses only the message that is", async () => {
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

  test("sends no more bytes in one batch than a broker takes by default", async () => {
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

  test("refuses at once what is beyond the bound of what may wait", async () => {
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

describe("a partition's lane to a Kafka that is late", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const late = "Kafka did not acknowledge the message: it did not acknowledge within 8000 ms";

  test("answers 503 after 8 s, and keeps nothing of what Kafka takes after that, but says so", async () => {
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
    expect(lines).toEqual([
      "Kafka took 1 messages of orders after their callers were answered 503",
    ]);
  });

  test("says nothing of what Kafka refuses after its caller was answered", async () => {
    const { sends, lines, produce } = startLanes();
    const asked = produce("late");

    await vi.advanceTimersByTimeAsync(8_000);
    await asked;
    sends[0]?.fail(new Error("no"));
    await vi.advanceTimersByTimeAsync(0);

    expect(lines).toEqual([]);
  });

  test("never sends a message whose caller was answered while it waited", async () => {
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

  test("goes on after 30 s without a batch that does not end, whatever becomes of it then", async () => {
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
