import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { functionNames, functions, listFunctionFiles, settingsOf } from "../project/functions.ts";
import { errorCodeOf } from "../shared/settings-source.ts";
import { UsageError } from "../shared/usage-error.ts";
import { type BuildOptions, type BuiltArtifact, bundleFunction } from "./bundle-function.ts";

/** The built files cannot be written. */
export class OutputProblem extends Error {
  override name = "OutputProblem";
}

/**
 * Builds every function of the project, in the order of the alphabet. `dist/` is replaced when all of them are bundled, so that
 * a build that fails leaves the last one. Throws a UsageError or an OutputProblem.
 */
export async function buildFunctions(options: BuildOptions): Promise<readonly BuiltArtifact[]> {
  const { root } = options;
  checkFiles(root);
  const built = await Promise.all(
    functionNames.toSorted().map((name) => bundleFunction(functions[name], options)),
  );
  try {
    await writeAll(built, join(root, "dist"));
  } catch (error) {
    throw new OutputProblem(`dist/ cannot be written (${errorCodeOf(error)})`);
  }
  return built;
}

async function writeAll(built: readonly BuiltArtifact[], dist: string): Promise<void> {
  await rm(dist, { recursive: true, force: true });
  await Promise.all(built.map((artifact) => writeArtifact(artifact, dist)));
  await writeFile(join(dist, "functions.json"), toList());
}

async function writeArtifact({ name, files, zip }: BuiltArtifact, dist: string): Promise<void> {
  await mkdir(join(dist, name), { recursive: true });
  await Promise.all([
    ...Object.entries(files).map(([file, bytes]) => writeFile(join(dist, name, file), bytes)),
    writeFile(join(dist, `${name}.zip`), zip),
  ]);
}

/** A file that the registry does not list would be built and then known to no command. */
function checkFiles(root: string): void {
  const files = listFunctionFiles(root);
  const names: readonly string[] = functionNames;
  const problems = [
    ...files
      .filter((file) => !names.includes(file))
      .map((file) => `functions/${file}.ts is not listed in lib/registry/functions.ts`),
    ...names
      .filter((name) => !files.includes(name))
      .map((name) => `functions/${name}.ts is missing: lib/registry/functions.ts lists ${name}`),
  ];
  if (files.length === 0) {
    throw new UsageError(
      "there is no function: functions/NAME.ts is one, and this folder has none",
    );
  }
  if (problems.length > 0) {
    throw new UsageError(problems.join("\n"));
  }
}

/** Describes the functions for programs that do not import `lib/`. */
function toList(): string {
  const list = functionNames.map((name) => {
    const { accepts, triggeredBy, schedule } = functions[name];
    return { name, accepts, triggeredBy, schedule, settings: settingsOf(name) };
  });
  return `${JSON.stringify({ functions: list }, null, 2)}\n`;
}
