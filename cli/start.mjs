// npm start: builds the functions in a process of its own. Meanwhile it bundles its own TypeScript and runs that:
// compiling 200 modules one by one, as tsx does, takes longer than the build.

import "../local/check-node.mjs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
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

/**
 * Loads a module of TypeScript with all that it imports, as one file. Packages stay where they are. The file is kept, and
 * its last line says of which sources it was made: bundling again would compete with the build.
 */
async function loadBundled(module) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const folder = join(root, "node_modules", ".cache", "datastream-relay");
  const file = join(folder, "start.mjs");
  if (!(await isFresh(file, root))) {
    await mkdir(folder, { recursive: true });
    await bundle(fileURLToPath(new URL(module, import.meta.url)), file, root);
  }
  process.setSourceMapsEnabled(true);
  return import(pathToFileURL(file).href);
}

async function bundle(entry, file, root) {
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    outfile: file,
    ...{ bundle: true, packages: "external", platform: "node", target: "node20", format: "esm" },
    ...{ sourcemap: "inline", sourcesContent: false, logLevel: "warning" },
    ...{ write: false, metafile: true, absWorkingDir: root },
    plugins: [{ name: "own-url", setup: keepOwnUrls }],
  });
  const sources = ["cli/start.mjs", ...Object.keys(metafile.inputs)];
  const madeOf = JSON.stringify({ root, sources, stamp: await stampOf(sources, root) });
  // Another start may read the file meanwhile.
  const written = `${file}.${process.pid}`;
  await writeFile(written, `${outputFiles[0].text}\n//${madeOf}`);
  await rename(written, file);
}

/** Returns true if a bundle of this very folder is there, and none of its sources has changed. */
async function isFresh(file, root) {
  try {
    const text = await readFile(file, "utf8");
    const madeOf = JSON.parse(text.slice(text.lastIndexOf("\n//") + 3));
    return madeOf.root === root && madeOf.stamp === (await stampOf(madeOf.sources, root));
  } catch {
    // Nothing is kept yet, or a source is gone.
    return false;
  }
}

async function stampOf(sources, root) {
  const states = await Promise.all(sources.map((source) => stat(join(root, source))));
  return states.map(({ size, mtimeMs }) => `${size}@${mtimeMs}`).join();
}

/** A module finds the files beside it by its own URL, which is another one in the bundle. */
function keepOwnUrls({ onLoad }) {
  onLoad({ filter: /[\\/](cli|local)[\\/].*\.ts$/ }, async ({ path }) => {
    const source = await readFile(path, "utf8");
    const url = JSON.stringify(pathToFileURL(path).href);
    return { contents: source.replaceAll("import.meta.url", url), loader: "ts" };
  });
}
