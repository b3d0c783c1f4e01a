import { settingNames } from "../../lib/settings/settings.ts";
import type { Terminal } from "./terminal.ts";

/** A page of the documents and the place on it that says what to do. A test compares every anchor with the pages. */
export type Page = `docs/${string}.md#${string}`;

/** The anchor is an error code, or the name of a command's own failure, such as `deploy-smoke`. */
export function toPage(anchor: string): Page {
  return `docs/troubleshooting.md#${anchor}`;
}

/** A row of the doctor: a message that begins with an error code leads to the code, a setting to its description. */
export function pageOfRow(check: string, subject: string, found: string): Page {
  const [code] = /^[A-Z_]+(?=: )/.exec(found) ?? [];
  const row = `doctor-${check.replaceAll(" ", "-")}`;
  return check === "setting" ? pageOfSetting(subject, row) : toPage(code ?? row);
}

/** `otherwise` is for what is no setting: an option, a key of `deploy`, a misspelt name. */
export function pageOfSetting(name: string, otherwise = "usage"): Page {
  const names: readonly string[] = settingNames;
  return names.includes(name) ? `docs/settings.md#${name}` : toPage(otherwise);
}

/** The last lines of a command that failed: each page once. */
export function writePages(pages: readonly Page[], { writeError }: Terminal): void {
  for (const page of new Set(pages)) {
    writeError(`page: ${page}\n`);
  }
}
