import type { Admin } from "kafkajs";
import { expect, test } from "vitest";
import { checkPartitions } from "../../../../local/data-stream/kafka/kafka-topics.ts";

type Fetch = (topic: string) => { readonly name: string; readonly partitions: number } | Error;

/** The emulator's topic `orders` has 3 partitions. Kafka responds as the test says. */
function check(fetch: Fetch): Promise<void> {
  const admin = {
    fetchTopicMetadata: async ({
      topics: [topic = ""],
    }: {
      readonly topics: readonly string[];
    }) => {
      const found = fetch(topic);
      if (found instanceof Error) {
        throw found;
      }
      const { name, partitions } = found;
      return { topics: [{ name, partitions: Array.from({ length: partitions }, () => ({})) }] };
    },
  } as unknown as Pick<Admin, "fetchTopicMetadata">;
  return checkPartitions(admin, { names: () => ["orders"], partitionCount: () => 3 });
}

const unknownTopic = Object.assign(new Error("This server does not host this topic-partition"), {
  type: "UNKNOWN_TOPIC_OR_PARTITION",
});

test.each([
  ["is said by an error", () => unknownTopic],
  ["is said by one that kafkajs has wrapped", () => new Error("no", { cause: unknownTopic })],
  ["is not among what comes back", () => ({ name: "another", partitions: 9 })],
  ["comes back without a partition", () => ({ name: "orders", partitions: 0 })],
])(
  "a topic that Kafka lacks, which %s, is named with the command that creates it",
  async (_, fetch) => {
    await expect(check(fetch)).rejects.toThrow(
      "Kafka has no topic orders: give it at least 3, for example with kafka-topics.sh --create --topic orders --partitions 3",
    );
  },
);

test("a topic with too few partitions is named with the command that adds them", async () => {
  await expect(check((name) => ({ name, partitions: 2 }))).rejects.toThrow(
    "Kafka's topic orders has 2 partitions and the emulator's has 3: give it at least 3, for example with kafka-topics.sh --alter --topic orders --partitions 3",
  );
});

test.each([3, 4])("a topic with %i partitions is enough", async (partitions) => {
  await expect(check((name) => ({ name, partitions }))).resolves.toBeUndefined();
});

test("another error says nothing of the topic and is passed on", async () => {
  const error = Object.assign(new Error("no"), { type: "CLUSTER_AUTHORIZATION_FAILED" });

  await expect(check(() => error)).rejects.toBe(error);
});
