import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";

/** A function as the build's `dist/functions.json` describes it. */
export type BuiltFunction = {
  readonly name: string;
  /** The kind of call that it takes. */
  readonly accepts: "http" | "invocation";
};

/** Runs the build in a process of its own. Returns its exit code; 1 if a signal ended it. */
export async function buildFunctions(): Promise<number> {
  const child = spawn(process.execPath, ["build.mjs"], { stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}

/** Reads what the build wrote. Returns the name of the file that is missing instead, if one is. */
export function readBuiltFunctions(): readonly BuiltFunction[] | string {
  const list = "dist/functions.json";
  if (!existsSync(list)) {
    return list;
  }
  const { functions } = JSON.parse(readFileSync(list, "utf8")) as {
    readonly functions: readonly BuiltFunction[];
  };
  const artifacts = functions.map(({ name }) => `dist/${name}/index.js`);
  return artifacts.find((artifact) => !existsSync(artifact)) ?? functions;
}
