import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A browser that is ending may still write into its profile. */
const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 200 } as const;

/**
 * Gives a run a folder of its own for temporary files, and removes it at the end. A worker cannot do so, because it is
 * killed: its exit has no hook.
 */
export default function makeTemporaryFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "datastream-relay-tests-"));
  for (const name of ["TMPDIR", "TMP", "TEMP"]) {
    process.env[name] = folder;
  }
  return () => rmSync(folder, removal);
}
