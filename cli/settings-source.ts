import { closeSync, openSync, readSync } from "node:fs";
import { parseEnv } from "node:util";
import { findMisspelt, type Problem, type Settings, settingNames } from "../lib/settings.ts";

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

/**
 * Variables whose names are nearly a setting's, so that nobody reads them. A warning and no more: an environment
 * holds those of other programs too.
 */
export function findMisspeltVariables(
  environment: Readonly<Record<string, string | undefined>>,
): readonly Problem[] {
  return findMisspelt(environment);
}

/** Names that are no settings are kept: a misspelt one is reported by whoever parses them. */
function readSettingsFile(file: string): Settings {
  return { ...parseEnv(toText(readBytes(file), file)) };
}

/** A byte order mark, which some editors write, is no part of the first name. */
function toText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file} is not UTF-8: convert it first (iconv -f cp949 -t utf-8)`);
  }
}

/** No more than the limit is read, of a pipe (`<(…)`) too, whose size nobody knows. */
function readBytes(file: string): Uint8Array {
  const buffer = Buffer.alloc(settingsFileBytesMax + 1);
  const length = readInto(buffer, file);
  if (length > settingsFileBytesMax) {
    throw new UsageError(`${file} is larger than ${settingsFileBytesMax} bytes`);
  }
  return buffer.subarray(0, length);
}

function readInto(buffer: Buffer, file: string): number {
  try {
    const descriptor = openSync(file, "r");
    try {
      return readFully(descriptor, buffer);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${codeOf(error)})`);
  }
}

/** One read gives what a pipe holds just then. */
function readFully(descriptor: number, buffer: Buffer): number {
  let length = 0;
  let read = -1;
  while (read !== 0 && length < buffer.length) {
    read = readSync(descriptor, buffer, length, buffer.length - length, null);
    length += read;
  }
  return length;
}

/** Node's own code, such as `ENOSPC`; its message can hold more than is to be said. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
