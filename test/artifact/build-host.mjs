// Builds the project in the current folder at each message, and answers with the exit code. A process that builds many times
// compiles the commands and the parser once.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const { loadSources } = await import(pathToFileURL(resolve("cli/load-sources.mjs")).href);
const { runMain } = await loadSources("main.ts");
// Each command listens for errors of both, because it is the only one of its process.
process.stdout.setMaxListeners(0);
process.stderr.setMaxListeners(0);
process.on("message", async () => process.send(await runMain(["build"])));
