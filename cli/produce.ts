// Messages onto a topic, from a command line: one, or those of an NDJSON input.

import { systemEffects } from "../lib/adapters/system-effects.ts";
import { runProduce } from "./produce/command.ts";
import { openTerminal } from "./shared/terminal.ts";

process.exitCode = await runProduce(process.argv.slice(2), openTerminal(), systemEffects);
