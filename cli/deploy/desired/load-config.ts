import { existsSync, readFileSync } from "node:fs";
import { LoadFailure, loadModule } from "../../project/load-module.ts";
import { pathFromProject } from "../../shared/roots.ts";
import { UsageError } from "../../shared/usage-error.ts";
import { parseDeployment } from "./config.ts";
import type { Deployment } from "./deployment.ts";

/** Loads a module with the export `config`, or a JSON file. A module is code, and runs with your rights. */
export async function loadDeployment(file: string): Promise<Deployment> {
  if (!existsSync(file)) {
    throw new UsageError(`${file} is not there: give another with --config, or ${exampleText}`);
  }
  const given = await load(file);
  if (given === noConfig) {
    throw new UsageError(`${file} has no export named config: see the example (${exampleText})`);
  }
  const parsed = parseDeployment(given);
  if (!parsed.ok) {
    const lines = parsed.problems.map(({ setting, text }) => `  ${setting} ${text}`);
    throw new UsageError([`${file} is wrong:`, ...lines].join("\n"));
  }
  return parsed.value;
}

const exampleText = `copy the example in ${pathFromProject("docs/deploy-naver-cloud.md")}`;

const noConfig = Symbol("no config");

async function load(file: string): Promise<unknown> {
  if (file.endsWith(".json")) {
    return readJson(file);
  }
  try {
    const loaded = await loadModule(file);
    return "config" in loaded ? loaded.config : noConfig;
  } catch (error) {
    throw error instanceof LoadFailure ? cannotLoad(file, error.message) : error;
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    // The rest of the message could quote the file.
    const { name, message, code } = error as NodeJS.ErrnoException;
    const [, character] = /at position (\d+)/.exec(message) ?? [];
    const kind = code ?? name;
    throw cannotLoad(file, character === undefined ? kind : `${kind}, character ${character}`);
  }
}

function cannotLoad(file: string, why: string): UsageError {
  return new UsageError(`${file} cannot be loaded (${why})`);
}
