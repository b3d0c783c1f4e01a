import { startLocal } from "../../local/start.ts";
import type { Options } from "../../local/start-options.ts";
import type { Terminal } from "../shared/terminal.ts";
import { loadLocalSettings } from "./local-settings.ts";
import { surroundings } from "./surroundings.ts";

/** Checks the settings, then runs the emulators and the functions beside them. */
export function start(
  options: Options,
  building: Promise<number>,
  environment: Terminal["environment"],
): Promise<void> {
  const local = loadLocalSettings(options.settingsFiles, environment);
  return startLocal(options, { local, surroundings }, building);
}
