import { basename, resolve } from "node:path";
import { UsageError } from "../shared/usage-error.ts";

/** The folder of a new project, and the name in its package.json. */
export type Target = { readonly folder: string; readonly packageName: string };

/** npm sets it: https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-json.md (read 2026-11-30). */
const packageNameLengthMax = 214;
/** npm takes these names for new packages without a scope: https://github.com/npm/validate-npm-package-name (read 2026-11-30). */
const packageNameForm = /^[a-z0-9][a-z0-9._-]*$/;
/** npm keeps two names for itself. It also refuses a project that depends on a package of the project's own name. */
const takenNames = ["node_modules", "favicon.ico", "datastream-relay", "zod"];

/**
 * Finds folder and package name of a project. The folder is as it was typed. The package name is made of it as `npm init`
 * does: lower case, with a dash for blanks.
 */
export function toTarget(typed: string): Target {
  if (typed.trim() === "") {
    throw new UsageError('the name is empty: give that of a new folder, or "." for this one');
  }
  const folder = resolve(typed.trim());
  const packageName = basename(folder).replaceAll(/\s+/g, "-").toLowerCase();
  const problem = findProblem(packageName);
  if (problem !== undefined) {
    throw new UsageError(`npm takes no project with the name "${packageName}": ${problem}`);
  }
  return { folder, packageName };
}

function findProblem(name: string): string | undefined {
  if (takenNames.includes(name)) {
    return "npm itself or a package that the project needs has that name";
  }
  if (name.length > packageNameLengthMax) {
    return `it has more than ${packageNameLengthMax} characters`;
  }
  return packageNameForm.test(name)
    ? undefined
    : "give letters from a to z, digits, and after the first one also - . _";
}

/** Quotes a path for the reader's shell. cmd.exe takes no single quotes, and no path of Windows holds a double one. */
export function quotePath(path: string, platform = process.platform): string {
  if (/^[\w@./-]+$/.test(path)) {
    return path;
  }
  return platform === "win32" ? `"${path}"` : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
