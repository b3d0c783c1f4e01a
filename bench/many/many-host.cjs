// Runs a function as a Lambda-shaped platform does: settings are the environment, and one event runs at a
// time. It is a child of many.mjs and redrive.mjs.
const { readFileSync } = require("node:fs");
const { performance } = require("node:perf_hooks");

let handler;

process.on("message", async (question) => {
  process.send(question.load === undefined ? await run(question) : load(question.load));
});

function load(path) {
  handler = require(path).handler;
  return { peakKib: process.resourceUsage().maxRSS };
}

async function run({ eventPath, event = JSON.parse(readFileSync(eventPath, "utf8")) }) {
  const context = { awsRequestId: "bench", getRemainingTimeInMillis: () => 60_000 };
  const startedMs = performance.now();
  const counts = await handler(event, context);
  const ms = performance.now() - startedMs;
  const { user, system } = process.cpuUsage();
  const cpuMs = (user + system) / 1_000;
  return { ms, cpuMs, counts, peakKib: process.resourceUsage().maxRSS };
}
