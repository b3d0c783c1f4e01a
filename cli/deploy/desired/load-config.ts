import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "../../shared/settings-source.ts";
import { parseDeployment } from "./config.ts";
import type { Deployment } from "./deployment.ts";

/** Loads a module with the export `config`, or a JSON file. A module is code, and runs with your rights. */
export async function loadDeployment(file: string): Promise<Deployment> {
  if (!existsSync(file)) {
    throw new UsageError(
      `${file} is not there: give another with --config, or take deploy.config.ts from the repository`,
    );
  }
  const given = await load(file);
  if (given === noConfig) {
    throw new UsageError(`${file} has no export named config: see docs/deploy-naver-cloud.md`);
  }
  const parsed = parseDeployment(given);
  if (!parsed.ok) {
    const lines = parsed.problems.map(({ setting, text }) => `  ${setting} ${text}`);
    throw new UsageError([`${file} is wrong:`, ...lines].join("\n"));
  }
  return parsed.value;
}

const noConfig = Symbol("no config");

async function load(file: string): Promise<unknown> {
  try {
    if (file.endsWith(".json")) {
      return JSON.parse(readFileSync(file, "utf8"));
    }
    const loaded: object = await import(pathToFileURL(resolve(file)).href);
    return "config" in loaded ? loaded.config : noConfig;
  } catch (error) {
    throw new UsageError(`${file} cannot be loaded (${describe(error)})`);
  }
}

/** Names the kind of an error and its place in the file. The rest of a message could quote the file. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return typeof error;
  }
  const [, line, column] = /:(\d+):(\d+): ERROR: /.exec(error.message) ?? [];
  const [, character] = /at position (\d+)/.exec(error.message) ?? [];
  return [
    "code" in error ? String(error.code) : error.name,
    ...(line === undefined ? [] : [`line ${line}, column ${column}`]),
    ...(character === undefined ? [] : [`character ${character}`]),
  ].join(", ");
}
