import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import Database from "libsql";
import { describe, expect, test } from "vitest";
import { isWithoutKafka, startKafkaMock } from "../support/kafka-mock.ts";

const example = /```js\n([\s\S]*?)```/.exec(readFileSync("docs/operating.md", "utf8"))?.[1] ?? "";
const waitMsMax = 20_000;

function eventOf(id: string, number: string): string {
  const attributes = { specversion: "1.0", source: "/webhooks/shop", type: "webhook.received" };
  return JSON.stringify({ ...attributes, id, data: { number } });
}

async function produce(broker: string, values: readonly string[]): Promise<void> {
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({
    topic: "orders",
    messages: values.map((value) => ({ key: "shop", value })),
  });
  await producer.disconnect();
}

function readOrders(file: string): unknown[] {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare("SELECT number FROM orders ORDER BY rowid").raw().all().flat();
  } catch {
    return [];
  } finally {
    database.close();
  }
}

describe.skipIf(isWithoutKafka)("the consumer in docs/operating.md", () => {
  test("works once on each event, however often it is on the topic", async () => {
    const folder = mkdtempSync(join(tmpdir(), "operating-consumer-"));
    const mock = await startKafkaMock();
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "consumer.mjs"), example);
    const first = eventOf("a", "1");
    await produce(mock.broker, [first, first, eventOf("b", "2"), first, eventOf("c", "3")]);
    const database = join(folder, "orders.db");
    const consumer = spawn(process.execPath, ["consumer.mjs"], {
      cwd: folder,
      env: { BROKERS: mock.broker, TOPIC: "orders", DATABASE: database },
    });
    let complaints = "";
    consumer.stderr.on("data", (chunk: Buffer) => {
      complaints += chunk;
    });
    try {
      const endMs = Date.now() + waitMsMax;
      while (!readOrders(database).includes("3") && Date.now() < endMs) {
        await sleep(100);
      }

      expect(readOrders(database), complaints).toEqual(["1", "2", "3"]);
    } finally {
      const ended = once(consumer, "exit");
      consumer.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
