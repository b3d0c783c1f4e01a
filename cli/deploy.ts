// Deploys the functions to NAVER Cloud Functions through its management API.

import { systemEffects } from "../lib/adapters/system-effects.ts";
import { runDeploy } from "./deploy/command.ts";
import { openTerminal } from "./shared/terminal.ts";

process.exitCode = await runDeploy(process.argv.slice(2), openTerminal(), systemEffects);
