import { existsSync, readFileSync } from "node:fs";
import { parse as parseEnv } from "dotenv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningEmulator } from "../../../../local/data-stream/server.ts";
import { startEmulator } from "../../../../local/data-stream/server.ts";
import { readBuiltFunctions } from "../../../../local/functions/built-functions.ts";
import {
  type FunctionsHost,
  startFunctions,
} from "../../../../local/functions/serverless-offline.ts";
import { invocationUrl } from "../../../../local/functions/things-to-try.ts";
import { createEventPoster } from "../../../../local/object-storage/events/event-poster.ts";
import { startObjectStorage } from "../../../../local/object-storage/server.ts";
import { freePort } from "../../../support/free-port.ts";
import { isWithoutBrowser, openConsole, rowOf } from "../../page/browser.ts";

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
  const [httpPort, lambdaPort, storagePort] = [
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const objectStorageOrigin = `http://127.0.0.1:${storagePort}`;
  const emulator = await startEmulator({
    port: 0,
    topics: { "local-events": 3 },
    accessKeys,
    functions: {
      webhookOrigin: `http://127.0.0.1:${httpPort}`,
      invocationUrl: (name) => invocationUrl(lambdaPort, name),
      objectStorageOrigin,
      settings,
      functions: readBuilt(),
    },
  });
  const trigger = createEventPoster({
    url: invocationUrl(lambdaPort, "bucket"),
    report: () => undefined,
  });
  const storage = await startObjectStorage({
    port: storagePort,
    buckets: ["local-uploads", "local-dead-letters", "local-claim-checks"],
    region: settings["OBJECT_STORAGE_REGION"] ?? "",
    accessKeys,
    onEvent: trigger.post,
  });
  const functions = startFunctions({
    healthPath: "/webhook/github",
    httpPort,
    lambdaPort,
    environment: {
      ...settings,
      DATASTREAM_ENDPOINT: emulator.origin,
      OBJECT_STORAGE_ENDPOINT: objectStorageOrigin,
      HEARTBEAT_CRON: "0 0 1 1 *",
    },
    onExit: () => undefined,
  });
  await functions.ready;
  return { emulator, storage, trigger, functions };
}

const isBuilt = existsSync("dist/webhook/index.js");

describe.skipIf(!isBuilt && process.env["CI"] === undefined)(
  "the console and the built functions",
  () => {
    let all: Awaited<ReturnType<typeof startAll>>;
    let emulator: RunningEmulator;
    let functions: FunctionsHost;

    beforeAll(async () => {
      all = await startAll();
      ({ emulator, functions } = all);
    }, 150_000);
    afterAll(async () => {
      all.trigger.close();
      await functions.stop();
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

    test.skipIf(isWithoutBrowser)(
      "the page shows the whole delivery",
      async () => {
        const { page, complaints } = await openConsole(emulator);
        const column = (index: number) => page.locator("#function-result .column").nth(index);

        await page.getByLabel("Source").selectOption("github");
        await page.getByRole("button", { name: "Sign and send" }).click();
        await column(0).getByText("200 after").waitFor();
        await column(1).getByText("POST /api/produce").first().waitFor();
        await column(2).getByText("com.github.push").waitFor();
        await rowOf(page, "com.github.push").first().waitFor();

        await page.getByLabel("Name").fill("notes/from-the-page.txt");
        await page.getByRole("button", { name: "Upload", exact: true }).click();
        await column(2)
          .getByText("local-uploads/notes/from-the-page.txt", { exact: true })
          .waitFor();

        await page.getByRole("button", { name: "Send now" }).click();
        await column(2).getByText("heartbeat.tick").waitFor();

        expect(complaints).toEqual([]);
      },
      60_000,
    );
  },
);
