import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { type Settings, settingNames } from "../lib/settings.ts";

const settingsFileBytesMax = 1024 * 1024;

/** A problem of the person who typed the command: its message says what to correct, and holds no value. */
export class UsageError extends Error {
  override name = "UsageError";
}

/**
 * The settings that a command works with: those of the environment, and before them those of the files
 * (`NAME=value` lines, as `node --env-file` reads them), a later file before an earlier one. A file comes
 * first because it was named on the command line; a variable may be left over from another day.
 */
export function loadSettings(
  files: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  const known = settingNames.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.assign(Object.fromEntries(known), ...files.map(readSettingsFile));
}

/** Names that are no settings are kept: a misspelt one is reported by whoever parses them. */
function readSettingsFile(file: string): Settings {
  const text = readText(file);
  if (Buffer.byteLength(text) > settingsFileBytesMax) {
    throw new UsageError(`${file} is larger than ${settingsFileBytesMax} bytes`);
  }
  return { ...parseEnv(text) };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new UsageError(`${file} cannot be read (${code})`);
  }
}
