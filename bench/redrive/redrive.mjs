// Measures how near one run over a backlog of dead letters comes to what the storage allows, and how much
// memory it takes. See docs/benchmarks.md.
import { accessKey, secretKey, topic, toS3Record } from "../support/calls.mjs";
import { startChild } from "../support/child.mjs";
import { here, readArtifact } from "../support/functions.mjs";
import { finish, toRatioRow, toValueRow } from "../support/report.mjs";
import { interleave, readFlags } from "../support/rounds.mjs";
import { toLetterName, withSlowStorage } from "../support/slow-storage.mjs";
import { checkRequests, withSlowStream } from "../support/slow-stream.mjs";
import { median } from "../support/statistics.mjs";

const hostPath = here("many/many-host.cjs");
const bareHostPath = here("redrive/redrive-bare-host.mjs");
const artifactPath = here("../dist/redrive/index.js");
/** `--short` leaves out what has no target. */
const { rounds, short } = readFlags(3, { short: { type: "boolean" } });
const objectsCount = 10_000;
/** More than a run can drain. */
const backlogCount = 50_000;
const drainedMin = 20_000;
/** At least 60 % of what the storage allows. */
const ofBoundMax = 1 / 0.6;
const keysCount = 1_000;
const storageMs = 20;
const streamMs = 5;
/** The first is the default of REDRIVE_CONCURRENCY. */
const concurrencies = short ? [32] : [32, 64];
const memoryMibMax = 128;
const kibibyte = 1024;

function toLetter(index) {
  const name = `photos/${(index * 7919) % keysCount}.jpg`;
  const record = toS3Record(name, index);
  const id = String(index);
  const value = JSON.stringify({ specversion: "1.0", id, type: "bench", data: record });
  return `${JSON.stringify({ topic, key: name, value, id })}\n`;
}

/** The listing has no order: the golden ratio puts each name far from the one before. */
function toObjects(count) {
  const indices = [...Array(count).keys()].sort(
    (a, b) => ((a * 0.618_033_988_749_895) % 1) - ((b * 0.618_033_988_749_895) % 1),
  );
  return new Map(indices.map((index) => [toLetterName(index), toLetter(index)]));
}

function start(endpoint, storageEndpoint, concurrency) {
  return startChild(hostPath, {
    env: {
      NCLOUD_ACCESS_KEY: accessKey,
      NCLOUD_SECRET_KEY: secretKey,
      DATASTREAM_ENDPOINT: endpoint,
      DATASTREAM_TOPIC: topic,
      DATASTREAM_PARTITIONS: "16",
      OBJECT_STORAGE_ENDPOINT: storageEndpoint,
      DEAD_LETTER_BUCKET: "letters",
      REDRIVE_CONCURRENCY: String(concurrency),
      LOG_LEVEL: "warn",
    },
  });
}

/** Runs once over a backlog. Nothing may be lost, sent twice or out of order. */
async function drain(count, concurrency) {
  const objects = toObjects(count);
  return await withSlowStorage(storageMs, objects, async (storage) => {
    const use = async ({ endpoint, seen }) => {
      const child = start(endpoint, storage.endpoint, concurrency);
      const loaded = await child.ask({ load: artifactPath });
      const answer = await child.ask({ event: {} });
      child.stop();
      const { delivered } = answer.counts;
      if (delivered + objects.size !== count) {
        throw new Error(`${JSON.stringify(answer.counts)}, and ${objects.size} objects are left`);
      }
      checkRequests(seen.requests, delivered);
      return { ...answer, delivered, loadedKib: loaded.peakKib, asked: storage.seen };
    };
    return await withSlowStream(streamMs, use, false);
  });
}

/** Measures what the storage allows to a client that does nothing else. */
async function drainBare(concurrency) {
  const objects = toObjects(objectsCount);
  return await withSlowStorage(storageMs, objects, async (storage) => {
    const child = startChild(bareHostPath);
    const port = Number(new URL(storage.endpoint).port);
    const answer = await child.ask({ port, inFlight: concurrency, names: [...objects.keys()] });
    child.stop();
    if (objects.size > 0) {
      throw new Error(`${objects.size} objects are left`);
    }
    return answer;
  });
}

function toRows(concurrency, ours, bare) {
  const { list, get, remove, batch } = ours[0].asked;
  const mib = (of) => Math.round(median(ours.map((one) => one[of])) / kibibyte);
  const isDefault = concurrency === concurrencies[0];
  const perObject = median(ours.map(({ cpuMs }) => cpuMs)) / objectsCount;
  return [
    toRatioRow({
      name: `redrive, ${concurrency} reads at once, against a bare client that only reads and removes`,
      ours: ours.map(({ ms }) => ms),
      other: bare.map(({ ms }) => ms),
      unit: "ms",
      digits: 0,
      target: isDefault ? { atMost: Number(ofBoundMax.toFixed(2)) } : undefined,
    }),
    toValueRow({
      name: `redrive, ${concurrency} reads at once, CPU of an object`,
      note: `${list} listings, ${get} reads, ${batch} batches and ${remove} single removals`,
      value: Number(perObject.toFixed(2)),
      unit: "ms",
    }),
    toValueRow({
      name: `redrive, ${concurrency} reads at once, peak memory of the process`,
      note: `RSS, ${mib("loadedKib")} MiB before`,
      value: mib("peakKib"),
      unit: "MiB",
      target: isDefault ? { atMost: memoryMibMax } : undefined,
    }),
  ];
}

readArtifact("redrive");
const kinds = concurrencies.flatMap((concurrency) => [
  () => drain(objectsCount, concurrency),
  () => drainBare(concurrency),
]);
const measured = await interleave(kinds, { rounds }, (measure) => measure());
const { delivered } = await drain(backlogCount, concurrencies[0]);
finish(
  `Redrive: objects of one record, ${keysCount} keys, ${storageMs} ms of storage, ${streamMs} of stream`,
  [
    ...concurrencies.flatMap((one, at) => toRows(one, measured[2 * at], measured[2 * at + 1])),
    toValueRow({
      name: `redrive, one run of 45 s over ${backlogCount} objects, ${concurrencies[0]} reads at once`,
      value: delivered,
      unit: "delivered",
      target: { atLeast: drainedMin },
    }),
  ],
);
