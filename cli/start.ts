// Checks the settings, then runs the emulators and the functions beside them.

import "../local/check-node.mjs";
import type { LocalSettings } from "../local/start/local-settings.ts";
import { readOptions, startLocal } from "../local/start.ts";
import { exitCodes } from "./shared/exit-codes.ts";
import { UsageError } from "./shared/settings-source.ts";
import { loadLocalSettings } from "./start/local-settings.ts";

const options = readOptions(process.argv.slice(2));
await startLocal(options, readSettings(options.settingsFiles));

/** Wrong settings end the start here, and not first in the reply to a webhook. */
function readSettings(files: readonly string[]): LocalSettings {
  try {
    return loadLocalSettings(files, process.env);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\npage: ${error.page}`);
      process.exit(exitCodes.usage);
    }
    throw error;
  }
}
