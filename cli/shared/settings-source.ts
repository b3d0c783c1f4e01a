import { closeSync, openSync, readSync } from "node:fs";
import type { Problem, Settings } from "../../lib/model/settings.ts";
import { findMisspelt } from "../../lib/settings/settings.ts";
import { allSettingNames } from "../project/functions.ts";
import { type FileSetting, type LineProblem, parseSettingsFile } from "./settings-file.ts";
import { UsageError } from "./usage-error.ts";

const settingsFileBytesMax = 1024 * 1024;

/**
 * Loads the settings of a command from the environment and from files (`NAME=value` lines, as dotenv reads
 * them). A file overrides the environment, and a later file overrides an earlier one. A file was named on
 * the command line; a variable may be left over from another day.
 */
export function loadSettings(
  files: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  const known = allSettingNames.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.assign(Object.fromEntries(known), ...files.map(readSettingsFile));
}

/**
 * Finds variables whose names are nearly a setting's, so that nothing reads them. They are warnings only:
 * an environment also contains variables of other programs.
 */
export function findMisspeltVariables(
  environment: Readonly<Record<string, string | undefined>>,
): readonly Problem[] {
  return findMisspelt(environment, allSettingNames);
}

/** The number of problems of one file that are shown. The rest is counted. */
const problemsToldMax = 20;

/** Keeps names that are no settings, because the parser of the settings reports a misspelt name. */
function readSettingsFile(file: string): Settings {
  const { settings, problems } = parseSettingsFile(decodeUtf8(readBytes(file), file));
  const all = [...problems, ...findOtherCase(settings)].sort((one, other) => one.line - other.line);
  if (all.length > 0) {
    const told = all.slice(0, problemsToldMax).map(({ line, text }) => `${file}:${line} ${text}`);
    const more = all.length - told.length;
    throw new UsageError([...told, ...(more > 0 ? [`${file}: ${more} more`] : [])].join("\n"));
  }
  return Object.fromEntries(settings.map(({ name, value }) => [name, value]));
}

/**
 * Finds names in another case. In an event such a name may mean anything; in a file it is a setting that
 * nothing would read.
 */
function findOtherCase(settings: readonly FileSetting[]): readonly LineProblem[] {
  return settings.flatMap(({ name, line }) => {
    const meant = allSettingNames.find((known) => known === name.toUpperCase() && known !== name);
    return meant === undefined ? [] : [{ line, text: `must be written ${meant}` }];
  });
}

/** Decodes UTF-8. A byte order mark, which some editors write, is not part of the first name. */
function decodeUtf8(bytes: Uint8Array, file: string): string {
  if (isUtf16(bytes)) {
    throw new UsageError(`${file} is UTF-16: save it as UTF-8 (iconv -f utf-16 -t utf-8)`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file} is not UTF-8: convert it first (iconv -f cp949 -t utf-8)`);
  }
}

/** Recognises UTF-16 by its byte order mark, or by the zero half of its first character. */
function isUtf16([first, second]: Uint8Array): boolean {
  const isMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isMark || (second !== undefined && (first === 0) !== (second === 0));
}

/** Reads at most the limit. This holds for a pipe (`<(…)`) too, whose size is unknown. */
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
    throw new UsageError(`${file} cannot be read (${errorCodeOf(error)})`);
  }
}

/** Reads until the end, because one read of a pipe returns only what it contains at that moment. */
function readFully(descriptor: number, buffer: Buffer): number {
  let length = 0;
  let read = -1;
  while (read !== 0 && length < buffer.length) {
    read = readSync(descriptor, buffer, length, buffer.length - length, null);
    length += read;
  }
  return length;
}

/** Returns Node's own code, such as `ENOSPC`. An error's message can contain more than may be shown. */
export function errorCodeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
