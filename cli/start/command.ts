import { parseOptions, toHelp } from "../../local/start-options.ts";
import { commandText } from "../shared/command-text.ts";
import { exitCodes } from "../shared/exit-codes.ts";
import type { Terminal } from "../shared/terminal.ts";
import { endByProblem } from "./end-by-problem.ts";
import { beginBuild } from "./surroundings.ts";

/** Begins the build, which is a process of its own, and loads the emulators meanwhile. */
export async function runStart(
  argv: readonly string[],
  terminal: Terminal,
): Promise<0 | undefined> {
  try {
    const options = parseOptions(argv);
    if (options.isHelp) {
      terminal.writeOut(`${toHelp(commandText("start", "[options]"))}\n`);
      return exitCodes.ok;
    }
    const building = options.isBuilding ? beginBuild(options.isJson) : Promise.resolve(0);
    const { start } = await import("./start.ts");
    await start(options, building, terminal.environment);
    return undefined;
  } catch (error) {
    return endByProblem(error, terminal);
  }
}
