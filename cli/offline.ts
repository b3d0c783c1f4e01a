// Checks the settings, then runs the functions in the form of AWS Lambda, under serverless-offline.

import "../local/check-node.mjs";
import { runOffline } from "../local/start/offline.ts";
import { offlineHelp, parseOfflineOptions } from "../local/start/offline-options.ts";
import { readCommandLine } from "../local/start/read-command-line.ts";
import { readSettings } from "./start/read-settings.ts";

const options = readCommandLine(() => parseOfflineOptions(process.argv.slice(2)), offlineHelp);
await runOffline(options, readSettings(options.settingsFiles));
