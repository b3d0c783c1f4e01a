import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Surroundings } from "../../local/start/surroundings.ts";
import { commandText } from "../shared/command-text.ts";
import { packageFolder, packageRoot } from "../shared/roots.ts";

/**
 * Builds the functions in a process of its own, so that it reads the files as they are now. Resolves with its exit code; 1
 * after a signal.
 */
export async function beginBuild(isQuiet: boolean): Promise<number> {
  // The build's table is no line of `--json`.
  const output = isQuiet ? process.stderr : "inherit";
  const bin = join(packageRoot, "cli", "bin.mjs");
  const child = spawn(process.execPath, [bin, "build"], { stdio: ["inherit", output, "inherit"] });
  // Wrong settings end the start before the build.
  const end = () => child.kill();
  process.once("exit", end);
  const [code] = (await once(child, "exit")) as [number | null];
  process.removeListener("exit", end);
  return code ?? 1;
}

export const surroundings: Surroundings = {
  commandText,
  build: beginBuild,
  sampleFile: join(packageFolder, "README.md"),
};
