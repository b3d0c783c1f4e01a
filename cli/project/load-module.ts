import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure } from "esbuild";

/** A module cannot be loaded. The message says what kind of error it is, and where; it quotes nothing of the file. */
export class LoadFailure extends Error {
  override name = "LoadFailure";
}

/**
 * Loads a module of TypeScript or JavaScript with the files that it imports. Packages are those of its own folder. The
 * module is code, and runs with your rights. Throws a LoadFailure.
 */
export async function loadModule(file: string): Promise<object> {
  try {
    return await importText(await bundle(file), dirname(resolve(file)));
  } catch (error) {
    throw new LoadFailure(describe(error));
  }
}

async function bundle(file: string): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [resolve(file)],
    ...{ bundle: true, write: false, packages: "external", logLevel: "silent" },
    ...{ platform: "node", target: "node20", format: "esm" },
  });
  return outputFiles[0]?.text ?? "";
}

/** Packages are looked for from the module's own place, so that is beside the packages that the file itself finds. */
async function importText(text: string, folder: string): Promise<object> {
  const packages = findPackages(folder);
  const place = packages ?? tmpdir();
  const made = await mkdtemp(join(place, ".datastream-relay-"));
  try {
    const module = join(made, "module.mjs");
    await writeFile(module, text);
    return (await import(pathToFileURL(module).href)) as object;
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** Returns the nearest `node_modules` upwards. */
function findPackages(folder: string): string | undefined {
  const packages = join(folder, "node_modules");
  if (existsSync(packages)) {
    return packages;
  }
  return dirname(folder) === folder ? undefined : findPackages(dirname(folder));
}

/** Names the kind of an error, and its place in the file. The rest of a message could quote the file. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return typeof error;
  }
  const [fault] = (error as Partial<BuildFailure>).errors ?? [];
  if (fault !== undefined) {
    const { location, text } = fault;
    return location === null || text.startsWith("Could not resolve")
      ? "ERR_MODULE_NOT_FOUND"
      : `TransformError, line ${location.line}, column ${location.column}`;
  }
  return "code" in error ? String(error.code) : error.name;
}
