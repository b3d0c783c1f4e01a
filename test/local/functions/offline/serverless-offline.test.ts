import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmulator } from "../../../../local/data-stream/server.ts";
import {
  type Offline,
  startOffline,
} from "../../../../local/functions/offline/serverless-offline.ts";
import { freePort } from "../../../support/free-port.ts";
import { type Sender, senders } from "../../../support/senders.ts";
import { hear, secretsInUse } from "../../../support/spoken.ts";

function mapSenders(toValue: (sender: Sender) => unknown): string {
  return JSON.stringify(Object.fromEntries(senders.map((one) => [one.name, toValue(one)])));
}

const settings = {
  NCLOUD_ACCESS_KEY: secretsInUse.ncloudAccessKey,
  NCLOUD_SECRET_KEY: secretsInUse.ncloudSecretKey,
  DATASTREAM_TOPIC: "local-events",
  DATASTREAM_PARTITIONS: "3",
  WEBHOOK_SOURCES: mapSenders(({ verifier, options }) => ({
    ...{ verifier, ...options, bodyType: "auto" },
  })),
  WEBHOOK_SECRETS: mapSenders(({ secret }) => [secret]),
  HEARTBEAT_CRON: "0 0 1 1 *",
};

describe("the built webhook under serverless-offline", () => {
  let functions: Offline;
  let emulator: Awaited<ReturnType<typeof startEmulator>>;
  let httpPort: number;

  beforeAll(async () => {
    emulator = await startEmulator({
      port: 0,
      topics: { "local-events": 3 },
      accessKeys: { [settings.NCLOUD_ACCESS_KEY]: settings.NCLOUD_SECRET_KEY },
    });
    httpPort = await freePort();
    functions = startOffline({
      healthPath: "/webhook/github",
      httpPort,
      lambdaPort: await freePort(),
      environment: { ...settings, DATASTREAM_ENDPOINT: emulator.origin },
      onExit: () => undefined,
    });
    await functions.ready;
  }, 150_000);
  afterAll(async () => {
    await functions.stop();
    await emulator.close();
  });

  async function send(sender: Sender, body: string, contentType: string) {
    const nowMs = Date.now();
    const signed = sender.sign(Buffer.from(body), { secret: sender.secret, nowMs, contentType });
    const response = await fetch(`http://127.0.0.1:${httpPort}/webhook/${sender.name}`, {
      method: "POST",
      headers: { "content-type": contentType, ...signed },
      body,
    });
    hear(await response.text());
    return response.status;
  }

  async function newestValues(count: number): Promise<readonly string[]> {
    const url = `${emulator.origin}/_/topics/local-events/records?limit=${count}`;
    const { records } = (await (await fetch(url)).json()) as { records: { value: string }[] };
    return records.map(({ value }) => value);
  }

  test.each(senders)(
    "a delivery of $name is accepted, and its data is the text of the body",
    async (sender) => {
      const body = sender.bodyAt(Date.now());

      const status = await send(sender, body, sender.contentType);

      expect(status).toBe(sender.status);
      const data = sender.dataOf(body);
      const values = await newestValues(data.length);
      expect(values.map((value) => value.slice(value.indexOf(',"data":') + 8, -1)).sort()).toEqual(
        [...data].sort(),
      );
    },
  );

  test.each(senders)(
    "a delivery of $name that another secret signed is refused",
    async (sender) => {
      const body = sender.bodyAt(Date.now());

      const status = await send({ ...sender, secret: sender.oldSecret }, body, sender.contentType);

      expect(status).toBe(401);
    },
  );

  const plain = senders.filter(({ proof, name }) => proof !== "credentials" && name !== "linear");

  // The others split their bodies.
  test.each(plain.filter(({ name }) => name !== "line" && name !== "meta"))(
    "a text of $name is accepted with its line ends",
    async (sender) => {
      const status = await send(sender, "{한글 1.0\r\n}", "text/plain");

      expect(status).toBe(sender.status);
      expect((await newestValues(1))[0]).toContain('"data":"{한글 1.0\\r\\n}"');
    },
  );
});
