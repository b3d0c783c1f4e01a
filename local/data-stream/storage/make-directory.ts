import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** What webhooks bring is for nobody else on the machine. */
const mode = 0o700;

/**
 * As `mkdir -p`. Node's own `recursive` does not end where a parent is there and ENOENT is the answer all the same,
 * as under /proc: it goes up and down for ever. Here each directory is asked for once.
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
