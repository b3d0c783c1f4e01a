// Measures how near one event of many records comes to the least possible time, and how much memory it
// takes. See docs/benchmarks.md.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessKey, secretKey, topic, toS3Record } from "../support/calls.mjs";
import { startChild } from "../support/child.mjs";
import { here, readArtifact } from "../support/functions.mjs";
import { finish, toRatioRow, toValueRow } from "../support/report.mjs";
import { interleave, readFlags } from "../support/rounds.mjs";
import { checkRequests, withSlowStream } from "../support/slow-stream.mjs";
import { median } from "../support/statistics.mjs";

const hostPath = here("many/many-host.cjs");
const rawHostPath = here("many/many-raw-host.mjs");
const artifactPath = here("../dist/bucket/index.js");
/** `--v8=--no-opt` shows the time without V8's optimizing compiler. */
const { rounds, v8 } = readFlags(9, { v8: { type: "string" } });
const answerMs = 5;
const keysCount = 200;
const concurrencies = [16, 64];
/** Targets of the first, the second and the last event of a process, and of the last one against a raw socket writer. */
const timesOfBound = { 16: [1.25, 1.25, 1.25], 64: [1.6, 1.7, 1.25] };
const timesOfRaw = 1.1;
/** The number of events in each process. */
const eventsCount = 5;
const memoryRounds = 3;
const concurrencyOfMemory = 64;
/** The smallest memory of an action on OpenWhisk and of a function on Lambda. */
const memoryMibMax = 128;
/** V8 chooses this heap on a machine with that much memory. */
const smallHeap = ["--max-old-space-size=64"];
const kibibyte = 1024;

/**
 * Makes events of 200 objects. Most of them change a few times, and a few change more often: at most 13
 * times in 1,000.
 */
function toEvent(count) {
  const names = Array.from({ length: count }, (_, index) => {
    // The golden ratio spreads evenly without a period. The power makes some names frequent.
    const even = (index * 0.618_033_988_749_895) % 1;
    return Math.floor(keysCount * even ** 1.2);
  });
  const records = names.map((name, index) => toS3Record(`photos/${name}.jpg`, index));
  const counts = countBy(names);
  const path = join(folder, `${count}.json`);
  const text = JSON.stringify({ Records: records });
  writeFileSync(path, text);
  return {
    path,
    count,
    bytes: text.length,
    keys: counts.size,
    longest: Math.max(...counts.values()),
  };
}

function countBy(values) {
  const counts = new Map();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

function start(endpoint, concurrency, execArgv = []) {
  return startChild(hostPath, {
    execArgv,
    env: {
      NCLOUD_ACCESS_KEY: accessKey,
      NCLOUD_SECRET_KEY: secretKey,
      DATASTREAM_ENDPOINT: endpoint,
      DATASTREAM_TOPIC: topic,
      DATASTREAM_PARTITIONS: "16",
      DATASTREAM_CONCURRENCY: String(concurrency),
      LOG_LEVEL: "warn",
    },
  });
}

async function runEvent(child, event, seen) {
  seen.requests.length = 0;
  const answer = await child.ask({ eventPath: event.path });
  if (answer.counts.delivered !== event.count) {
    throw new Error(`${JSON.stringify(answer.counts)} of ${event.count}`);
  }
  checkRequests(seen.requests, event.count);
  return answer;
}

/** Starts fresh processes. In each the first event opens its sockets, and the second finds them open. */
async function measureTimes(event) {
  return await withSlowStream(answerMs, async ({ endpoint, seen }) => {
    const times = await interleave(concurrencies, { rounds }, async (concurrency) => {
      const child = start(endpoint, concurrency, v8 === undefined ? [] : [v8]);
      await child.ask({ load: artifactPath });
      const ms = [];
      seen.inFlightMax = 0;
      for (let at = 0; at < eventsCount; at += 1) {
        ms.push((await runEvent(child, event, seen)).ms);
      }
      child.stop();
      if (seen.inFlightMax > concurrency) {
        throw new Error(`${seen.inFlightMax} in flight, ${concurrency} allowed`);
      }
      return ms;
    });
    return { times, delayMs: median(seen.delays) };
  });
}

/** Measures what the sockets alone allow: prepared requests, in a fresh process each. */
async function measureRaw({ count }) {
  return await withSlowStream(answerMs, async ({ endpoint, seen }) => {
    const port = Number(new URL(endpoint).port);
    return await interleave(concurrencies, { rounds }, async (inFlight) => {
      seen.requests.length = 0;
      const child = startChild(rawHostPath);
      const { ms } = await child.ask({ port, inFlight, count });
      child.stop();
      if (seen.requests.length !== count) {
        throw new Error(`${seen.requests.length} of ${count} requests`);
      }
      return ms;
    });
  });
}

async function measureMemory(events) {
  return await withSlowStream(answerMs, async ({ endpoint, seen }) => {
    const peaks = await interleave(events, { rounds: memoryRounds }, async (event) => {
      const child = start(endpoint, concurrencyOfMemory, smallHeap);
      const loaded = await child.ask({ load: artifactPath });
      const answer = await runEvent(child, event, seen);
      child.stop();
      return { loaded: loaded.peakKib, peak: answer.peakKib, ms: answer.ms };
    });
    const mib = (measured, of) => median(measured.map((one) => one[of])) / kibibyte;
    const [thousand, tenThousand] = peaks;
    return {
      loaded: mib(thousand, "loaded"),
      thousand: mib(thousand, "peak"),
      tenThousand: mib(tenThousand, "peak"),
      times: tenThousand.map(({ ms }) => ms),
    };
  });
}

function toTimeRows(event, times, raw) {
  return concurrencies.flatMap((concurrency, column) => {
    const row = (which, ours, target) => toTimeRow(event, concurrency, { which, ours, target });
    const of = (at) => times[column].map((ms) => ms[at]);
    const [first, second, fifth] = timesOfBound[concurrency];
    return [
      row("first event of a process", of(0), { atMost: first }),
      row("second event", of(1), { atMost: second }),
      row(`event ${eventsCount}`, of(eventsCount - 1), { atMost: fifth }),
      row("a raw socket writer of ready requests", raw[column]),
      toRatioRow({
        name: `many, ${concurrency} in flight, event ${eventsCount}, against the raw socket writer`,
        ...{ ours: of(eventsCount - 1), other: raw[column], unit: "ms", digits: 0 },
        target: { atMost: timesOfRaw },
      }),
    ];
  });
}

function toTimeRow({ count, keys, longest }, concurrency, { which, ours, target }) {
  const boundMs = Math.max(Math.ceil(count / concurrency), longest) * answerMs;
  return toRatioRow({
    name: `many, ${count} records of ${keys} keys, ${concurrency} in flight, ${which}, against the bound`,
    ours,
    other: ours.map(() => boundMs),
    unit: "ms",
    digits: 0,
    target,
  });
}

function toMemoryRow({ loaded, thousand, tenThousand }, { bytes }) {
  const mib = (value) => value.toFixed(0);
  return toValueRow({
    name: "many, peak memory of the process with 10,000 records",
    note:
      `RSS, ${mib(loaded)} MiB before, ${mib(thousand)} with 1,000 records; ` +
      `the event is ${mib(bytes / kibibyte ** 2)} MiB of JSON`,
    value: Math.round(tenThousand),
    unit: "MiB",
    target: { atMost: memoryMibMax },
  });
}

readArtifact("bucket");
const folder = mkdtempSync(join(tmpdir(), "bench-many-"));
try {
  const [thousand, tenThousand] = [toEvent(1_000), toEvent(10_000)];
  const { times, delayMs } = await measureTimes(thousand);
  const raw = await measureRaw(thousand);
  const memory = await measureMemory([thousand, tenThousand]);
  const ofTenThousand = { which: "first event in a heap of 64 MiB", ours: memory.times };
  finish(`Many: one event over a stream that answers after ${delayMs.toFixed(2)} ms (median)`, [
    ...toTimeRows(thousand, times, raw),
    toTimeRow(tenThousand, concurrencyOfMemory, ofTenThousand),
    toMemoryRow(memory, tenThousand),
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
