// `npm start` runs the emulators, and the functions under serverless-offline, wired together.
import "./check-node.mjs";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse as parseEnv } from "dotenv";
import { InvalidInput } from "./data-stream/control/checked-input.ts";
import { parseCountedSize } from "./data-stream/produce/message-size.ts";
import type { EmulatorOptions } from "./data-stream/server.ts";
import { startEmulator } from "./data-stream/server.ts";
import { StartProblem } from "./data-stream/start-problem.ts";
import { parseTopicSettings } from "./data-stream/topics/topic-settings.ts";
import {
  type BuiltFunction,
  buildFunctions,
  readBuiltFunctions,
} from "./functions/built-functions.ts";
import { endWithNpm } from "./functions/end-with-npm.ts";
import { startFunctions } from "./functions/serverless-offline.ts";
import { invocationUrl, thingsToTry } from "./functions/things-to-try.ts";
import { isLoopback, openPortWarning } from "./http/listen.ts";
import { findBusyPort } from "./http/ports.ts";
import { createEventPoster } from "./object-storage/events/event-poster.ts";
import { startObjectStorage } from "./object-storage/server.ts";
import type { Options } from "./start-options.ts";
import { help, OptionProblem, parseOptions } from "./start-options.ts";

const options = readOptions();
const settings = parseEnv(readFileSync(new URL("settings.env", import.meta.url), "utf8"));
const ports = {
  STANDIN_PORT: portFrom("STANDIN_PORT", 4010),
  OBJECT_STORAGE_PORT: portFrom("OBJECT_STORAGE_PORT", 4011),
  HTTP_PORT: portFrom("HTTP_PORT", 3000),
  LAMBDA_PORT: portFrom("LAMBDA_PORT", 3002),
};

function readOptions(): Options {
  try {
    const read = parseOptions(process.argv.slice(2));
    if (read.isHelp) {
      console.log(help);
      process.exit(0);
    }
    return read;
  } catch (error) {
    return fail(error instanceof OptionProblem ? error.message : String(error), 2);
  }
}

async function prepareFunctions(): Promise<readonly BuiltFunction[]> {
  const exitCode = options.isBuilding ? await buildFunctions() : 0;
  if (exitCode !== 0) {
    process.exit(exitCode);
  }
  const built = readBuiltFunctions();
  return typeof built === "string" ? fail(`${built} is missing: run npm run build first`) : built;
}

function portFrom(name: string, usual: number): number {
  const port = Number(process.env[name] ?? usual);
  return Number.isInteger(port) && port > 0 && port < 65_536
    ? port
    : fail(`${name} must be a port from 1 to 65535`);
}

function fail(message: string, exitCode = 1): never {
  const anchor = exitCode === 2 ? "usage" : "npm-start";
  console.error(`${message}\npage: docs/troubleshooting.md#${anchor}`);
  process.exit(exitCode);
}

/** Tells a known problem in one line. Any other error is a mistake of the program, and its stack is of use. */
function failToStart(error: unknown): never {
  if (error instanceof StartProblem || error instanceof InvalidInput) {
    fail(error.message);
  }
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    fail(`Port ${ports.STANDIN_PORT} is in use: stop what listens there, or set STANDIN_PORT`);
  }
  throw error;
}

const builtFunctions = await prepareFunctions();
const busy = await findBusyPort(ports);
if (busy !== undefined) {
  fail(`Port ${busy.port} is in use: stop what listens there, or set ${busy.name} to another`);
}

const accessKeys = { [settings["NCLOUD_ACCESS_KEY"] ?? ""]: settings["NCLOUD_SECRET_KEY"] ?? "" };
const { isHelp: _, isBuilding: __, ...emulatorOptions } = options;
const emulator = await startLocal({
  ...emulatorOptions,
  port: ports.STANDIN_PORT,
  accessKeys,
  functions: {
    webhookOrigin: `http://127.0.0.1:${ports.HTTP_PORT}`,
    invocationUrl: (name) => invocationUrl(ports.LAMBDA_PORT, name),
    objectStorageOrigin: `http://127.0.0.1:${ports.OBJECT_STORAGE_PORT}`,
    settings,
    functions: builtFunctions,
  },
});
if (!isLoopback(options.host)) {
  console.log(openPortWarning(ports.STANDIN_PORT));
}
console.log(`\nData Stream           ${emulator.origin}  (the console page)`);
if (options.dataDirectory !== undefined) {
  console.log(`                      keeps its topics in ${resolve(options.dataDirectory)}`);
}
if (options.kafka !== undefined) {
  console.log(
    `                      acknowledges what Kafka at ${options.kafka.brokers.join(", ")} has`,
  );
}

// The buckets of dead letters and claim checks have a trigger too: the function itself leaves their events out.
const trigger = createEventPoster({
  url: invocationUrl(ports.LAMBDA_PORT, "bucket"),
  report: (line) => console.error(line),
});
const objectStorage = await startObjectStorage({
  port: ports.OBJECT_STORAGE_PORT,
  buckets: [
    "local-uploads",
    settings["DEAD_LETTER_BUCKET"] ?? "",
    settings["CLAIM_CHECK_BUCKET"] ?? "",
  ],
  region: settings["OBJECT_STORAGE_REGION"] ?? "",
  accessKeys,
  onEvent: trigger.post,
});
console.log(`Object Storage        ${objectStorage.origin}  (S3, path-style)`);

async function startLocal(given: Omit<EmulatorOptions, "topics" | "countedSize">) {
  try {
    const topics = parseTopicSettings(settings["STANDIN_TOPICS"] ?? "{}");
    const countedSize = parseCountedSize(process.env["STANDIN_SIZE"]);
    return await startEmulator({ ...given, topics, countedSize });
  } catch (error) {
    return failToStart(error);
  }
}

// The page signs with this key in place of providers. The functions, which check signatures, never get it.
const { STANDIN_SIGNING_KEY: ___, ...settingsOfFunctions } = settings;

let ending = false;
const [anySource = ""] = Object.keys(JSON.parse(settings["WEBHOOK_SOURCES"] ?? "{}") as object);
const functions = startFunctions({
  healthPath: `/webhook/${anySource}`,
  httpPort: ports.HTTP_PORT,
  lambdaPort: ports.LAMBDA_PORT,
  environment: {
    ...settingsOfFunctions,
    DATASTREAM_ENDPOINT: emulator.origin,
    OBJECT_STORAGE_ENDPOINT: objectStorage.origin,
  },
  onExit: (output) => {
    if (!ending) {
      fail(`serverless-offline ended by itself:\n${output}`);
    }
  },
});

async function end(): Promise<void> {
  if (!ending) {
    ending = true;
    trigger.close();
    await Promise.all([functions.stop(), emulator.close(), objectStorage.close()]);
    process.exit(0);
  }
}
process.on("SIGINT", () => void end());
process.on("SIGTERM", () => void end());
process.on("SIGHUP", () => void end());
endWithNpm(process.env, () => void end());

await functions.ready.catch(async (error: unknown) => {
  ending = true;
  await functions.stop();
  fail(error instanceof Error ? error.message : "the functions did not start");
});
console.log(`The functions         http://127.0.0.1:${ports.HTTP_PORT}\n`);
console.log(thingsToTry(ports, settings).join("\n"));
console.log("\nHeartbeat ticks every minute. Ctrl-C ends everything.\n");
