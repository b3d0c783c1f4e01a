import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { startEmulator } from "../../../../local/data-stream/server.ts";
import { freePort } from "../../../support/free-port.ts";
import { isWithoutKafka, startKafkaMock } from "../../../support/kafka-mock.ts";
import { temporaryDirectory } from "../../emulator-process.ts";
import { clockMs, startWorld } from "../../harness.ts";
import { consume, kcat } from "./harness.ts";

type Kept = { readonly partition: number; readonly offset: number; readonly value: string };

async function startWithKafka(options: Parameters<typeof startWorld>[0] = {}, headers = false) {
  const cluster = await startKafkaMock();
  const kafka = { brokers: [cluster.broker], headers };
  return { cluster, emulator: await startWorld({ kafka, ...options }) };
}

const cloudEvent = JSON.stringify({
  specversion: "1.0",
  id: "evt-1",
  source: "/webhooks/github",
  type: "com.github.push",
  subject: "refs/heads/main",
  time: "2026-11-24T00:00:00Z",
  partitionkey: "octo/demo",
  anattributeof21letter: "advised against, not forbidden",
  datacontenttype: "application/json",
  sampled: true,
  count: 7,
  data: { n: 1 },
});

describe.skipIf(isWithoutKafka)("--kafka", () => {
  test("a consumer group gets every message in the order of the emulator's offsets", async () => {
    const { cluster, emulator } = await startWithKafka();
    const sent = Array.from({ length: 300 }, (_, n) => ({
      ...{ topic: "orders", key: `k${n % 7}`, value: `{"n":${n}.0}`, partition: n % 3 },
    }));

    const answers = await Promise.all(sent.map((message) => emulator.produce(message)));
    const consumed = await consume(cluster.broker, "orders", sent.length);

    expect(answers.map(({ status }) => status)).toEqual(sent.map(() => 200));
    const { records } = (await emulator.get("/_/topics/orders/records?limit=1000")) as {
      records: Kept[];
    };
    for (const partition of [0, 1, 2]) {
      const of = (list: readonly Kept[]) => list.filter((one) => one.partition === partition);
      const seen = of(consumed).map(({ offset, value }) => ({ offset, value }));
      expect(seen).toHaveLength(100);
      expect(seen).toEqual(of(records).map(({ offset, value }) => ({ offset, value })));
    }
    expect(consumed.every(({ timestamp }) => timestamp === clockMs)).toBe(true);
    expect(consumed[0]?.headers).toEqual({});
  });

  test("key, value and partition arrive byte for byte, as kcat prints them", async () => {
    const { cluster, emulator } = await startWithKafka({ random: () => 0.99 });
    const value = '{ "total":12.50,\r\n"키":"👍" }\t';

    await emulator.produce({ topic: "orders", key: "서울/a", value });
    await emulator.produce({ topic: "orders", key: "", value: "", partition: 1 });

    const printed = await kcat(cluster.broker, "orders", "%p|%k|%S|%s;\n");
    expect(printed.split(";\n").toSorted()).toEqual(
      ["", "1||0|", `2|서울/a|${Buffer.byteLength(value)}|${value}`].toSorted(),
    );
  });

  test("the attributes of a CloudEvent are headers on request", async () => {
    const { cluster, emulator } = await startWithKafka({}, true);

    await emulator.produce({ topic: "alerts", key: "octo/demo", value: cloudEvent });
    await emulator.produce({ topic: "alerts", key: "plain", value: '{"specversion":"1.0"}' });

    const [event, plain] = await consume(cluster.broker, "alerts", 2);
    expect(event?.value).toBe(cloudEvent);
    expect(event?.headers).toEqual({
      "content-type": "application/cloudevents+json",
      ce_specversion: "1.0",
      ce_id: "evt-1",
      ce_source: "/webhooks/github",
      ce_type: "com.github.push",
      ce_subject: "refs/heads/main",
      ce_time: "2026-11-24T00:00:00Z",
      ce_partitionkey: "octo/demo",
      ce_anattributeof21letter: "advised against, not forbidden",
      ce_sampled: "true",
      ce_count: "7",
    });
    expect(plain?.headers).toEqual({});
  });

  test("Kafka has the message of a lost response, and not that of a refused one", async () => {
    const { cluster, emulator } = await startWithKafka();
    await emulator.setFaults({ steps: [{ cut: "after" }, { cut: "before" }, { status: 503 }] });
    const produce = (key: string) => emulator.produce({ topic: "alerts", key, value: "" });

    await expect(produce("cut-after")).rejects.toThrow();
    await expect(produce("cut-before")).rejects.toThrow();
    expect((await produce("scripted")).status).toBe(503);
    expect((await emulator.produce({ topic: "alerts", key: 1, value: "" })).status).toBe(400);
    expect((await produce("last")).status).toBe(200);

    expect(await kcat(cluster.broker, "alerts", "%k ")).toBe("cut-after last ");
  });

  test("a message gets 503 while Kafka is gone, and is not stored", async () => {
    const { cluster, emulator } = await startWithKafka();
    expect((await emulator.produce({ topic: "alerts", key: "a", value: "" })).status).toBe(200);

    await cluster.kill();
    const answer = await emulator.produce({ topic: "alerts", key: "b", value: "" });

    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      error: {
        errorCode: "500",
        message: "Endpoint Error",
        details: "Kafka did not acknowledge the message.",
      },
    });
    expect(emulator.lines.join()).toContain("ECONNREFUSED");
    expect(await emulator.get("/_/topics")).toMatchObject({
      topics: [{}, { partitions: [{ next: 1 }] }],
    });
    expect(await emulator.get("/_/requests")).toMatchObject({
      requests: [{ verdict: "refused", status: 503 }, { verdict: "accepted" }],
    });
  });

  test("a message gets 503 while Kafka hangs, and the next one is accepted once it is back", async () => {
    const { cluster, emulator } = await startWithKafka();
    cluster.pause();
    onTestFinished(() => void cluster.goOn());

    const hung = await emulator.produce({ topic: "alerts", key: "hung", value: "" });
    cluster.goOn();
    const next = await emulator.produce({ topic: "alerts", key: "next", value: "" });

    expect([hung.status, next.status]).toEqual([503, 200]);
    const { records } = (await emulator.get("/_/topics/alerts/records")) as { records: object[] };
    expect(records).toMatchObject([{ key: "next", offset: 0 }]);
  });

  test("a message that Kafka has and the disk does not take is not acknowledged", async () => {
    const { cluster, emulator } = await startWithKafka({
      dataDirectory: temporaryDirectory(),
      dataBytesMax: 1_048_576,
    });
    const value = "x".repeat(600_000);

    const first = await emulator.produce({ topic: "alerts", key: "first", value });
    const second = await emulator.produce({ topic: "alerts", key: "second", value });

    expect([first.status, second.status]).toEqual([200, 503]);
    expect(await emulator.get("/_/topics")).toMatchObject({
      topics: [{}, { partitions: [{ next: 1 }] }],
    });
    expect(await kcat(cluster.broker, "alerts", "%k ")).toBe("first second ");
  });
});

describe.skipIf(isWithoutKafka)("--kafka with several brokers", () => {
  test("a broker that accepts connections and never responds is skipped", async () => {
    const { broker } = await startKafkaMock();
    const silence = await startSilence();

    const emulator = await startWorld({
      kafka: { brokers: [silence.broker, broker], headers: false },
    });

    expect((await emulator.produce({ topic: "alerts", key: "a", value: "" })).status).toBe(200);
    expect(await kcat(broker, "alerts", "%k")).toBe("a");
    expect(silence.sockets).toHaveLength(1);
    await expect.poll(silence.isLeft).toBe(true);
  });

  test("the emulator starts with the brokers that respond", async () => {
    const { broker } = await startKafkaMock();
    const gone = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];

    const emulator = await startWorld({ kafka: { brokers: [...gone, broker], headers: false } });

    expect((await emulator.produce({ topic: "alerts", key: "a", value: "" })).status).toBe(200);
    expect(await kcat(broker, "alerts", "%k")).toBe("a");
  });
});

/** A server that accepts connections and never responds. */
async function startSilence() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on("error", () => undefined).resume());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const isLeft = () => sockets.every(({ destroyed }) => destroyed);
  return { broker: `127.0.0.1:${port}`, sockets, isLeft };
}

describe("--kafka that cannot be used", () => {
  test.skipIf(isWithoutKafka)("a topic with too few partitions is named", async () => {
    const { broker } = await startKafkaMock();
    const start = startEmulator({
      ...{ port: 0, topics: { orders: 5 }, accessKeys: {} },
      kafka: { brokers: [broker], headers: false },
    });

    await expect(start).rejects.toThrow(
      "Kafka's topic orders has 4 partitions and the emulator's has 5: give it at least 5, for example with kafka-topics.sh --alter --topic orders --partitions 5",
    );
  });

  test("the failure of each broker is named", async () => {
    const silence = await startSilence();
    const gone = `127.0.0.1:${await freePort()}`;
    const brokers = [silence.broker, gone];

    const start = startEmulator({
      ...{ port: 0, topics: { orders: 1 }, accessKeys: {} },
      kafka: { brokers, headers: false },
    });

    await expect(start).rejects.toThrow(
      new RegExp(
        `^--kafka ${brokers.join(",")} cannot be used: ${silence.broker}: it takes connections and does not respond within 5000 ms; ${gone}: .*ECONNREFUSED`,
      ),
    );
    expect(silence.sockets).toHaveLength(1);
    await expect.poll(silence.isLeft).toBe(true);
  });

  test("a broker that does not respond is named", async () => {
    const broker = `127.0.0.1:${await freePort()}`;
    const start = startEmulator({
      ...{ port: 0, topics: { orders: 1 }, accessKeys: {} },
      kafka: { brokers: [broker], headers: false },
    });

    await expect(start).rejects.toThrow(`--kafka ${broker} cannot be used: `);
    await expect(start).rejects.toThrow("ECONNREFUSED");
  });
});
