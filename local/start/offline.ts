import { StartProblem } from "../data-stream/start-problem.ts";
import { createEventQueue } from "../functions/host/event-queue.ts";
import {
  findServerless,
  invocationUrl,
  startOffline,
} from "../functions/offline/serverless-offline.ts";
import type { S3Event } from "../object-storage/events/object-event.ts";
import { startBuckets, startDataStream } from "./emulators.ts";
import { endOnRequest } from "./end-on-request.ts";
import { prepareFunctions } from "./functions.ts";
import type { LocalSettings } from "./local-settings.ts";
import { readPorts, refuseBusyPorts } from "./ports.ts";
import type { Surroundings } from "./surroundings.ts";

/** A function may take 60 s, so the limit is longer. */
const eventTimeoutMs = 65_000;
const probeMsMax = 2_000;

type Given = { readonly local: LocalSettings; readonly surroundings: Surroundings };

type Emulator = { readonly origin: string; readonly close: () => Promise<void> };

/**
 * Runs the functions in the form of AWS Lambda under serverless-offline. It uses the emulators that run, such as those of
 * `npm start`, and starts those that do not.
 */
export async function runOffline(
  { local, surroundings }: Given,
  building: Promise<number>,
): Promise<void> {
  findServerless();
  const own = readPorts(["OFFLINE_PORT", "LAMBDA_PORT"]);
  const shared = readPorts(["STANDIN_PORT", "OBJECT_STORAGE_PORT"]);
  await refuseBusyPorts(own);
  await prepareFunctions(building, surroundings);
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
  const ended = rejectLater();
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
        ended.reject(new StartProblem(`serverless-offline ended by itself:\n${output}`));
      }
    },
  });
  endOnRequest(async () => {
    isEnding = true;
    await Promise.all([offline.stop(), ...emulators.map((emulator) => emulator.close())]);
    process.exit(0);
  });
  await Promise.race([offline.ready, ended.promise]).catch(async (error: unknown) => {
    isEnding = true;
    await offline.stop();
    throw error;
  });
  console.log(`The functions         http://127.0.0.1:${own.OFFLINE_PORT}  (/webhook/<source>)`);
  console.log(`                      ${invocationUrl(own.LAMBDA_PORT, "<function>")}`);
  console.log("\nCtrl-C ends everything that this command started.\n");
  await ended.promise;
}

/** Returns a promise that never resolves, and what rejects it. */
function rejectLater() {
  let reject: (problem: StartProblem) => void = () => undefined;
  const promise = new Promise<never>((_, rejectPromise) => {
    reject = rejectPromise;
  });
  return { promise, reject };
}

/** Uses the emulator on this port if there is one. Anything else on it is a StartProblem. */
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
  if (answer.ok) {
    return { origin, close: async () => undefined };
  }
  throw new StartProblem(`Port ${port} is in use, and not by an emulator: stop what listens there`);
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

function anySourceOf({ WEBHOOK_SOURCES: sources }: LocalSettings["settings"]): string {
  const [name = ""] = Object.keys(JSON.parse(sources || "{}") as object);
  return name;
}

/** The page signs with this key in place of providers. The functions, which check signatures, never get it. */
function settingsOfFunctions({ STANDIN_SIGNING_KEY: _, ...settings }: LocalSettings["settings"]) {
  return settings;
}
