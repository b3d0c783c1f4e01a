// Bundles the commands of a checkout, and runs what it bundled before as long as no source has changed: compiling some
// hundred modules one by one, as tsx does, takes longer than most commands.

import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, "node_modules", ".cache", "datastream-relay");
/** Copies of the project can share a cache by a link to node_modules, and a file's name has a limit. */
const nameOfRoot = root.replaceAll(/\W+/g, "-").slice(-100);
/** Older bundles are removed. A command that runs has loaded all of its own long before. */
const bundlesKeptMax = 20;

/** Loads a module of `cli/` with all that it imports. Packages stay where they are. */
export async function loadSources(module) {
  try {
    const folder = findFresh(listOf(module)) ?? (await bundle(module));
    process.setSourceMapsEnabled(true);
    return await import(pathToFileURL(join(folder, basename(module).replace(/\.ts$/, ".js"))).href);
  } catch (error) {
    return endBy(error);
  }
}

/** Ends the process with one line for what a clone can lack. Any other error is a mistake in the sources, and stays whole. */
function endBy(error) {
  const problem = findProblem(error);
  if (problem === undefined) {
    throw error;
  }
  console.error(`error: ${problem}\npage: docs/troubleshooting.md#usage`);
  process.exit(2);
}

function findProblem({ code, syscall, path = "", message }) {
  if (code === "ERR_MODULE_NOT_FOUND") {
    const [, name] = /^Cannot find package '([^']+)'/.exec(message) ?? [];
    return name && `the package ${name} is not installed: run npm ci in ${root}`;
  }
  return syscall !== undefined && path.startsWith(cache)
    ? `${cache} cannot be written (${code}): the commands of a checkout are bundled into it`
    : undefined;
}

/** Returns the file that says where the bundle of a module is, and of which sources it was made. */
function listOf(module) {
  return join(cache, `${nameOfRoot}-${module.replaceAll("/", "-")}.json`);
}

/** Returns the folder of a bundle of this very checkout, if none of its sources has changed since. */
function findFresh(list) {
  try {
    const made = JSON.parse(readFileSync(list, "utf8"));
    const isFresh = made.root === root && made.stamp === stampOf(made.sources);
    return isFresh && statSync(made.folder).isDirectory() ? made.folder : undefined;
  } catch {
    // Nothing is kept yet, or a file is gone.
    return undefined;
  }
}

/** One call for each file is faster than many at once: a start waits for nothing else. */
function stampOf(sources) {
  return sources
    .map((source) => statSync(join(root, source)))
    .map(({ size, mtimeMs }) => `${size}@${mtimeMs}`)
    .join();
}

/** Every process that finds nothing bundles for itself: a folder and a list are whole from the moment they have their names. */
async function bundle(module) {
  const { build } = await import("esbuild");
  const startedMs = Date.now();
  const folder = join(cache, `${nameOfRoot}-${startedMs}-${process.pid}`);
  const unfinished = `${folder}.unfinished`;
  await mkdir(unfinished, { recursive: true });
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(module, import.meta.url))],
    outdir: unfinished,
    ...{ bundle: true, splitting: true, packages: "external" },
    ...{ platform: "node", target: "node20", format: "esm" },
    ...{ sourcemap: "linked", sourcesContent: false, logLevel: "warning" },
    ...{ metafile: true, absWorkingDir: root },
    plugins: [{ name: "own-url", setup: keepOwnUrls }],
  });
  renameSync(unfinished, folder);
  const sources = ["cli/load-sources.mjs", ...Object.keys(metafile.inputs)];
  // A file that was written meanwhile may have been read before.
  if (sources.every((source) => statSync(join(root, source)).mtimeMs < startedMs)) {
    const list = listOf(module);
    writeFileSync(
      `${list}.${process.pid}`,
      JSON.stringify({ root, folder, sources, stamp: stampOf(sources) }),
    );
    renameSync(`${list}.${process.pid}`, list);
  }
  removeOld(folder);
  return folder;
}

/** Removes the oldest bundles. One that another process removes at the same time is no problem. */
function removeOld(current) {
  const bundles = readdirSync(dirname(current), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== basename(current))
    .map(({ name }) => ({ name, madeMs: Number(/-(\d+)-\d+(?:\.unfinished)?$/.exec(name)?.[1]) }))
    .toSorted((one, other) => other.madeMs - one.madeMs);
  for (const { name } of bundles.slice(bundlesKeptMax - 1)) {
    rmSync(join(cache, name), { recursive: true, force: true });
  }
}

/** A module finds the files beside it by its own URL, which is another one in the bundle. */
function keepOwnUrls({ onLoad }) {
  onLoad({ filter: /[\\/](cli|local)[\\/].*\.ts$/ }, async ({ path }) => {
    const source = readFileSync(path, "utf8");
    const url = JSON.stringify(pathToFileURL(path).href);
    return { contents: source.replaceAll("import.meta.url", url), loader: "ts" };
  });
}
