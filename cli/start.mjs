// npm start: builds the functions in a process of its own. Meanwhile it bundles its own TypeScript and runs that:
// compiling 200 modules one by one, as tsx does, takes longer than the build.

import "../local/check-node.mjs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const args = process.argv.slice(2);
const isBuilding = args.includes("--build") && !args.includes("--help") && !args.includes("-h");
const building = isBuilding ? buildFunctions() : undefined;
const { runStart } = await loadBundled("./start/run-start.ts");
await runStart(args, building);

/** Resolves with the exit code. The build's table is no line of `--json`. */
async function buildFunctions() {
  const output = args.includes("--json") ? process.stderr : "inherit";
  const child = spawn(process.execPath, ["build.mjs"], { stdio: ["inherit", output, "inherit"] });
  // Wrong settings end the start before the build.
  process.once("exit", () => child.kill());
  const [code] = await once(child, "exit");
  return code ?? 1;
}

/** Loads a module of TypeScript with all that it imports, as one file. Packages stay where they are. */
async function loadBundled(module) {
  const { build } = await import("esbuild");
  const root = fileURLToPath(new URL("..", import.meta.url));
  const folder = join(root, "node_modules", ".cache", "datastream-relay");
  const outfile = join(folder, `start-${process.pid}.mjs`);
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [fileURLToPath(new URL(module, import.meta.url))],
    outfile,
    ...{ bundle: true, packages: "external", platform: "node", target: "node20", format: "esm" },
    ...{ sourcemap: "inline", sourcesContent: false, logLevel: "warning" },
    plugins: [{ name: "own-url", setup: keepOwnUrls }],
  });
  process.setSourceMapsEnabled(true);
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile, { force: true });
  }
}

/** A module finds the files beside it by its own URL, which is another one in the bundle. */
function keepOwnUrls({ onLoad }) {
  onLoad({ filter: /[\\/](cli|local)[\\/].*\.ts$/ }, async ({ path }) => {
    const source = await readFile(path, "utf8");
    const url = JSON.stringify(pathToFileURL(path).href);
    return { contents: source.replaceAll("import.meta.url", url), loader: "ts" };
  });
}
