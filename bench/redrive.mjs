// Measures how near one run over a backlog of dead letters comes to what the storage allows, and how much
// memory it takes. See docs/benchmarks.md.
import { accessKey, secretKey, topic, toS3Record } from "./calls.mjs";
import { startChild } from "./child.mjs";
import { here, readArtifact } from "./functions.mjs";
import { finish, toRatioRow, toValueRow } from "./report.mjs";
import { readFlags } from "./rounds.mjs";
import { toLetterName, withSlowStorage } from "./slow-storage.mjs";
import { checkRequests, withSlowStream } from "./slow-stream.mjs";
import { median } from "./statistics.mjs";

const hostPath = here("many-host.cjs");
const artifactPath = here("../dist/redrive/index.js");
const { rounds } = readFlags(3);
const objectsCount = 10_000;
const keysCount = 1_000;
const storageMs = 20;
const streamMs = 5;
/** The default of REDRIVE_CONCURRENCY. */
const concurrency = 16;
const runMsMax = 45_000;
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
function toObjects() {
  const indices = [...Array(objectsCount).keys()].sort(
    (a, b) => ((a * 0.618_033_988_749_895) % 1) - ((b * 0.618_033_988_749_895) % 1),
  );
  return new Map(indices.map((index) => [toLetterName(index), toLetter(index)]));
}

function start(endpoint, storageEndpoint) {
  return startChild(hostPath, {
    env: {
      NCLOUD_ACCESS_KEY: accessKey,
      NCLOUD_SECRET_KEY: secretKey,
      DATASTREAM_ENDPOINT: endpoint,
      DATASTREAM_TOPIC: topic,
      DATASTREAM_PARTITIONS: "16",
      OBJECT_STORAGE_ENDPOINT: storageEndpoint,
      DEAD_LETTER_BUCKET: "letters",
      LOG_LEVEL: "warn",
    },
  });
}

async function measure() {
  const objects = toObjects();
  return await withSlowStorage(storageMs, objects, async (storage) =>
    withSlowStream(streamMs, async ({ endpoint, seen }) => {
      const child = start(endpoint, storage.endpoint);
      const loaded = await child.ask({ load: artifactPath });
      const { ms, counts, peakKib } = await child.ask({ event: {} });
      child.stop();
      if (counts.delivered !== objectsCount || counts.oldestAgeSeconds !== 0 || objects.size > 0) {
        throw new Error(`${JSON.stringify(counts)}, and ${objects.size} objects are left`);
      }
      checkRequests(seen.requests, objectsCount);
      return { ms, peakKib, loadedKib: loaded.peakKib, asked: storage.seen };
    }),
  );
}

readArtifact("redrive");
const measured = [];
for (let round = 0; round < rounds; round += 1) {
  measured.push(await measure());
}
const times = measured.map(({ ms }) => ms);
const boundMs = Math.ceil(objectsCount / concurrency) * storageMs;
const mib = (of) => Math.round(median(measured.map((one) => one[of])) / kibibyte);
const { list, get, remove, batch } = measured[0].asked;
finish(
  `Redrive: ${objectsCount} objects of one record, ${keysCount} keys, ${storageMs} ms of storage, ${streamMs} of stream`,
  [
    toRatioRow({
      name: `redrive, one run, against reading ${concurrency} objects at once and nothing else`,
      ours: times,
      other: times.map(() => boundMs),
      unit: "ms",
      digits: 0,
    }),
    toValueRow({
      name: "redrive, one run",
      note: `${list} listings, ${get} reads, ${batch} batches and ${remove} single removals`,
      value: Math.round(median(times)),
      unit: "ms",
      target: { atMost: runMsMax },
    }),
    toValueRow({
      name: "redrive, peak memory of the process",
      note: `RSS, ${mib("loadedKib")} MiB before`,
      value: mib("peakKib"),
      unit: "MiB",
      target: { atMost: memoryMibMax },
    }),
  ],
);
