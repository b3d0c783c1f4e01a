import type { LocalSettings } from "../../local/start/local-settings.ts";
import { exitCodes } from "../shared/exit-codes.ts";
import { UsageError } from "../shared/settings-source.ts";
import { loadLocalSettings } from "./local-settings.ts";

/** Reads the settings. Wrong ones end the process here, and not first in the reply to a webhook. */
export function readSettings(files: readonly string[]): LocalSettings {
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
