import type { Settings } from "../../lib/model/settings.ts";
import { loadSettings } from "../shared/settings-source.ts";
import { loadSamples, withoutGivenGroups } from "../start/local-settings.ts";

/**
 * Loads the settings of a rehearsal. Files are taken as they are, so that what they lack is missed here already. Without
 * a file the settings are those of `npm start` without one: the environment before the samples.
 */
export function loadRehearsalSettings(
  files: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  const own = loadSettings(files, environment);
  return withoutOwnOfStart(
    files.length > 0 ? own : { ...withoutGivenGroups(loadSamples(), own), ...own },
  );
}

/** Leaves out what local/settings.env has for `npm start` alone: its schedule, and settings of the emulators. */
function withoutOwnOfStart(settings: Settings): Settings {
  const { HEARTBEAT_CRON } = loadSamples();
  const kept = Object.entries(settings).filter(
    ([name, value]) =>
      !name.startsWith("STANDIN_") && !(name === "HEARTBEAT_CRON" && value === HEARTBEAT_CRON),
  );
  return Object.fromEntries(kept);
}
