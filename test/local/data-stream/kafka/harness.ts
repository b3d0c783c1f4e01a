import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type EachMessagePayload, Kafka, logLevel } from "kafkajs";
import { onTestFinished } from "vitest";

export type Consumed = {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string;
  readonly timestamp: number;
  readonly headers: Readonly<Record<string, string>>;
};

/** Reads a topic from its beginning with a consumer group of kafkajs until it has this many messages. */
export async function consume(broker: string, topic: string, count: number) {
  const kafka = new Kafka({
    ...{ clientId: "test", brokers: [broker], logLevel: logLevel.NOTHING },
  });
  const consumer = kafka.consumer({ groupId: "team-of-the-consumers" });
  onTestFinished(() => consumer.disconnect());
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const consumed: Consumed[] = [];
  const whole = new Promise<void>((resolve) => {
    const eachMessage = async ({ partition, message }: EachMessagePayload) => {
      consumed.push({
        ...{ partition, offset: Number(message.offset), timestamp: Number(message.timestamp) },
        key: String(message.key),
        value: String(message.value),
        headers: Object.fromEntries(
          Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
        ),
      });
      if (consumed.length === count) {
        resolve();
      }
    };
    void consumer.run({ eachMessage });
  });
  await whole;
  return consumed;
}

/** Returns everything on the topic, as kcat prints it. */
export async function kcat(broker: string, topic: string, format: string): Promise<string> {
  const args = ["-b", broker, "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-f", format];
  return (await promisify(execFile)("kcat", args)).stdout;
}
