// Produces messages to a topic from the command line: one message, or those of an NDJSON input.

import { systemEffects } from "../lib/adapters/system-effects.ts";
import { runProduce } from "./produce/command.ts";
import { openTerminal } from "./shared/terminal.ts";

process.exitCode = await runProduce(process.argv.slice(2), openTerminal(), systemEffects);
