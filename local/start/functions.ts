import type { RunningEmulator } from "../data-stream/server.ts";
import { StartProblem } from "../data-stream/start-problem.ts";
import { type BuiltFunction, readBuiltFunctions, toHosted } from "../functions/built-functions.ts";
import type { FunctionCall } from "../functions/host/function-call.ts";
import { startHost } from "../functions/host/host.ts";
import type { Host } from "../functions/host/host-options.ts";
import { watchFolders } from "../functions/watch.ts";
import type { Options } from "../start-options.ts";
import type { LocalSettings } from "./local-settings.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Terminal } from "./terminal.ts";

type FunctionsOptions = {
  readonly port: number;
  readonly options: Pick<Options, "allowedHosts" | "isWatching" | "isJson">;
  readonly settings: LocalSettings["settings"];
  readonly dataStream: Pick<RunningEmulator, "openEndpoint" | "addCall">;
  readonly objectStorageOrigin: string;
  readonly terminal: Terminal;
  readonly build: Surroundings["build"];
  readonly onCall: (call: FunctionCall) => void;
};

/** Folders whose files a build reads. A project of one's own may lack the second. */
const watched = ["functions", "lib"];

/** Reads the functions that `building` has built. Throws a StartProblem if there is nothing to run. */
export async function prepareFunctions(
  building: Promise<number>,
  { commandText }: Surroundings,
): Promise<readonly BuiltFunction[]> {
  if ((await building) !== 0) {
    throw new StartProblem("the build failed");
  }
  const built = readBuiltFunctions();
  if (typeof built === "string") {
    throw new StartProblem(`${built}: run ${commandText("build")} first`);
  }
  return built;
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
  let running = built;
  const onChange = async () => {
    running = await rebuild(running, { host, local, given });
  };
  const watch = watchFolders(watched, onChange, terminal.say);
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

type Rebuild = {
  readonly host: Host;
  readonly local: LocalSettings["settings"];
  readonly given: FunctionsOptions;
};

/**
 * Builds, and puts the new functions in the place of the old ones. A failed build changes nothing. Returns the functions that
 * run now.
 */
async function rebuild(
  running: readonly BuiltFunction[],
  { host, local, given: { options, terminal, build } }: Rebuild,
): Promise<readonly BuiltFunction[]> {
  const exitCode = await build(options.isJson);
  const built = readBuiltFunctions();
  if (exitCode !== 0 || typeof built === "string") {
    terminal.say("The build failed: the functions of the build before go on.");
    return running;
  }
  const hosted = toHosted(built, local);
  const names = new Set([...running, ...built].map(({ name }) => name));
  await Promise.all([...names].map((name) => host.rebuildFunction(name, hosted[name])));
  terminal.say("The functions run anew.");
  return built;
}
