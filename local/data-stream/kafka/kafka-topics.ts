import type { Admin } from "kafkajs";
import { StartProblem } from "../start-problem.ts";
import type { Topics } from "../topics/topics.ts";
import { kafkaErrorName } from "./kafka-refusal.ts";

type Metadata = Pick<Admin, "fetchTopicMetadata">;

/** Throws a StartProblem if Kafka lacks a topic, or a partition that the emulator chooses from. */
export async function checkPartitions(
  admin: Metadata,
  topics: Pick<Topics, "names" | "partitionCount">,
): Promise<void> {
  for (const name of topics.names()) {
    const wanted = topics.partitionCount(name) ?? 0;
    const has = await countPartitions(admin, name);
    if (has < wanted) {
      const advice = `give it at least ${wanted}, for example with kafka-topics.sh ${has === 0 ? "--create" : "--alter"} --topic ${name} --partitions ${wanted}`;
      throw new StartProblem(
        has === 0
          ? `Kafka has no topic ${name}: ${advice}`
          : `Kafka's topic ${name} has ${has} partitions and the emulator's has ${wanted}: ${advice}`,
      );
    }
  }
}

async function countPartitions(admin: Metadata, topic: string): Promise<number> {
  try {
    const metadata = await admin.fetchTopicMetadata({ topics: [topic] });
    return metadata.topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
  } catch (error) {
    if (kafkaErrorName(error) === "UNKNOWN_TOPIC_OR_PARTITION") {
      return 0;
    }
    throw error;
  }
}
