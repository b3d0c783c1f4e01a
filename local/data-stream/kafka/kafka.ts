import type { Admin } from "kafkajs";
import { StartProblem } from "../start-problem.ts";
import type { RecordWriter } from "../storage/memory-storage.ts";
import type { Topics } from "../topics/topics.ts";
import { cloudEventHeaders } from "./cloud-event-headers.ts";
import { brokerFailure, findBroker, unusableKafka } from "./kafka-brokers.ts";
import { createPartitionQueues, requestMsMax } from "./kafka-queues.ts";
import { checkPartitions } from "./kafka-topics.ts";

export type KafkaOptions = {
  /** Each `host:port`. */
  readonly brokers: readonly string[];
  /** Whether a CloudEvent's attributes are headers of its message too. */
  readonly headers: boolean;
};

export type KafkaConnection = {
  /** Gives a record on to be kept once Kafka has acknowledged it. */
  readonly before: (keep: RecordWriter) => RecordWriter;
  readonly close: () => Promise<void>;
};

const connectMsMax = 2_000;
const nextBrokerMs = 100;

/**
 * Connects, and sees to it that every topic has the partitions that the emulator chooses from. One
 * attempt for each message: a caller that is told of a failure is the one who tries again.
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
    // The emulator has chosen already; this also keeps kafkajs from warning of its change of partitioners.
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
    throw new StartProblem("--kafka needs the package kafkajs: run npm ci");
  });
  return (brokers: readonly string[]) =>
    new kafkajs.Kafka({
      clientId: "data-stream-emulator",
      brokers: [...brokers],
      connectionTimeout: connectMsMax,
      requestTimeout: requestMsMax,
      logLevel: kafkajs.logLevel.NOTHING,
      // To connect, every broker is tried once; messages have no retry, see above.
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
