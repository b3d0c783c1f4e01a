import { runOffline as runLocalOffline } from "../../local/start/offline.ts";
import { parseOfflineOptions, toOfflineHelp } from "../../local/start/offline-options.ts";
import { commandText } from "../shared/command-text.ts";
import { exitCodes } from "../shared/exit-codes.ts";
import type { Terminal } from "../shared/terminal.ts";
import { endByProblem } from "../start/end-by-problem.ts";
import { loadLocalSettings } from "../start/local-settings.ts";
import { beginBuild, surroundings } from "../start/surroundings.ts";

/** Checks the settings, then runs the functions in the form of AWS Lambda, under serverless-offline. */
export async function runOffline(
  argv: readonly string[],
  terminal: Terminal,
): Promise<0 | undefined> {
  try {
    const options = parseOfflineOptions(argv);
    if (options.isHelp) {
      const help = toOfflineHelp(commandText("offline", "[options]"), commandText("start"));
      terminal.writeOut(`${help}\n`);
      return exitCodes.ok;
    }
    const local = loadLocalSettings(options.settingsFiles, terminal.environment);
    const building = options.isBuilding ? beginBuild(false) : Promise.resolve(0);
    await runLocalOffline({ local, surroundings }, building);
    return undefined;
  } catch (error) {
    return endByProblem(error, terminal);
  }
}
