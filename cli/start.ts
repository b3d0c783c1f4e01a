// Runs what npm start runs, in a process that can load TypeScript already.

import "../local/check-node.mjs";
import { runStart } from "./start/run-start.ts";

await runStart(process.argv.slice(2));
