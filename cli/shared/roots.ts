import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder of our own code, and of the files that it reads at run time: the repository, or `out/` of the package. Files
 * have the same paths in both.
 */
export const packageRoot = resolve(fileURLToPath(new URL("../../", import.meta.url)));

/** The folder of our package.json, LICENSE, README.md and docs/: the repository, or the package's own folder. */
export const packageFolder = existsSync(join(packageRoot, "package.json"))
  ? packageRoot
  : join(packageRoot, "..");

/** The settings that work without an account. */
export const samplesFile = join(packageRoot, "local", "settings.env");

/** Returns the folder of the user's files: `functions/`, `dist/`, settings, `deploy.config.ts`. */
export function projectRoot(): string {
  return process.cwd();
}

/** Returns true in our own repository, and false in a project that depends on the package. */
export function isRepository(root = projectRoot()): boolean {
  return realpathSync(root) === realpathSync(packageRoot);
}

/** Returns the path of one of our files as a reader in the project's folder finds it, with slashes. */
export function pathFromProject(path: string): string {
  return relative(projectRoot(), join(packageFolder, path)).split(sep).join("/");
}
