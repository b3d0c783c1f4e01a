// Writes what is on each topic: asyncapi.json for tools, and events.d.ts for consumers in TypeScript.

import { runContract } from "./contract/command.ts";
import { openTerminal } from "./shared/terminal.ts";

process.exitCode = await runContract(process.argv.slice(2), openTerminal());
