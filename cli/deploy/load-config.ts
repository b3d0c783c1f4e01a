import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "../settings-source.ts";
import { type Deployment, parseDeployment } from "./config.ts";

/** A module with the export `config`, or a JSON file. A module is code: it runs as you. */
export async function loadDeployment(file: string): Promise<Deployment> {
  if (!existsSync(file)) {
    throw new UsageError(`${file} is not there: copy deploy.config.example.ts, and fill it in`);
  }
  const parsed = parseDeployment(await load(file));
  if (!parsed.ok) {
    const lines = parsed.problems.map(({ setting, text }) => `  ${setting} ${text}`);
    throw new UsageError([`${file} is wrong:`, ...lines].join("\n"));
  }
  return parsed.value;
}

async function load(file: string): Promise<unknown> {
  try {
    if (file.endsWith(".json")) {
      return JSON.parse(readFileSync(file, "utf8"));
    }
    const loaded: { readonly config?: unknown } = await import(pathToFileURL(resolve(file)).href);
    return loaded.config;
  } catch (error) {
    // A message could quote the file.
    const kind = error instanceof Error ? error.name : "Error";
    throw new UsageError(`${file} cannot be loaded (${kind})`);
  }
}
