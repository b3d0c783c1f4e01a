// Measures how fast the emulator starts, how many signed produces a second it accepts and at what CPU time, and how much
// memory its records take, without and with --data. The emulator is a process of its own; the load comes from this process.
// A server of node:http that writes the same bytes shows what HTTP alone costs. See docs/benchmarks.md.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { accessKey, secretKey, topic } from "../support/calls.mjs";
import { here } from "../support/functions.mjs";
import { finish, toRatioRow, toValueRow } from "../support/report.mjs";
import { interleave, readFlags } from "../support/rounds.mjs";
import { median } from "../support/statistics.mjs";
import { produceFor } from "./produce-load.mjs";

const { rounds } = readFlags(5);
/**
 * A signed produce took 93 µs of CPU on 2026-11-29 (commit 0e23920), where node:http took 18 to 20: at least 4.65 times as
 * much. The target is 70 % of that. The emulator also checks the signature, the message and the clock, and keeps the record.
 */
const targets = { startMs: 1000, timesOfBare: 3.2 };
const ways = [
  { name: "in memory", hasData: false, producesPerSecond: 20_000 },
  { name: "with --data", hasData: true, producesPerSecond: 15_000 },
];
const starts = 5;
const sockets = 32;
const warmUpMs = 2_000;
const roundMs = 1_500;
const recordsMax = 100_000;
const mebibyte = 1024 * 1024;

function emulatorSource(dataDirectory) {
  const options = {
    ...{ port: 0, topics: { [topic]: 16 }, accessKeys: { [accessKey]: secretKey }, recordsMax },
    ...(dataDirectory && { dataDirectory }),
  };
  // It is bundled as the commands are.
  return `
    import { loadSources } from "./cli/load-sources.mjs";
    const { startEmulator } = await loadSources("../local/data-stream/server.ts");
    const { port, close } = await startEmulator(${JSON.stringify(options)});
    process.on("SIGTERM", () => close().then(() => process.exit(0)));
    const tell = () => process.send({ port, cpu: process.cpuUsage(), rss: process.memoryUsage().rss });
    process.on("message", tell);
    tell();
  `;
}

async function startProcess(args) {
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: here(".."),
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`a server ended by itself with ${code}`);
  });
  failed.catch(() => undefined);
  const [{ port, rss }] = await Promise.race([once(child, "message"), failed]);
  return { child, port, rss, startMs: performance.now() - startedMs };
}

const startEmulator = (dataDirectory) =>
  startProcess(["--input-type=module", "--eval", emulatorSource(dataDirectory)]);

async function stop({ child }) {
  const ended = once(child, "exit");
  child.kill();
  await ended;
}

async function ask({ child }) {
  child.send("how are you?");
  const [answer] = await once(child, "message");
  return answer;
}

/** Produces for a time and returns what the server took for each request. */
async function loadFor(ms, server) {
  const { cpu: before } = await ask(server);
  const { produced, perSecond, ownMicros } = await produceFor(ms, { port: server.port, sockets });
  const { cpu } = await ask(server);
  const micros = cpu.user + cpu.system - before.user - before.system;
  server.produced = (server.produced ?? 0) + produced;
  return { perSecond, ownMicros, cpuMicros: micros / produced };
}

async function storedOn({ port }) {
  const { topics } = await (await fetch(`http://127.0.0.1:${port}/_/topics`)).json();
  return topics[0].partitions.reduce((sum, { next }) => sum + next, 0);
}

async function checkStored(server, produced) {
  const stored = await storedOn(server);
  if (stored !== produced) {
    throw new Error(`${produced} were acknowledged and ${stored} are stored`);
  }
}

/** Measures one way of keeping records, and at the end a start with everything that the load left behind. */
async function measure(dataDirectory) {
  const startTimes = [];
  for (let index = 1; index < starts; index += 1) {
    const server = await startEmulator(dataDirectory);
    startTimes.push(server.startMs);
    await stop(server);
  }
  const servers = [
    await startEmulator(dataDirectory),
    await startProcess([here("stand-in/bare-server.mjs")]),
  ];
  const [emulator, bareServer] = servers;
  startTimes.push(emulator.startMs);
  for (const server of servers) {
    await loadFor(warmUpMs, server);
  }
  const [ours, bare] = await interleave(servers, { rounds }, (server) => loadFor(roundMs, server));
  const { produced, rss } = emulator;
  await checkStored(emulator, produced);
  const { rss: rssLoaded } = await ask(emulator);
  await stop(emulator);
  await stop(bareServer);
  const restart = dataDirectory && (await measureRestart(dataDirectory, produced));
  return { startMs: median(startTimes), ours, bare, produced, rss, rssLoaded, ...restart };
}

async function measureRestart(dataDirectory, produced) {
  const server = await startEmulator(dataDirectory);
  await checkStored(server, produced);
  await stop(server);
  return { restartMs: server.startMs };
}

async function measureWithData() {
  const dataDirectory = await mkdtemp(join(tmpdir(), "stand-in-bench-"));
  try {
    return await measure(dataDirectory);
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

function toRows({ name, hasData, producesPerSecond }, measured) {
  const { startMs, ours, bare, produced, rss, rssLoaded, restartMs } = measured;
  const toMebibytes = (bytes) => Math.round(bytes / mebibyte);
  const micros = (all, one) => all.map((round) => round[one]);
  const own = median(micros(ours, "ownMicros")).toFixed(0);
  const rows = [
    toValueRow({
      name: `stand-in ${name}, start-up`,
      note: `median of ${starts}`,
      value: Math.round(startMs),
      unit: "ms",
      target: { atMost: targets.startMs },
    }),
    toValueRow({
      name: `stand-in ${name}, signed produces`,
      note: `the load itself takes ${own} µs of CPU a request`,
      value: Math.round(median(micros(ours, "perSecond"))),
      unit: "a second",
      target: { atLeast: producesPerSecond },
    }),
    toRatioRow({
      name: `stand-in ${name}, CPU of a signed produce, against node:http with the same bytes`,
      ours: micros(ours, "cpuMicros"),
      other: micros(bare, "cpuMicros"),
      unit: "µs",
      target: hasData ? undefined : { atMost: targets.timesOfBare },
    }),
    toValueRow({
      name: `stand-in ${name}, memory after ${produced} records, of which ${recordsMax} are kept`,
      note: `RSS, ${toMebibytes(rss)} MiB at start`,
      value: toMebibytes(rssLoaded),
      unit: "MiB",
    }),
  ];
  const again = `stand-in ${name}, start-up with ${Math.min(produced, recordsMax)} records`;
  return restartMs === undefined
    ? rows
    : [...rows, toValueRow({ name: again, value: Math.round(restartMs), unit: "ms" })];
}

const rows = [];
for (const way of ways) {
  rows.push(...toRows(way, await (way.hasData ? measureWithData() : measure())));
}
finish(
  `Stand-in: Node.js ${process.version}, ${availableParallelism()} cores, ${sockets} sockets`,
  rows,
);
