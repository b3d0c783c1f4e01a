// Checks the settings, then runs the emulators and the functions beside them.

import "../local/check-node.mjs";
import { readOptions, startLocal } from "../local/start.ts";
import { readSettings } from "./start/read-settings.ts";

const options = readOptions(process.argv.slice(2));
await startLocal(options, readSettings(options.settingsFiles));
