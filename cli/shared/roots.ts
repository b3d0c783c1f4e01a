import { fileURLToPath } from "node:url";

/**
 * The folder of our own files: the repository, or `node_modules/datastream-relay/out` of a project. What we read at run
 * time is found from here: sample settings, the page, documents.
 */
export const packageRoot = fileURLToPath(new URL("../../", import.meta.url));

/** The folder of the user's files: `functions/`, `dist/`, settings, `deploy.config.ts`. */
export function projectRoot(): string {
  return process.cwd();
}
