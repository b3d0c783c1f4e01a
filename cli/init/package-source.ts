import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { isUnknownObject, textOf } from "../../lib/encoding/unknown-object.ts";
import { parseObject } from "../shared/parse-object.ts";
import { UsageError } from "../shared/usage-error.ts";

const packageName = "datastream-relay";

/** Says where a new project gets this package from: a tarball on this machine, or what npm finds by a range or URL. */
export type PackageSource =
  | { readonly kind: "tarball"; readonly file: string }
  | {
      readonly kind: "npm";
      readonly text: string;
      /** Nothing on this machine says where the package came from, so the text is only what a published one has. */
      readonly isGuessed?: boolean;
    };

/**
 * Finds where the running package came from. npm writes it into `node_modules/.package-lock.json`, for `npx --package`
 * too. A tarball's path there begins at the folder of `node_modules`.
 *
 * https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-lock-json.md (read 2026-11-30)
 */
export function findPackageSource(packageFolder: string, version: string): PackageSource {
  const modules = resolve(packageFolder, "..");
  if (basename(modules) !== "node_modules") {
    throw new UsageError(
      `this is a checkout: run "npm pack" in it, then give the tarball with --package ./${packageName}-${version}.tgz`,
    );
  }
  const entry = readEntry(join(modules, ".package-lock.json"));
  const resolved = textOf(field(entry, "resolved"));
  if (resolved.startsWith("file:")) {
    return toTarball(resolve(modules, "..", resolved.slice("file:".length)));
  }
  if (entry === undefined) {
    // Another package manager, which writes no such file.
    return { kind: "npm", text: `^${version}`, isGuessed: true };
  }
  // A registry's own tarballs have `/-/` in their URL. npm can be set to leave these URLs out.
  const isFromRegistry = resolved === "" || resolved.includes("/-/");
  return { kind: "npm", text: isFromRegistry ? `^${version}` : resolved };
}

function readEntry(lockFile: string): unknown {
  const text = existsSync(lockFile) ? readFileSync(lockFile, "utf8") : "";
  const packages = parseObject(text)?.["packages"];
  return field(packages, `node_modules/${packageName}`);
}

function field(value: unknown, name: string): unknown {
  return isUnknownObject(value) ? value[name] : undefined;
}

/** Takes a tarball as `npm pack` makes it. */
export function toTarball(file: string): PackageSource {
  const absolute = resolve(file);
  if (statSync(absolute, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new UsageError(
      `${absolute} is no file: give the tarball that "npm pack" made with --package FILE`,
    );
  }
  return { kind: "tarball", file: absolute };
}

/** Returns what a project in this folder has in its `dependencies`. */
export function toDependency(source: PackageSource, folder: string): string {
  return source.kind === "npm"
    ? source.text
    : `file:${relative(folder, source.file).replaceAll(sep, "/")}`;
}
