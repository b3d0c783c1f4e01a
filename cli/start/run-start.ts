import { readOptions, startLocal } from "../../local/start.ts";
import { readSettings } from "./read-settings.ts";

/** Checks the settings, then runs the emulators and the functions beside them. `building` is a build that runs already. */
export function runStart(args: readonly string[], building?: Promise<number>): Promise<void> {
  const options = readOptions(args);
  return startLocal(options, readSettings(options.settingsFiles), building);
}
