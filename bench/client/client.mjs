// Compares the throughput of lib/http/client.ts with undici's pool and a raw socket writer. See docs/benchmarks.md.
import { fork } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { accessKey, secretKey, topic } from "../support/calls.mjs";
import { startChild } from "../support/child.mjs";
import { here, installPeers } from "../support/functions.mjs";
import { finish, toRatioRow } from "../support/report.mjs";
import { interleave, readFlags } from "../support/rounds.mjs";
import { median } from "../support/statistics.mjs";
import { withCertificate } from "../support/stream.mjs";

const { rounds } = readFlags(11);
const names = ["transport", "undici Pool.request", "raw socket"];
const settings = [
  // With one request at a time both CPUs sleep in between, so only long rounds give stable results.
  { scheme: "http", inFlight: 1, requests: 8_000 },
  { scheme: "http", inFlight: 16, requests: 3_000 },
  { scheme: "http", inFlight: 64, requests: 3_000 },
  { scheme: "https", inFlight: 16, requests: 2_000 },
];
const warmUpRounds = 2;

/** Makes a produce request of 0.5 KB with the headers of a signed one. */
function toExchange(url, cert) {
  const value = JSON.stringify({
    specversion: "1.0",
    id: "1",
    source: "bench",
    type: "bench",
    data: "x".repeat(300),
  });
  const body = JSON.stringify({ topic, key: "key-1", value });
  const timestamp = String(Date.now());
  const text = `POST /api/produce\n${timestamp}\n${accessKey}`;
  const headers = {
    host: new URL(url).host,
    "content-type": "application/json",
    "content-length": String(body.length),
    "x-ncp-apigw-timestamp": timestamp,
    "x-ncp-iam-access-key": accessKey,
    "x-ncp-apigw-signature-v2": createHmac("sha256", secretKey).update(text).digest("base64"),
  };
  return { url, headers, body, ca: cert };
}

async function bundleHost(folder) {
  installPeers();
  const outfile = join(folder, "client-host.mjs");
  await build({
    entryPoints: [here("client/client-host.mjs")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "warning",
    // undici is CommonJS and loads Node's own modules with `require`.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return outfile;
}

async function measureInTurn({ hostPath, certificate, ports }, { scheme, inFlight, requests }) {
  const host = scheme === "https" ? "localhost" : "127.0.0.1";
  const url = `${scheme}://${host}:${ports[scheme]}/api/produce`;
  const exchange = toExchange(url, certificate.cert.toString());
  const env = { NODE_EXTRA_CA_CERTS: certificate.certPath };
  const children = names.map(() => startChild(hostPath, { env }));
  try {
    for (const [at, child] of children.entries()) {
      await child.ask({ client: names[at], exchange });
    }
    return await interleave(children, { rounds, uncounted: warmUpRounds }, async (child, at) => {
      const answer = await child.ask({ requests, inFlight });
      if (answer.bad > 0) {
        throw new Error(`${names[at]}: ${answer.bad} of ${requests} not acknowledged`);
      }
      return answer;
    });
  } finally {
    for (const child of children) {
      child.stop();
    }
  }
}

function toRows({ scheme, inFlight }, [ours, pool, raw]) {
  const perSecond = (measured) => measured.map((of) => of.perSecond);
  const cpu = (measured) => `${median(measured.map((of) => of.cpuMicros)).toFixed(0)} µs`;
  const row = (than, other, target) =>
    toRatioRow({
      name: `client, ${scheme}, ${inFlight} in flight, ${than}`,
      note: `CPU ${cpu(ours)} and ${cpu(other)} a request`,
      ours: perSecond(ours),
      other: perSecond(other),
      unit: "requests/s",
      digits: 0,
      target,
    });
  return [
    row("against undici's pool", pool, { atLeast: 1 }),
    row("against a raw socket writer", raw),
  ];
}

const rows = await withCertificate(async (certificate) => {
  const folder = mkdtempSync(join(tmpdir(), "bench-client-"));
  const keyPath = join(dirname(certificate.certPath), "key.pem");
  const server = fork(here("client/fast-server.mjs"), [keyPath, certificate.certPath], {
    execArgv: [],
  });
  try {
    const [ports] = await once(server, "message");
    const hostPath = await bundleHost(folder);
    const found = [];
    for (const setting of settings) {
      const measured = await measureInTurn({ hostPath, certificate, ports }, setting);
      found.push(...toRows(setting, measured));
    }
    return found;
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});
finish("Client: requests a second of lib/http/client.ts", rows);
