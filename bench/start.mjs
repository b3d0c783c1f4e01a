// Measures how long `npm start` takes beside its build: until the first record of a signed webhook is on the topic.
// It prints times and their ratio, and judges nothing.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { median } from "./statistics.mjs";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const ports = {
  ...{ STANDIN_PORT: "4910", OBJECT_STORAGE_PORT: "4911" },
  ...{ HTTP_PORT: "4912", CLOUD_FUNCTIONS_PORT: "4913" },
};
const pollMs = 10;

async function timeBuild() {
  const startedMs = performance.now();
  await once(spawn(process.execPath, ["build.mjs"], { stdio: "ignore" }), "exit");
  return performance.now() - startedMs;
}

/** Returns the time until the first record, and what of it came after the build. */
async function timeStart() {
  const startedMs = performance.now();
  const args = ["cli/bin.mjs", "start"];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...ports },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let builtMs = 0;
  let isReady = false;
  child.stdout.on("data", (chunk) => {
    // The table of sizes is the build's last word.
    builtMs ||= String(chunk).includes("webhook") ? performance.now() : 0;
    isReady ||= String(chunk).includes("Ctrl-C ends everything");
  });
  while (!isReady && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const url = `http://127.0.0.1:${ports.HTTP_PORT}/webhook/open`;
  let status;
  while (status !== 200) {
    if (child.exitCode !== null) {
      throw new Error(`npm start ended with exit code ${child.exitCode}`);
    }
    const reply = await fetch(url, {
      method: "POST",
      body: "first",
      signal: AbortSignal.timeout(2_000),
    }).catch(() => undefined);
    status = reply?.status;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const endedMs = performance.now();
  child.kill("SIGINT");
  await once(child, "exit");
  return { total: endedMs - startedMs, afterBuild: endedMs - builtMs };
}

const rounds = [];
for (let round = 0; round < Number(values.rounds); round += 1) {
  rounds.push({ build: await timeBuild(), ...(await timeStart()) });
}
const of = (name) => Math.round(median(rounds.map((round) => round[name])));
console.log(`build                    ${of("build")} ms`);
console.log(`start to first record    ${of("total")} ms`);
console.log(`of it after the build    ${of("afterBuild")} ms`);
console.log(`start / build            ${(of("total") / of("build")).toFixed(2)}`);
