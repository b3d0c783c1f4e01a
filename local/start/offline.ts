import { createEventQueue } from "../functions/host/event-queue.ts";
import { invocationUrl, startOffline } from "../functions/offline/serverless-offline.ts";
import type { S3Event } from "../object-storage/events/object-event.ts";
import { startBuckets, startDataStream } from "./emulators.ts";
import { endOnRequest } from "./end-on-request.ts";
import { fail } from "./fail.ts";
import { prepareFunctions } from "./functions.ts";
import type { LocalSettings } from "./local-settings.ts";
import { readPorts, refuseBusyPorts } from "./ports.ts";

/** A function may take 60 s, so the limit is longer. */
const eventTimeoutMs = 65_000;
const probeMsMax = 2_000;

type Emulator = { readonly origin: string; readonly close: () => Promise<void> };

/**
 * Runs the functions in the form of AWS Lambda under serverless-offline. It uses the emulators that run, such as those of
 * `npm start`, and starts those that do not.
 */
export async function runOffline(
  { isBuilding }: { readonly isBuilding: boolean },
  local: LocalSettings,
): Promise<void> {
  const own = readPorts(["OFFLINE_PORT", "LAMBDA_PORT"]);
  const shared = readPorts(["STANDIN_PORT", "OBJECT_STORAGE_PORT"]);
  await refuseBusyPorts(own);
  await prepareFunctions({ isBuilding, isJson: false });
  const emulators = [
    await useOrStart(shared.STANDIN_PORT, "/_/topics", () =>
      startDataStream(local, { port: shared.STANDIN_PORT }),
    ),
    await useOrStart(shared.OBJECT_STORAGE_PORT, "/_/objects", () =>
      startBuckets(local, {
        port: shared.OBJECT_STORAGE_PORT,
        onEvent: eventsTo(invocationUrl(own.LAMBDA_PORT, "bucket")),
      }),
    ),
  ];
  const [dataStream = "", objectStorage = ""] = emulators.map(({ origin }) => origin);
  console.log(`Data Stream           ${dataStream}`);
  console.log(`Object Storage        ${objectStorage}`);
  let isEnding = false;
  const offline = startOffline({
    healthPath: `/webhook/${anySourceOf(local.settings)}`,
    httpPort: own.OFFLINE_PORT,
    lambdaPort: own.LAMBDA_PORT,
    environment: {
      ...settingsOfFunctions(local.settings),
      DATASTREAM_ENDPOINT: dataStream,
      OBJECT_STORAGE_ENDPOINT: objectStorage,
    },
    onExit: (output) => {
      if (!isEnding) {
        fail(`serverless-offline ended by itself:\n${output}`);
      }
    },
  });
  endOnRequest(async () => {
    isEnding = true;
    await Promise.all([offline.stop(), ...emulators.map((emulator) => emulator.close())]);
    process.exit(0);
  });
  await offline.ready.catch(async (error: unknown) => {
    isEnding = true;
    await offline.stop();
    fail(error instanceof Error ? error.message : "the functions did not start");
  });
  console.log(`The functions         http://127.0.0.1:${own.OFFLINE_PORT}  (/webhook/<source>)`);
  console.log(`                      ${invocationUrl(own.LAMBDA_PORT, "<function>")}`);
  console.log("\nCtrl-C ends everything that this command started.\n");
}

/** Uses the emulator on this port if there is one. Anything else on it ends the process. */
async function useOrStart(
  port: number,
  path: string,
  start: () => Promise<Emulator>,
): Promise<Emulator> {
  const origin = `http://127.0.0.1:${port}`;
  const signal = AbortSignal.timeout(probeMsMax);
  const answer = await fetch(`${origin}${path}`, { signal }).catch(() => undefined);
  if (answer === undefined) {
    return start();
  }
  return answer.ok
    ? { origin, close: async () => undefined }
    : fail(`Port ${port} is in use, and not by an emulator: stop what listens there`);
}

/** Sends the events of buckets in the form of S3, one after the other. */
function eventsTo(url: string): (event: { readonly s3: S3Event }) => void {
  const report = (line: string) => console.error(`bucket: ${line}`);
  const queue = createEventQueue<S3Event>({
    report,
    deliver: async (event) => {
      const signal = AbortSignal.timeout(eventTimeoutMs);
      const request = { method: "POST", body: JSON.stringify(event), signal };
      const answer = await fetch(url, request).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      if (answer?.ok !== true || answer.headers.has("x-amz-function-error")) {
        report(`an event did not reach the function (${answer?.status ?? "no connection"})`);
      }
    },
  });
  return ({ s3 }) => queue.add(s3);
}

function anySourceOf({ WEBHOOK_SOURCES: sources = "{}" }: LocalSettings["settings"]): string {
  const [name = ""] = Object.keys(JSON.parse(sources) as object);
  return name;
}

/** The page signs with this key in place of providers. The functions, which check signatures, never get it. */
function settingsOfFunctions({ STANDIN_SIGNING_KEY: _, ...settings }: LocalSettings["settings"]) {
  return settings;
}
