// Measures how fast the emulator starts, how many signed produces a second it accepts, and how much memory
// 100,000 records take, without and with --data. The emulator is a process of its own; the load comes from
// this process. See docs/benchmarks.md.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { finish, toValueRow } from "./report.mjs";

const targets = { startMs: 1000, producesPerSecond: 5000 };
const starts = 5;
const sockets = 32;
const warmUpMs = 1000;
const measuredMs = 5000;
/** The load ends at this time, so that a busy machine does not delay the whole run. */
const loadMsMax = 14_000;
const records = 100_000;
const mebibyte = 1024 * 1024;

const accessKey = "bench-access-key";
const secretKey = "bench-secret-key";
const target = "/api/produce";
const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs TypeScript with tsx, as `npm start` does. */
function standInSource(dataDirectory) {
  const options = {
    port: 0,
    topics: { bench: 16 },
    accessKeys: { [accessKey]: secretKey },
    recordsMax: records,
    ...(dataDirectory && { dataDirectory }),
  };
  return `
    import { startEmulator } from "./local/data-stream/server.ts";
    const { port, close } = await startEmulator(${JSON.stringify(options)});
    process.on("message", () => process.send({ rss: process.memoryUsage().rss }));
    process.on("SIGTERM", () => close().then(() => process.exit(0)));
    process.send({ port, rss: process.memoryUsage().rss });
  `;
}

async function startProcess(dataDirectory) {
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", standInSource(dataDirectory)],
    { cwd: root, stdio: ["ignore", "inherit", "inherit", "ipc"] },
  );
  const [{ port, rss }] = await Promise.race([once(child, "message"), failure(child)]);
  return { child, port, rss, startMs: performance.now() - startedMs };
}

async function failure(child) {
  const [code] = await once(child, "exit");
  throw new Error(`the stand-in ended by itself with ${code}`);
}

async function stop(child) {
  const ended = once(child, "exit");
  child.kill();
  await ended;
}

async function rssOf(child) {
  child.send("rss?");
  const [{ rss }] = await once(child, "message");
  return rss;
}

/** Produces a CloudEvent of a webhook's size. Every request is signed anew, as a real caller does. */
function produce(agent, port, count) {
  const value = JSON.stringify({
    specversion: "1.0",
    id: String(count),
    source: "bench",
    type: "com.example.bench",
    data: "x".repeat(300),
  });
  const body = JSON.stringify({ topic: "bench", key: `key-${count % 1000}`, value });
  const timestamp = String(Date.now());
  const text = `POST ${target}\n${timestamp}\n${accessKey}`;
  const headers = {
    "content-length": Buffer.byteLength(body),
    "content-type": "application/json",
    "x-ncp-apigw-timestamp": timestamp,
    "x-ncp-iam-access-key": accessKey,
    "x-ncp-apigw-signature-v2": createHmac("sha256", secretKey).update(text).digest("base64"),
  };
  return new Promise((resolve, reject) => {
    const call = request({ agent, port, host: "127.0.0.1", method: "POST", path: target, headers });
    call.on("error", reject);
    call.on("response", (response) => {
      response.resume().on("end", () => {
        response.statusCode === 200
          ? resolve()
          : reject(new Error(`answered ${response.statusCode}`));
      });
    });
    call.end(body);
  });
}

/** Each socket sends its next request when it has the response to the one before. */
async function load(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const startedMs = performance.now();
  const done = { count: 0, measured: 0 };
  const since = () => performance.now() - startedMs;
  async function sendInTurn() {
    while (done.count < records && since() < loadMsMax) {
      done.count += 1;
      await produce(agent, port, done.count);
      if (since() >= warmUpMs && since() < warmUpMs + measuredMs) {
        done.measured += 1;
      }
    }
  }
  await Promise.all(Array.from({ length: sockets }, sendInTurn));
  agent.destroy();
  const seconds = Math.min(measuredMs, since() - warmUpMs) / 1000;
  return { produced: done.count, perSecond: done.measured / seconds };
}

async function storedOn(port) {
  const { topics } = await (await fetch(`http://127.0.0.1:${port}/_/topics`)).json();
  return topics[0].partitions.reduce((sum, { next }) => sum + next, 0);
}

function median(values) {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
}

/** Measures one way of keeping records, and at the end a start with everything that the load left behind. */
async function measure(dataDirectory) {
  const startTimes = [];
  for (let index = 1; index < starts; index += 1) {
    const { child, startMs } = await startProcess(dataDirectory);
    startTimes.push(startMs);
    await stop(child);
  }
  const { child, port, rss, startMs } = await startProcess(dataDirectory);
  startTimes.push(startMs);
  const { produced, perSecond } = await load(port);
  const stored = await storedOn(port);
  if (stored !== produced) {
    throw new Error(`${produced} were acknowledged and ${stored} stored`);
  }
  const rssLoaded = await rssOf(child);
  await stop(child);
  const restart = dataDirectory && (await measureRestart(dataDirectory, produced));
  return { startMs: median(startTimes), perSecond, produced, rss, rssLoaded, ...restart };
}

async function measureRestart(dataDirectory, produced) {
  const { child, port, startMs } = await startProcess(dataDirectory);
  const stored = await storedOn(port);
  await stop(child);
  if (stored !== produced) {
    throw new Error(`${produced} were acknowledged and ${stored} are there after the restart`);
  }
  return { restartMs: startMs };
}

async function measureWithData() {
  const dataDirectory = await mkdtemp(join(tmpdir(), "stand-in-bench-"));
  try {
    return await measure(dataDirectory);
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

function toRows(name, { startMs, perSecond, produced, rss, rssLoaded, restartMs }) {
  const toMebibytes = (bytes) => Math.round(bytes / mebibyte);
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
      value: Math.round(perSecond),
      unit: "a second",
      target: { atLeast: targets.producesPerSecond },
    }),
    toValueRow({
      name: `stand-in ${name}, memory with ${produced} records`,
      note: `RSS, ${toMebibytes(rss)} MiB at start`,
      value: toMebibytes(rssLoaded),
      unit: "MiB",
    }),
  ];
  const again = `stand-in ${name}, start-up with ${produced} records`;
  return restartMs === undefined
    ? rows
    : [...rows, toValueRow({ name: again, value: Math.round(restartMs), unit: "ms" })];
}

finish(
  `Stand-in: Node.js ${process.version}, ${availableParallelism()} cores, ${sockets} sockets`,
  [...toRows("in memory", await measure()), ...toRows("with --data", await measureWithData())],
);
