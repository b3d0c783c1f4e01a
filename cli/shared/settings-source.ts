import { closeSync, openSync, readSync } from "node:fs";
import type { Problem, Settings } from "../../lib/model/settings.ts";
import { allSettingNames } from "../../lib/registry/names.ts";
import { findMisspelt } from "../../lib/settings/settings.ts";
import { type Page, toPage } from "./page.ts";
import { type FileSetting, type LineProblem, parseSettingsFile } from "./settings-file.ts";

const settingsFileBytesMax = 1024 * 1024;

/** A problem of the person who typed the command: its message says what to correct, and holds no value. */
export class UsageError extends Error {
  override name = "UsageError";
  /** Where the documents say more. */
  readonly page: Page;

  constructor(message: string, page = toPage("usage")) {
    super(message);
    this.page = page;
  }
}

/**
 * The settings that a command works with: those of the environment, and before them those of the files
 * (`NAME=value` lines, as dotenv reads them), a later file before an earlier one. A file comes
 * first because it was named on the command line; a variable may be left over from another day.
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
 * Variables whose names are nearly a setting's, so that nobody reads them. A warning and no more: an environment
 * holds those of other programs too.
 */
export function findMisspeltVariables(
  environment: Readonly<Record<string, string | undefined>>,
): readonly Problem[] {
  return findMisspelt(environment, allSettingNames);
}

/** Problems of one file that are told; of more there is but a count. */
const problemsToldMax = 20;

/** Names that are no settings are kept: a misspelt one is reported by whoever parses them. */
function readSettingsFile(file: string): Settings {
  const { settings, problems } = parseSettingsFile(toText(readBytes(file), file));
  const all = [...problems, ...findOtherCase(settings)].sort((one, other) => one.line - other.line);
  if (all.length > 0) {
    const told = all.slice(0, problemsToldMax).map(({ line, text }) => `${file}:${line} ${text}`);
    const more = all.length - told.length;
    throw new UsageError([...told, ...(more > 0 ? [`${file}: ${more} more`] : [])].join("\n"));
  }
  return Object.fromEntries(settings.map(({ name, value }) => [name, value]));
}

/** Among an event's fields such a name may mean anything; in a file it is a setting that nobody would read. */
function findOtherCase(settings: readonly FileSetting[]): readonly LineProblem[] {
  return settings.flatMap(({ name, line }) => {
    const meant = allSettingNames.find((known) => known === name.toUpperCase() && known !== name);
    return meant === undefined ? [] : [{ line, text: `must be written ${meant}` }];
  });
}

/** A byte order mark, which some editors write, is no part of the first name. */
function toText(bytes: Uint8Array, file: string): string {
  if (isUtf16(bytes)) {
    throw new UsageError(`${file} is UTF-16: save it as UTF-8 (iconv -f utf-16 -t utf-8)`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file} is not UTF-8: convert it first (iconv -f cp949 -t utf-8)`);
  }
}

/** By its byte order mark, or by the zero half of its first character. */
function isUtf16([first, second]: Uint8Array): boolean {
  const isMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isMark || (second !== undefined && (first === 0) !== (second === 0));
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
