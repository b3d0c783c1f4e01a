import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { functionNames, functions, listFunctionFiles, settingsOf } from "../project/functions.ts";
import { UsageError } from "../shared/usage-error.ts";
import { type BuildOptions, type BuiltArtifact, bundleFunction } from "./bundle-function.ts";

/** Builds every function of the project, in the order of the alphabet. Throws a UsageError. */
export async function buildFunctions(options: BuildOptions): Promise<readonly BuiltArtifact[]> {
  const { root } = options;
  checkFiles(root);
  const dist = join(root, "dist");
  await rm(dist, { recursive: true, force: true });
  const built = await Promise.all(
    functionNames.toSorted().map((name) => bundleFunction(functions[name], options)),
  );
  await writeFile(join(dist, "functions.json"), toList());
  return built;
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
