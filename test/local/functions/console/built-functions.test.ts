import { existsSync, readFileSync } from "node:fs";
import { parse as parseEnv } from "dotenv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningEmulator } from "../../../../local/data-stream/server.ts";
import { startEmulator } from "../../../../local/data-stream/server.ts";
import { readBuiltFunctions, toHosted } from "../../../../local/functions/built-functions.ts";
import { startHost } from "../../../../local/functions/host/host.ts";
import type { Host } from "../../../../local/functions/host/host-options.ts";
import { startObjectStorage } from "../../../../local/object-storage/server.ts";
import { freePort } from "../../../support/free-port.ts";

const settings = parseEnv(
  readFileSync(new URL("../../../../local/settings.env", import.meta.url), "utf8"),
);
const sources = JSON.parse(settings["WEBHOOK_SOURCES"] ?? "{}") as Record<string, unknown>;
const accessKeys = { [settings["NCLOUD_ACCESS_KEY"] ?? ""]: settings["NCLOUD_SECRET_KEY"] ?? "" };

function readBuilt() {
  const built = readBuiltFunctions();
  return typeof built === "string" ? [] : built;
}

/** Starts everything as `npm start` does. */
async function startAll() {
  const [httpPort, storagePort] = [await freePort(), await freePort()];
  const functionsOrigin = `http://127.0.0.1:${httpPort}`;
  const objectStorageOrigin = `http://127.0.0.1:${storagePort}`;
  const built = readBuilt();
  const emulator = await startEmulator({
    port: 0,
    topics: { "local-events": 3 },
    accessKeys,
    functions: {
      webhookOrigin: functionsOrigin,
      invocationUrl: (name) => `${functionsOrigin}/${name}`,
      objectStorageOrigin,
      settings,
      invocations: () =>
        built.filter(({ accepts }) => accepts === "invocation").map(({ name }) => name),
    },
  });
  const host = await startHost({
    port: httpPort,
    functions: toHosted(built, {
      ...settings,
      OBJECT_STORAGE_ENDPOINT: objectStorageOrigin,
      HEARTBEAT_CRON: "0 0 1 1 *",
    }),
    openEndpoint: emulator.openEndpoint,
    onCall: emulator.addCall,
    report: () => undefined,
  });
  const storage = await startObjectStorage({
    port: storagePort,
    buckets: ["local-uploads", "local-dead-letters", "local-claim-checks"],
    region: settings["OBJECT_STORAGE_REGION"] ?? "",
    accessKeys,
    onEvent: ({ ncloud }) => host.bucketEvent(ncloud.container_name, ncloud),
  });
  return { emulator, storage, host };
}

const isBuilt = existsSync("dist/webhook/index.js");

describe.skipIf(!isBuilt && process.env["CI"] === undefined)(
  "the console and the built functions",
  () => {
    let all: Awaited<ReturnType<typeof startAll>>;
    let emulator: RunningEmulator;
    let host: Host;

    beforeAll(async () => {
      all = await startAll();
      ({ emulator, host } = all);
    }, 150_000);
    afterAll(async () => {
      await host.stop();
      await Promise.all([emulator.close(), all.storage.close()]);
    });

    async function call(name: string, asked: unknown) {
      const response = await fetch(`${emulator.origin}/_/functions/${name}`, {
        method: "POST",
        body: JSON.stringify(asked),
      });
      return (await response.json()) as { readonly reply: { status: number; body: string } };
    }

    async function countRecords(): Promise<number> {
      const { topics } = (await (await fetch(`${emulator.origin}/_/topics`)).json()) as {
        topics: { partitions: { next: number }[] }[];
      };
      return topics
        .flatMap(({ partitions }) => partitions)
        .reduce((sum, { next }) => sum + next, 0);
    }

    test.each(Object.keys(sources))(
      "the sample of %s is delivered, and a wrong secret is refused",
      async (source) => {
        const before = await countRecords();
        const right = await call("webhook", { source });
        const after = await countRecords();
        const wrong = await call("webhook", { source, wrongSecret: true });

        // Discord and Twilio expect an empty response.
        expect(right.reply).toMatchObject(
          ["discord", "twilio"].includes(source)
            ? { status: 204, body: "" }
            : { status: 200, body: expect.stringContaining('"delivered"') },
        );
        expect(after).toBeGreaterThan(before);
        expect(wrong.reply.status).toBe(source === "open" ? 200 : 401);
      },
    );

    test("a heartbeat and a redrive are run", async () => {
      expect(await call("heartbeat", {})).toMatchObject({ reply: { status: 200 } });
      expect(await call("redrive", {})).toMatchObject({ reply: { status: 200 } });
    });
  },
);
