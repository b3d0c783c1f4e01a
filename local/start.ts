import { resolve } from "node:path";
import { InvalidInput } from "./data-stream/control/checked-input.ts";
import { parseCountedSize } from "./data-stream/produce/message-size.ts";
import type { EmulatorOptions } from "./data-stream/server.ts";
import { startEmulator } from "./data-stream/server.ts";
import { StartProblem } from "./data-stream/start-problem.ts";
import { readTopicSettings } from "./data-stream/topics/topic-settings.ts";
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

/** What the emulators and the functions run with. */
export type LocalSettings = {
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** Advice about settings that work. */
  readonly warnings: readonly string[];
  /** The topics of the Data Stream emulator, as STANDIN_TOPICS has them. */
  readonly topics: unknown;
};

/** Reads the command line. Prints the help, or what is wrong, and ends the process then. */
export function readOptions(args: readonly string[]): Options {
  try {
    const read = parseOptions(args);
    if (read.isHelp) {
      console.log(help);
      process.exit(0);
    }
    return read;
  } catch (error) {
    return fail(error instanceof OptionProblem ? error.message : String(error), 2);
  }
}

/** Runs the emulators, and the functions beside them, until the process is asked to end. */
export async function startLocal(options: Options, local: LocalSettings): Promise<void> {
  const { settings } = local;
  const ports = readPorts();
  const builtFunctions = await prepareFunctions(options);
  await refuseBusyPorts(ports);
  const accessKeys = { [settings["NCLOUD_ACCESS_KEY"] ?? ""]: settings["NCLOUD_SECRET_KEY"] ?? "" };
  const {
    isHelp: _,
    isBuilding: __,
    settingsFiles: ___,
    allowedHosts,
    ...emulatorOptions
  } = options;
  const emulator = await startDataStream(local.topics, {
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
  tellDataStream(emulator.origin, options);

  // The buckets of dead letters and claim checks have a trigger too: the function itself leaves their events out.
  const trigger = createEventPoster({
    url: invocationUrl(ports.LAMBDA_PORT, "bucket"),
    report: (line) => console.error(line),
  });
  const objectStorage = await startObjectStorage({
    port: ports.OBJECT_STORAGE_PORT,
    buckets: bucketsOf(settings),
    region: settings["OBJECT_STORAGE_REGION"] ?? "",
    accessKeys,
    onEvent: trigger.post,
  });
  console.log(`Object Storage        ${objectStorage.origin}  (S3, path-style)`);

  let ending = false;
  const functions = startFunctions({
    healthPath: `/webhook/${anySourceOf(settings)}`,
    httpPort: ports.HTTP_PORT,
    lambdaPort: ports.LAMBDA_PORT,
    environment: {
      ...settingsOfFunctions(settings),
      DATASTREAM_ENDPOINT: emulator.origin,
      OBJECT_STORAGE_ENDPOINT: objectStorage.origin,
    },
    onExit: (output) => {
      if (!ending) {
        fail(`serverless-offline ended by itself:\n${output}`);
      }
    },
  });
  const end = async () => {
    if (!ending) {
      ending = true;
      trigger.close();
      await Promise.all([functions.stop(), emulator.close(), objectStorage.close()]);
      process.exit(0);
    }
  };
  endOnRequest(end);
  await functions.ready.catch(async (error: unknown) => {
    ending = true;
    await functions.stop();
    fail(error instanceof Error ? error.message : "the functions did not start");
  });
  tellFunctions(ports, local);
}

type Ports = Readonly<
  Record<"STANDIN_PORT" | "OBJECT_STORAGE_PORT" | "HTTP_PORT" | "LAMBDA_PORT", number>
>;

function readPorts(): Ports {
  return {
    STANDIN_PORT: portFrom("STANDIN_PORT", 4010),
    OBJECT_STORAGE_PORT: portFrom("OBJECT_STORAGE_PORT", 4011),
    HTTP_PORT: portFrom("HTTP_PORT", 3000),
    LAMBDA_PORT: portFrom("LAMBDA_PORT", 3002),
  };
}

function portFrom(name: string, usual: number): number {
  const port = Number(process.env[name] ?? usual);
  return Number.isInteger(port) && port > 0 && port < 65_536
    ? port
    : fail(`${name} must be a port from 1 to 65535`);
}

async function refuseBusyPorts(ports: Ports): Promise<void> {
  const busy = await findBusyPort(ports);
  if (busy !== undefined) {
    fail(`Port ${busy.port} is in use: stop what listens there, or set ${busy.name} to another`);
  }
}

async function prepareFunctions({ isBuilding }: Options): Promise<readonly BuiltFunction[]> {
  const exitCode = isBuilding ? await buildFunctions() : 0;
  if (exitCode !== 0) {
    process.exit(exitCode);
  }
  const built = readBuiltFunctions();
  return typeof built === "string" ? fail(`${built} is missing: run npm run build first`) : built;
}

async function startDataStream(
  topics: unknown,
  given: Omit<EmulatorOptions, "topics" | "countedSize">,
) {
  try {
    const countedSize = parseCountedSize(process.env["STANDIN_SIZE"]);
    return await startEmulator({ ...given, topics: readTopicSettings(topics), countedSize });
  } catch (error) {
    return failToStart(error, given.port);
  }
}

function tellDataStream(origin: string, { host, dataDirectory, kafka }: Options): void {
  if (!isLoopback(host)) {
    console.log(openPortWarning(Number(new URL(origin).port)));
  }
  console.log(`\nData Stream           ${origin}  (the console page)`);
  if (dataDirectory !== undefined) {
    console.log(`                      keeps its topics in ${resolve(dataDirectory)}`);
  }
  if (kafka !== undefined) {
    console.log(`                      acknowledges what Kafka at ${kafka.brokers.join(", ")} has`);
  }
}

function tellFunctions(ports: Ports, { settings, warnings }: LocalSettings): void {
  console.log(`The functions         http://127.0.0.1:${ports.HTTP_PORT}\n`);
  console.log(warnings.map((warning) => `warning: ${warning}\n`).join(""));
  console.log(thingsToTry(ports, settings).join("\n"));
  console.log("\nHeartbeat ticks every minute. Ctrl-C ends everything.\n");
}

type Settings = LocalSettings["settings"];

function bucketsOf(settings: Settings): readonly string[] {
  const named = [settings["DEAD_LETTER_BUCKET"], settings["CLAIM_CHECK_BUCKET"]];
  return [
    "local-uploads",
    ...named.filter((name) => name !== undefined && name !== ""),
  ] as string[];
}

function anySourceOf(settings: Settings): string {
  const [name = ""] = Object.keys(JSON.parse(settings["WEBHOOK_SOURCES"] ?? "{}") as object);
  return name;
}

/** The page signs with this key in place of providers. The functions, which check signatures, never get it. */
function settingsOfFunctions({ STANDIN_SIGNING_KEY: _, ...settings }: Settings): Settings {
  return settings;
}

function endOnRequest(end: () => Promise<void>): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => void end());
  }
  endWithNpm(process.env, () => void end());
}

function fail(message: string, exitCode = 1): never {
  const anchor = exitCode === 2 ? "usage" : "npm-start";
  console.error(`${message}\npage: docs/troubleshooting.md#${anchor}`);
  process.exit(exitCode);
}

/** Tells a known problem in one line. Any other error is a mistake of the program, and its stack is of use. */
function failToStart(error: unknown, port: number): never {
  if (error instanceof StartProblem || error instanceof InvalidInput) {
    fail(error.message);
  }
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    fail(`Port ${port} is in use: stop what listens there, or set STANDIN_PORT`);
  }
  throw error;
}
