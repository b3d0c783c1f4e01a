import type { HostedCloudFunctions } from "./cloud-functions/hosting/start-hosted.ts";
import type { BuiltFunction } from "./functions/built-functions.ts";
import type { Host } from "./functions/host/host-options.ts";
import { thingsToTry } from "./functions/things-to-try.ts";
import { startCloudFunctionsApi } from "./start/cloud-functions.ts";
import { startBuckets, startDataStream } from "./start/emulators.ts";
import { endOnRequest } from "./start/end-on-request.ts";
import { prepareFunctions, startFunctions } from "./start/functions.ts";
import type { LocalSettings } from "./start/local-settings.ts";
import { readPorts, refuseBusyPorts } from "./start/ports.ts";
import type { Surroundings } from "./start/surroundings.ts";
import { createTerminal, dataStreamLines } from "./start/terminal.ts";
import type { Options } from "./start-options.ts";

/**
 * Runs the emulators, and the functions beside them, until the process is asked to end. `building` is the exit code of the
 * build that comes first. Throws a StartProblem.
 */
export async function startLocal(
  options: Options,
  { local, surroundings }: Given,
  building: Promise<number>,
): Promise<void> {
  const ports = readPorts([
    "STANDIN_PORT",
    "OBJECT_STORAGE_PORT",
    "HTTP_PORT",
    "CLOUD_FUNCTIONS_PORT",
  ]);
  const terminal = createTerminal(options);
  await refuseBusyPorts(ports);
  // The emulators start while the functions are built.
  const preparing = prepareFunctions(building, surroundings);
  // It is awaited later, and may have failed by then.
  preparing.catch(() => undefined);
  const [storageOrigin, functionsOrigin] = [
    `http://127.0.0.1:${ports.OBJECT_STORAGE_PORT}`,
    `http://127.0.0.1:${ports.HTTP_PORT}`,
  ];
  const running: Running = { built: [] };
  const dataStream = await startDataStream(local, {
    ...emulatorOptions(options),
    port: ports.STANDIN_PORT,
    log: terminal.say,
    functions: {
      webhookOrigin: functionsOrigin,
      invocationUrl: (name) => `${functionsOrigin}/${name}`,
      objectStorageOrigin: storageOrigin,
      settings: local.settings,
      invocations: () =>
        running.built.filter(({ accepts }) => accepts === "invocation").map(({ name }) => name),
    },
  });
  // The buckets of dead letters and claim checks have a trigger too: the function itself leaves their events out.
  const objectStorage = await startBuckets(local, {
    port: ports.OBJECT_STORAGE_PORT,
    onEvent(event) {
      const { container_name: bucket } = event.ncloud;
      running.host?.bucketEvent(bucket, event[options.events]);
      // Triggers of NAVER Cloud have events in its form alone.
      running.cloudFunctions?.bucketEvent(bucket, event.ncloud);
    },
  });
  const end = async () => {
    await running.cloudFunctions?.close();
    await running.host?.stop();
    await Promise.all([dataStream.close(), objectStorage.close()]);
    terminal.event("stop");
    process.exit(0);
  };
  endOnRequest(end);
  running.built = await preparing;
  running.host = await startFunctions(running.built, {
    ...{ port: ports.HTTP_PORT, options, settings: local.settings, dataStream, terminal },
    ...{ objectStorageOrigin: storageOrigin, build: surroundings.build },
    onCall: (call) => running.cloudFunctions?.addCall(call),
  });
  running.cloudFunctions = await startCloudFunctionsApi(local, {
    ...{ port: ports.CLOUD_FUNCTIONS_PORT, built: running.built, host: running.host },
    ...{ dataStream, objectStorage, terminal },
  });
  const addresses = {
    dataStream: dataStream.origin,
    objectStorage: storageOrigin,
    functions: functionsOrigin,
    cloudFunctions: running.cloudFunctions.origin,
  };
  terminal.event("start", { addresses });
  const names = running.built.map(({ name }) => name);
  const lines = [
    ...dataStreamLines(dataStream.origin, options),
    `Object Storage        ${storageOrigin}  (S3, path-style)`,
    `The functions         ${functionsOrigin}  (POST /webhook/<source>; by hand: POST /<function>)`,
    `Cloud Functions       ${addresses.cloudFunctions}  (rehearse: ${surroundings.commandText("deploy", "--plan --local")})\n`,
    ...local.warnings.map((warning) => `warning: ${warning}\n`),
    ...thingsToTry({ ports, settings: local.settings, names, sampleFile: surroundings.sampleFile }),
    `\n${heartbeatText(names, local.settings)}Ctrl-C ends everything.\n`,
  ];
  terminal.say(lines.join("\n"));
}

function heartbeatText(
  names: readonly string[],
  { HEARTBEAT_CRON: cron = "" }: LocalSettings["settings"],
): string {
  const often = cron === "* * * * *" ? "every minute" : `at ${cron}`;
  return names.includes("heartbeat") ? `Heartbeat ticks ${often}. ` : "";
}

type Given = { readonly local: LocalSettings; readonly surroundings: Surroundings };

type Running = {
  built: readonly BuiltFunction[];
  host?: Host;
  cloudFunctions?: HostedCloudFunctions;
};

function emulatorOptions(options: Options) {
  const { host, dataDirectory, kafka, recordsMax, recordBytesMax } = options;
  const { partitionBytesMax, dataBytesMax } = options;
  return {
    ...{ host, recordsMax, recordBytesMax, partitionBytesMax, dataBytesMax },
    ...(dataDirectory !== undefined && { dataDirectory }),
    ...(kafka !== undefined && { kafka }),
  };
}
