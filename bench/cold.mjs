// Cold cost of the webhook function: a fresh process loads the artifact as the OpenWhisk runner loads
// source, and delivers one GitHub webhook over loopback HTTPS. See README.md for the method.
import { execFileSync, fork } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const artifactPath = here("../dist/webhook/index.js");
const hostPath = here("../test/support/openwhisk-host.cjs");
const rounds = Math.min(Math.max(Number(process.argv[2]) || 25, 1), 200);
const node = process.argv[3] ?? process.execPath;
const answerTimeoutMs = 15_000;

const githubSecret = "bench-github-webhook-secret";
const body = Buffer.from(
  JSON.stringify({
    ref: "refs/heads/main",
    repository: { id: 1, full_name: "octo/relay" },
    commits: Array.from({ length: 20 }, (_, index) => ({
      id: String(index).repeat(40).slice(0, 40),
      message: "line: say what happened and why",
      timestamp: "2026-11-24T09:00:00+09:00",
      author: { name: "Mona", email: "mona@example.com" },
      modified: ["lib/relay.ts", "test/relay.test.ts"],
    })),
  }),
);

function webhookCall(port) {
  const signature = createHmac("sha256", githubSecret).update(body).digest("hex");
  return {
    activation_id: "bench",
    deadline: String(Date.now() + 60_000),
    value: {
      NCLOUD_ACCESS_KEY: "bench-access-key",
      NCLOUD_SECRET_KEY: "bench-secret-key",
      DATASTREAM_ENDPOINT: `https://localhost:${port}`,
      DATASTREAM_TOPIC: "bench",
      DATASTREAM_PARTITIONS: 3,
      WEBHOOK_SOURCES: { github: { verifier: "github" } },
      WEBHOOK_SECRETS: { github: [githubSecret] },
      LOG_LEVEL: "warn",
      __ow_method: "post",
      __ow_path: "/github",
      __ow_query: "",
      __ow_headers: {
        "content-type": "application/json",
        "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "x-github-event": "push",
        "x-hub-signature-256": `sha256=${signature}`,
      },
      __ow_body: body.toString("base64"),
    },
  };
}

function makeCertificate(folder) {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync(
    "openssl",
    ["req", "-x509", ...curve, ...name, "-days", "2", "-keyout", key, "-out", cert],
    { stdio: "pipe" },
  );
  return { key: readFileSync(key), cert: readFileSync(cert), certPath: cert };
}

async function startStream({ key, cert }) {
  const acknowledged = { count: 0 };
  const server = createServer({ key, cert }, async (request, response) => {
    const chunks = await request.toArray();
    const isComplete = isProduce(request, Buffer.concat(chunks).toString("utf8"));
    acknowledged.count += isComplete ? 1 : 0;
    response.writeHead(isComplete ? 200 : 400, { "content-type": "application/json" });
    response.end(isComplete ? '{"status":"200","detail":"OK"}' : '{"status":"400"}');
  });
  // The name, not an address: the functions look it up too, and must not try another one first.
  await once(server.listen(0, "localhost"), "listening");
  return { server, port: server.address().port, acknowledged };
}

function isProduce({ method, url, headers }, text) {
  const names = ["x-ncp-apigw-timestamp", "x-ncp-iam-access-key", "x-ncp-apigw-signature-v2"];
  const { topic, key, value } = JSON.parse(text);
  return (
    method === "POST" &&
    url === "/api/produce" &&
    names.every((name) => headers[name]) &&
    topic === "bench" &&
    key === "octo/relay" &&
    value.includes("refs/heads/main")
  );
}

/** Times are taken inside the process, around the load and around the first activation. */
async function measure(code, { certPath, port, acknowledged }) {
  const before = acknowledged.count;
  const child = fork(hostPath, {
    env: { NODE_EXTRA_CA_CERTS: certPath },
    execArgv: [],
    execPath: node,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said += chunk;
    });
  }
  try {
    const load = await ask(child, { init: { artifact: { kind: "source", code }, env: {} } });
    const first = await ask(child, { run: webhookCall(port) });
    const { statusCode } = JSON.parse(first.body);
    if (statusCode !== 200 || acknowledged.count !== before + 1) {
      throw new Error(`not acknowledged: ${load.body} ${first.body}\n${said}`);
    }
    return { load: load.ms, produce: first.ms, total: load.ms + first.ms };
  } finally {
    child.kill("SIGKILL");
  }
}

async function ask(child, question) {
  child.send(question);
  const [answer] = await once(child, "message", { signal: AbortSignal.timeout(answerTimeoutMs) });
  return answer;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function measureInTurn(variants, stream) {
  // The first round warms the server up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    for (const variant of round % 2 === 0 ? variants : variants.toReversed()) {
      const times = await measure(variant.code, stream);
      if (round > 0) {
        variant.times.push(times);
      }
    }
  }
}

function printTable(variants) {
  const nodeVersion = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  console.log(`Cold start, medians of ${rounds} interleaved rounds of fresh processes`);
  console.log(
    `Node ${nodeVersion}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}\n`,
  );
  const of = (variant, part) => median(variant.times.map((times) => times[part]));
  const reference = of(variants[0], "total");
  console.log(row(["", "bytes", "load ms", "first produce ms", "total ms", "ratio"]));
  for (const variant of variants) {
    const parts = ["load", "produce", "total"].map((part) => of(variant, part).toFixed(1));
    const ratio = (of(variant, "total") / reference).toFixed(2);
    console.log(row([variant.name, Buffer.byteLength(variant.code), ...parts, ratio]));
  }
}

function row([name, ...cells]) {
  return name.padEnd(24) + cells.map((cell) => String(cell).padStart(18)).join("");
}

if (!existsSync(artifactPath)) {
  throw new Error("dist/webhook/index.js is missing: run `npm run build` first.");
}
const minimal = readFileSync(here("minimal-function.mjs"), "utf8");
const variants = [
  {
    name: "written by hand",
    code: transformSync(minimal, { format: "cjs", minify: true, target: "node20" }).code,
    times: [],
  },
  { name: "dist/webhook", code: readFileSync(artifactPath, "utf8"), times: [] },
];
const folder = mkdtempSync(join(tmpdir(), "bench-cold-"));
try {
  const certificate = makeCertificate(folder);
  const stream = { ...certificate, ...(await startStream(certificate)) };
  try {
    await measureInTurn(variants, stream);
  } finally {
    stream.server.close();
    stream.server.closeAllConnections();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
printTable(variants);
