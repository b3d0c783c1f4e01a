// Checks settings, clock, key pair, topics, buckets and artifacts, and prints one table.

import { systemEffects } from "../lib/adapters/system-effects.ts";
import { runDoctor } from "./doctor/command.ts";
import { openTerminal } from "./shared/terminal.ts";

process.exitCode = await runDoctor(process.argv.slice(2), openTerminal(), systemEffects);
