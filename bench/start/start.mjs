// Measures how long `npm start` takes: until the first record of a signed webhook is on the topic, and how much of that
// comes after the build.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { here } from "../support/functions.mjs";
import { finish, toValueRow } from "../support/report.mjs";
import { readFlags } from "../support/rounds.mjs";
import { median } from "../support/statistics.mjs";

const { rounds } = readFlags(5);
const afterBuildMsMax = 800;
const ports = {
  ...{ STANDIN_PORT: "4910", OBJECT_STORAGE_PORT: "4911" },
  ...{ HTTP_PORT: "4912", CLOUD_FUNCTIONS_PORT: "4913" },
};
const pollMs = 10;
const requestMsMax = 2_000;
const pause = () => new Promise((resolve) => setTimeout(resolve, pollMs));

async function timeBuild() {
  const startedMs = performance.now();
  await once(
    spawn(process.execPath, [here("../build.mjs")], { cwd: here(".."), stdio: "ignore" }),
    "exit",
  );
  return performance.now() - startedMs;
}

/** Returns the time until the first record, and what of it came after the build. */
async function timeStart() {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ["cli/bin.mjs", "start"], {
    cwd: here(".."),
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
    await pause();
  }
  while ((await sendFirst()) !== 200) {
    if (child.exitCode !== null) {
      throw new Error(`npm start ended with exit code ${child.exitCode}`);
    }
    await pause();
  }
  const endedMs = performance.now();
  child.kill("SIGINT");
  await once(child, "exit");
  return { total: endedMs - startedMs, afterBuild: endedMs - builtMs };
}

async function sendFirst() {
  const signal = AbortSignal.timeout(requestMsMax);
  const url = `http://127.0.0.1:${ports.HTTP_PORT}/webhook/open`;
  const response = await fetch(url, { method: "POST", body: "first", signal }).catch(
    () => undefined,
  );
  return response?.status;
}

const times = [];
for (let round = 0; round < rounds; round += 1) {
  times.push({ build: await timeBuild(), ...(await timeStart()) });
}
const of = (name) => Math.round(median(times.map((round) => round[name])));
finish("Start: until the first record", [
  toValueRow({
    name: "start, from the end of the build to the first record",
    note: `median of ${rounds}`,
    value: of("afterBuild"),
    unit: "ms",
    target: { atMost: afterBuildMsMax },
  }),
  toValueRow({
    name: "start, from npm start to the first record",
    note: `the build alone takes ${of("build")} ms`,
    value: of("total"),
    unit: "ms",
  }),
]);
