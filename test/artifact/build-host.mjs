// Builds the project in the current folder at each message, and answers with the exit code. A process that builds many times
// compiles the commands and the parser once.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const { loadSources } = await import(pathToFileURL(resolve("cli/load-sources.mjs")).href);
const { runMain } = await loadSources("main.ts");
process.on("message", async () => process.send(await runMain(["build"])));
