import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { errorCodeOf } from "../shared/settings-source.ts";
import { UsageError } from "../shared/usage-error.ts";

/** A file of a project: its path in the project, and its text. */
export type ProjectFile = { readonly path: string; readonly text: string };

/** Names that a new project's folder may hold already: a repository without a commit, and the file of a file manager. */
const harmless = [".git", ".DS_Store"];
/** The number of names that are shown of a folder that is not empty. */
const namesToldMax = 3;

/**
 * Writes a project into a folder that is new or empty, and makes the folder. If a file cannot be written, everything
 * that was made is removed again. A file that is there already is never written over. The tarball that the project
 * depends on may lie in the folder.
 */
export function writeProject(
  folder: string,
  files: readonly ProjectFile[],
  tarball?: string,
): void {
  const made: Made[] = [];
  try {
    checkEmpty(folder, tarball);
    makeFolder(folder, made);
    for (const { path, text } of files) {
      const file = join(folder, path);
      makeFolder(dirname(file), made);
      writeNew(file, text, made);
    }
  } catch (error) {
    removeMade(made);
    throw error instanceof UsageError
      ? error
      : new UsageError(`${folder} cannot be written (${errorCodeOf(error)})`);
  }
}

/** Writes a file that is not there yet. On a full disk it is made, and then cannot be written. */
function writeNew(file: string, text: string, made: Made[]): void {
  const descriptor = openSync(file, "wx");
  made.push({ path: file, remove: unlinkSync });
  try {
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

type Made = { readonly path: string; readonly remove: (path: string) => void };

/** Makes one folder after the other, so that it is known which ones were there before. */
function makeFolder(folder: string, made: Made[]): void {
  if (!existsSync(folder)) {
    makeFolder(dirname(folder), made);
    mkdirSync(folder);
    made.push({ path: folder, remove: rmdirSync });
  }
}

/** Leaves a path that cannot be removed: the first error says more than a second one. */
function removeMade(made: readonly Made[]): void {
  for (const { path, remove } of made.toReversed()) {
    try {
      remove(path);
    } catch {
      // Somebody else has put a file into the folder.
    }
  }
}

function checkEmpty(folder: string, tarball: string | undefined): void {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) {
    return;
  }
  if (!stat.isDirectory()) {
    throw new UsageError(`${folder} is a file: give the name of a new folder`);
  }
  const found = readdirSync(folder).filter(
    (name) => !harmless.includes(name) && join(folder, name) !== tarball,
  );
  if (found.length > 0) {
    const named = found.slice(0, namesToldMax).join(", ");
    throw new UsageError(`${folder} is not empty (${named}): give the name of a new folder`);
  }
}
