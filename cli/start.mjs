// npm start: builds in a process of its own, while this one loads the TypeScript of the emulators.

import "../local/check-node.mjs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { register } from "tsx/esm/api";

const args = process.argv.slice(2);
const isBuilding = args.includes("--build") && !args.includes("--help") && !args.includes("-h");
const building = isBuilding ? build() : undefined;
register();
const { runStart } = await import("./start/run-start.ts");
await runStart(args, building);

/** Resolves with the exit code. The build's table is no line of `--json`. */
async function build() {
  const output = args.includes("--json") ? process.stderr : "inherit";
  const child = spawn(process.execPath, ["build.mjs"], { stdio: ["inherit", output, "inherit"] });
  // Wrong settings end the start before the build.
  process.once("exit", () => child.kill());
  const [code] = await once(child, "exit");
  return code ?? 1;
}
