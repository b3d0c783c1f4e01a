import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { type EachMessagePayload, Kafka, logLevel } from "kafkajs";
import { onTestFinished } from "vitest";

/** Where CI runs the suite, a missing kcat is a failure, not a silence. */
export const isWithoutKafka =
  spawnSync("kcat", ["-V"]).status !== 0 && process.env["CI"] === undefined;
if (isWithoutKafka) {
  console.warn("no kcat on this machine: the tests of --kafka are skipped");
}

const saidCharactersMax = 10_000;

export type Consumed = {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string;
  readonly timestamp: number;
  readonly headers: Readonly<Record<string, string>>;
};

/** librdkafka's mock cluster lives in a kcat; every topic that is asked for comes to be, with 4 partitions. */
export async function startCluster() {
  const mock = ["-X", "test.mock.num.brokers=1", "-X", "debug=mock"];
  const child = spawn("kcat", ["-b", "ignored", ...mock, "-C", "-t", "held-open", "-u"]);
  const exited = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  const broker = await new Promise<string>((resolve) => {
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += String(chunk).slice(0, saidCharactersMax);
      const [, servers] = /bootstrap\.servers=(\S+)\s/.exec(said) ?? [];
      if (servers !== undefined) {
        resolve(servers);
      }
    });
  });
  return {
    broker,
    kill,
    /** As a cluster that hangs, and one that comes back with all it had. */
    pause: () => child.kill("SIGSTOP"),
    goOn: () => child.kill("SIGCONT"),
  };
}

/** A consumer group of kafkajs, from the topic's beginning, until it has so many messages. */
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

/** Everything that is on the topic, as kcat prints it. */
export async function kcat(broker: string, topic: string, format: string): Promise<string> {
  const args = ["-b", broker, "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-f", format];
  return (await promisify(execFile)("kcat", args)).stdout;
}
