import { settingNames } from "../../lib/settings/settings.ts";
import { pathFromProject } from "./roots.ts";
import type { Terminal } from "./terminal.ts";

/** A place in the documents that says what to do, as a path from the project's folder. A test compares every anchor with the pages. */
export type Page = `${string}docs/${string}.md#${string}`;

/**
 * Returns the page of an anchor: an error code, or the name of a command's own failure, such as
 * `deploy-smoke`.
 */
export function toPage(anchor: string): Page {
  return toPageOf("troubleshooting", anchor);
}

/** In a project the documents are those of the package. */
function toPageOf(name: string, anchor: string): Page {
  return `${pathFromProject("docs")}/${name}.md#${anchor}` as Page;
}

/**
 * Returns the page of a row of the doctor. A message that begins with an error code leads to the code, a
 * setting to its description.
 */
export function pageOfRow(check: string, subject: string, found: string): Page {
  const [code] = /^[A-Z_]+(?=: )/.exec(found) ?? [];
  const row = `doctor-${check.replaceAll(" ", "-")}`;
  return check === "setting" ? pageOfSetting(subject, row) : toPage(code ?? row);
}

/**
 * Returns the page of a setting. `otherwise` is the anchor of names that are no settings: an option, a key
 * of `deploy`, a misspelt name.
 */
export function pageOfSetting(name: string, otherwise = "usage"): Page {
  const names: readonly string[] = settingNames;
  return names.includes(name) ? toPageOf("settings", name) : toPage(otherwise);
}

/** Writes the last lines of a command that failed, with each page once. */
export function writePages(pages: readonly Page[], { writeError }: Terminal): void {
  for (const page of new Set(pages)) {
    writeError(`page: ${page}\n`);
  }
}
