import { existsSync, readFileSync } from "node:fs";
import { findJsonFault } from "../../../lib/encoding/json-fault.ts";
import { LoadFailure, loadModule } from "../../project/load-module.ts";
import { pathFromProject } from "../../shared/roots.ts";
import { errorCodeOf } from "../../shared/settings-source.ts";
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
  if (/\.json$/i.test(file)) {
    return readJson(file);
  }
  if (!/\.[cm]?[jt]s$/i.test(file)) {
    throw cannotLoad(file, "its name must end with .ts, .js, .mjs, .cjs or .json");
  }
  try {
    const loaded = await loadModule(file);
    return "config" in loaded ? loaded.config : noConfig;
  } catch (error) {
    throw error instanceof LoadFailure ? cannotLoad(file, error.message) : error;
  }
}

/** A byte order mark, which some editors write, is no part of the JSON. */
function readJson(file: string): unknown {
  const text = readText(file).replace(/^\uFEFF/, "");
  const fault = findJsonFault(text);
  if (fault === undefined) {
    return JSON.parse(text);
  }
  const lines = text.slice(0, fault).split("\n");
  const column = (lines.at(-1)?.length ?? 0) + 1;
  throw cannotLoad(file, `it is not JSON: line ${lines.length}, column ${column}`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw cannotLoad(file, errorCodeOf(error));
  }
}

function cannotLoad(file: string, why: string): UsageError {
  return new UsageError(`${file} cannot be loaded (${why})`);
}
