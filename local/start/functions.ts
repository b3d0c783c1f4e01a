import type { RunningEmulator } from "../data-stream/server.ts";
import {
  type BuiltFunction,
  buildFunctions,
  readBuiltFunctions,
  toHosted,
} from "../functions/built-functions.ts";
import type { FunctionCall } from "../functions/host/function-call.ts";
import { startHost } from "../functions/host/host.ts";
import type { Host } from "../functions/host/host-options.ts";
import { watchFolders } from "../functions/watch.ts";
import type { Options } from "../start-options.ts";
import { fail } from "./fail.ts";
import type { LocalSettings } from "./local-settings.ts";
import type { Terminal } from "./terminal.ts";

type FunctionsOptions = {
  readonly port: number;
  readonly options: Pick<Options, "allowedHosts" | "isWatching" | "isJson">;
  readonly settings: LocalSettings["settings"];
  readonly dataStream: Pick<RunningEmulator, "openEndpoint" | "addCall">;
  readonly objectStorageOrigin: string;
  readonly terminal: Terminal;
  readonly onCall: (call: FunctionCall) => void;
};

/** Builds the functions if that is asked for, and reads what was built. Ends the process if there is nothing to run. */
export async function prepareFunctions(
  { isBuilding, isJson }: Pick<Options, "isBuilding" | "isJson">,
  building?: Promise<number>,
): Promise<readonly BuiltFunction[]> {
  const exitCode = isBuilding ? await (building ?? buildFunctions(isJson)) : 0;
  if (exitCode !== 0) {
    process.exit(exitCode);
  }
  const built = readBuiltFunctions();
  return typeof built === "string" ? fail(`${built} is missing: run npm run build first`) : built;
}

/** Starts the host of the built functions; with `--watch` it gets them anew after every change of their sources. */
export async function startFunctions(
  built: readonly BuiltFunction[],
  given: FunctionsOptions,
): Promise<Host> {
  const { options, settings, dataStream, objectStorageOrigin, terminal } = given;
  const local = { ...settings, OBJECT_STORAGE_ENDPOINT: objectStorageOrigin };
  const started: { host?: Host } = {};
  const host = await startHost({
    port: given.port,
    functions: toHosted(built, local),
    allowedHosts: options.allowedHosts,
    openEndpoint: dataStream.openEndpoint,
    fixedParameters: { OBJECT_STORAGE_ENDPOINT: objectStorageOrigin },
    ...zoneOf(settings),
    onCall(call) {
      dataStream.addCall(call, started.host?.functions()[call.function]?.parameters);
      terminal.call(call);
      given.onCall(call);
    },
    report: terminal.say,
  });
  started.host = host;
  if (!options.isWatching) {
    return host;
  }
  const watch = watchFolders(["functions", "lib"], () => rebuild(host, local, given));
  return {
    ...host,
    stop() {
      watch.stop();
      return host.stop();
    },
  };
}

/** Cron runs in the zone of the heartbeat's setting: it says in which zone the platform runs it. */
export function zoneOf({ HEARTBEAT_TIMEZONE: timezone }: LocalSettings["settings"]) {
  return timezone === undefined || timezone === "" ? {} : { timezone };
}

/** Builds, and puts the new functions in the place of the old ones. A failed build changes nothing. */
async function rebuild(
  host: Host,
  settings: LocalSettings["settings"],
  { options, terminal }: FunctionsOptions,
): Promise<void> {
  const exitCode = await buildFunctions(options.isJson);
  const built = readBuiltFunctions();
  if (exitCode !== 0 || typeof built === "string") {
    terminal.say("The build failed: the functions of the build before go on.");
    return;
  }
  const hosted = Object.entries(toHosted(built, settings));
  await Promise.all(hosted.map(([name, one]) => host.rebuildFunction(name, one)));
  terminal.say("The functions run anew.");
}
