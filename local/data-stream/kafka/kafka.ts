import type { Admin } from "kafkajs";
import { MissingPackage } from "../start-problem.ts";
import type { RecordWriter } from "../storage/memory-storage.ts";
import type { Topics } from "../topics/topics.ts";
import { cloudEventHeaders } from "./cloud-event-headers.ts";
import { brokerFailure, findBroker, unusableKafka } from "./kafka-brokers.ts";
import { createPartitionQueues, requestMsMax } from "./kafka-queues.ts";
import { checkPartitions } from "./kafka-topics.ts";

export type KafkaOptions = {
  /** The brokers, each as `host:port`. */
  readonly brokers: readonly string[];
  /** Adds the attributes of a CloudEvent as headers of its message. */
  readonly headers: boolean;
};

export type KafkaConnection = {
  /** Returns a writer that passes a record on once Kafka has acknowledged it. */
  readonly before: (keep: RecordWriter) => RecordWriter;
  readonly close: () => Promise<void>;
};

const connectMsMax = 2_000;
const nextBrokerMs = 100;

/**
 * Connects to Kafka and checks that every topic has the partitions that the emulator chooses from. Each message is
 * sent once: a caller that gets an error retries it.
 */
export async function connectKafka(
  { brokers, headers }: KafkaOptions,
  topics: Topics,
  log: (line: string) => void,
): Promise<KafkaConnection> {
  const toClient = await loadClient();
  const first = await findBroker(brokers, (broker) =>
    checkBroker(toClient([broker]).admin(), topics),
  );
  const others = brokers.filter((broker) => broker !== first);
  const producer = toClient([first, ...others]).producer({
    allowAutoTopicCreation: false,
    // The emulator has chosen the partition already. This also prevents kafkajs's warning about its changed default
    // partitioner.
    createPartitioner: () => (choice) => choice.message.partition ?? 0,
    retry: { retries: 0 },
  });
  try {
    await producer.connect();
  } catch (error) {
    await producer.disconnect().catch(() => undefined);
    throw unusableKafka(brokers, brokerFailure(error));
  }
  const toHeaders = headers ? cloudEventHeaders : () => ({});
  return {
    before: (write) => createPartitionQueues({ producer, toHeaders, write, log }),
    close: () => producer.disconnect(),
  };
}

async function loadClient() {
  const { default: kafkajs } = await import("kafkajs").catch(() => {
    throw new MissingPackage("--kafka", "kafkajs");
  });
  return (brokers: readonly string[]) =>
    new kafkajs.Kafka({
      clientId: "data-stream-emulator",
      brokers: [...brokers],
      connectionTimeout: connectMsMax,
      requestTimeout: requestMsMax,
      logLevel: kafkajs.logLevel.NOTHING,
      // Every broker is tried once to connect. Messages are not retried, see above.
      retry: {
        retries: brokers.length - 1,
        initialRetryTime: nextBrokerMs,
        maxRetryTime: nextBrokerMs,
      },
    });
}

async function checkBroker(admin: Admin, topics: Topics): Promise<void> {
  try {
    await admin.connect();
    await checkPartitions(admin, topics);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
