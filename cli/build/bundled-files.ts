import { relative, resolve, sep } from "node:path";
import type { Metafile } from "esbuild";

export type BundledFile = { readonly file: string; readonly bytes: number };

type Roots = { readonly root: string; readonly packageFolder: string };

/** Lists the files of which something is in the output, each with its bytes there. */
export function bundledFiles({ outputs }: Metafile): readonly BundledFile[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput: bytes }]) =>
      bytes > 0 ? [{ file, bytes }] : [],
    ),
  );
}

/** Returns the folder of the package that a file belongs to; undefined for a file of the project. */
export function packageFolderOf(file: string, { root, packageFolder }: Roots): string | undefined {
  const path = resolve(root, file);
  const [folder] = /^(?:.*[\\/])?node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path) ?? [];
  if (folder !== undefined) {
    return folder;
  }
  // A linked package is not under node_modules.
  return root !== packageFolder && isWithin(path, packageFolder) && !isWithin(path, root)
    ? packageFolder
    : undefined;
}

function isWithin(path: string, folder: string): boolean {
  return (
    !relative(folder, path).startsWith("..") && path.startsWith(folder.replace(/[\\/]$/, "") + sep)
  );
}

/** Returns the parts that take most bytes: a package as a whole, or one file of the project. */
export function largestParts(
  metafile: Metafile,
  roots: Roots,
  countMax = 5,
): readonly (readonly [part: string, bytes: number])[] {
  const parts = new Map<string, number>();
  for (const { file, bytes } of bundledFiles(metafile)) {
    const folder = packageFolderOf(file, roots);
    // A single file of our own package says more than its name.
    const part =
      folder === undefined || folder === roots.packageFolder ? file : relative(roots.root, folder);
    parts.set(part, (parts.get(part) ?? 0) + bytes);
  }
  return [...parts].sort(([, one], [, other]) => other - one).slice(0, countMax);
}

/** Files of zod's messages in other languages than English. Any one of them in a bundle means all of zod. */
const zodLocale = /(?:^|\/)node_modules\/zod\/v\d+\/locales\/(?!en\.|index\.)/;

/** Returns what to import instead of a form of a package that cannot be bundled in parts. */
export function findImportAdvice(metafile: Metafile): readonly string[] {
  return bundledFiles(metafile).some(({ file }) => zodLocale.test(file))
    ? [
        'import { z } from "zod" bundles all of zod: write import * as z from "zod/mini", or import * as z from "zod"',
      ]
    : [];
}
