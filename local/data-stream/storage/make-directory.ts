import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Only the owner may read the data: webhooks may bring private content. */
const mode = 0o700;

/**
 * Creates a directory and its parents, as `mkdir -p` does. Node's own `recursive` option loops forever where a
 * parent exists and creating a child still fails with ENOENT, as under /proc. Here each directory is created at
 * most once.
 */
export function makeDirectory(path: string): void {
  const parent = dirname(path);
  if (parent !== path && !existsSync(parent)) {
    makeDirectory(parent);
  }
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!isDirectory(path)) {
      throw error;
    }
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
