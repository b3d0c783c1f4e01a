// Sends a steady load through all built functions in frozen and thawed OpenWhisk hosts of 128 MB, with a proxy
// that injects faults and the emulator behind it. It compares what was acknowledged with what is on the topic, and
// exits with 1 if something was lost, reordered or duplicated without a reason, or if a process died or grew. See
// docs/benchmarks.md.
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startEmulator } from "../local/data-stream/server.ts";
import { startObjectStorage } from "../local/object-storage/server.ts";
import { type NextFault, type ProxyFault, startTcpProxy } from "../test/support/tcp-proxy.ts";
import { functionNames, loadFunctions, tokenForm } from "./soak-functions.ts";

type Cgroup = { readonly processes: string; readonly remove: () => void };
type CgroupModule = {
  readonly createCgroup: (name: string, bytesMax: number) => Cgroup | undefined;
};
const { createCgroup } = (await import(
  new URL("cgroup.mjs", import.meta.url).href
)) as CgroupModule;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const artifactPathOf = (name: string) => here(`../dist/${name}/index.js`);
const hostPath = here("../test/support/openwhisk-host.cjs");

const { values: flags } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seconds: { type: "string" },
    rate: { type: "string", default: "50" },
    keys: { type: "string", default: "20" },
    hosts: { type: "string", default: "2" },
    seed: { type: "string", default: "1" },
    node: { type: "string", default: process.execPath },
  },
});
const seconds = numberOf(flags.seconds ?? String(60 * Number(flags.minutes)), 1, 86_400);
const rate = numberOf(flags.rate, 1, 1_000);
const keysCount = numberOf(flags.keys, 1, 1_000);
const hostsCount = numberOf(flags.hosts, 1, 16);

const memoryMib = 128;
const rssMibMax = 110;
/** Growth from the third fifth of the time to the last. A shorter run ends before the heap has found its size. */
const growthMibMax = 8;
const growthSecondsMin = 300;

const secrets = { accessKey: "soak-access-key", secretKey: "soak-secret-key", hmac: "soak-hmac" };
const topic = "soak";
const answerTimeoutMs = 15_000;
const deliveryTimeoutMs = 1_500;
const resendMs = 500;
const outage = { everyMs: 20_000, fromMs: 10_000, untilMs: 12_500 };
const chance = { requestFault: 0.12, refuse: 0.1, replyLost: 0.01 };
const requestFaults: readonly ProxyFault[] = [
  ...(["cutBeforeRequest", "cutAfterRequest", "cutInHead", "cutInBody", "halfClose"] as const),
  ...(["trickleRequest", "trickleAnswer", "endAfterAnswer", "delay"] as const),
  ...(["stall", "stallAfterHead"] as const),
];
/** The fault scripts run one after the other, one second each. */
const scripts = [
  { status: 429 },
  { status: 503 },
  { cut: "after" },
  { cut: "before" },
  { status: 200, body: "<html>not the API</html>" },
  { delayMs: 30 },
];

type CallEnd = {
  readonly ending: string;
  readonly attempts: number;
  readonly uncertain: number;
  readonly delivered: number;
  readonly stored: number;
  readonly oldestAgeSeconds?: number;
  readonly ms: number;
};
type Reply = { readonly statusCode: number };
type Host = Awaited<ReturnType<typeof startHost>>;
type Delivery = { readonly key: string; readonly seq: number; readonly id: string };
/** Everything that is known of one message from its calls. */
type SentMessage = Delivery & {
  calls: number;
  acknowledged: boolean;
  delivered: number;
  uncertain: number;
};

const random = createRandom(Number(flags.seed));
const startedMs = Date.now();
const elapsedMs = () => Date.now() - startedMs;
const isOver = () => elapsedMs() >= seconds * 1_000;
const known = new Map<string, SentMessage>();
const counts = { calls: 0, delivered: 0, failed: 0, repliesLost: 0, attempts: 0, uncertain: 0 };
const callMs: number[] = [];
const strangeLines: string[] = [];
/**
 * Measures how long this process, with the emulator and the proxy in it, got no turn. That time belongs to
 * the machine.
 */
const stalls = monitorEventLoopDelay({ resolution: 10 });
stalls.enable();

if (!existsSync(artifactPathOf("webhook"))) {
  throw new Error("dist/webhook/index.js is missing: run `npm run build` first.");
}
const emulator = await startEmulator({
  log: () => undefined,
  port: 0,
  topics: { [topic]: 3 },
  accessKeys: { [secrets.accessKey]: secrets.secretKey },
  recordsMax: 10_000_000,
  recordBytesMax: 2 ** 30,
});
const storage = await startObjectStorage({
  port: 0,
  buckets: ["letters"],
  accessKeys: { [secrets.accessKey]: secrets.secretKey },
});
const proxy = await startTcpProxy(emulator.port, nextFault());
const webhookHosts = await Promise.all(
  Array.from({ length: hostsCount }, () => startHost("webhook")),
);
const functionHosts = await Promise.all(functionNames.map(startHost));
const hosts = [...webhookHosts, ...functionHosts];
const pool = createPool(webhookHosts);
const samples = hosts.map(() => [] as { atMs: number; rssKib: number; files: number }[]);
const sampling = setInterval(sample, 1_000);
const playing = playScripts();
const [functions] = await Promise.all([
  loadFunctions(
    new Map(functionHosts.map((host) => [host.name, host])),
    {
      ...toStreamSettings(),
      DEAD_LETTER_BUCKET: "letters",
      OBJECT_STORAGE_ENDPOINT: storage.origin,
    },
    isOver,
  ),
  ...Array.from({ length: keysCount }, (_, index) => send(`key-${index}`, index)),
]);
sample();
clearInterval(sampling);
await playing;
const isGood = report(await readTopic());
for (const host of hosts) {
  host.stop();
}
await proxy.close();
await storage.close();
await emulator.close();
process.exitCode = isGood ? 0 : 1;

/** Sends as a sender does: 200 ends a delivery, anything else repeats it, and a key keeps its order. */
async function send(key: string, index: number): Promise<void> {
  const everyMs = (1_000 * keysCount) / rate;
  await sleep((everyMs * index) / keysCount);
  for (let [seq, nextMs] = [1, Date.now()]; !isOver(); seq += 1) {
    const delivery = { key, seq, id: `${key}-${seq}` };
    const message = { ...delivery, calls: 0, acknowledged: false, delivered: 0, uncertain: 0 };
    known.set(message.id, message);
    while (!(await call(message))) {
      await sleep(resendMs * random());
    }
    message.acknowledged = true;
    nextMs = Math.max(nextMs + everyMs, Date.now());
    await sleep(nextMs - Date.now());
  }
}

/** Returns whether the sender learned that its event is safe. */
async function call(message: SentMessage): Promise<boolean> {
  message.calls += 1;
  const activationId = `${message.id}-${message.calls}`;
  const host = await pool.take();
  const { reply, ended } = await host.run(activationId, toParameters(message));
  pool.giveBack(host);
  counts.calls += 1;
  counts.attempts += ended.attempts;
  counts.uncertain += ended.uncertain;
  callMs.push(ended.ms);
  message.uncertain += ended.uncertain;
  if (reply.statusCode !== 200) {
    counts.failed += 1;
    return false;
  }
  message.delivered += 1;
  counts.delivered += 1;
  const isLost = random() < chance.replyLost;
  counts.repliesLost += isLost ? 1 : 0;
  return !isLost;
}

function toParameters({ key, seq, id }: Delivery): object {
  const body = JSON.stringify({
    id,
    key,
    seq,
    text: "line: say what happened and why ".repeat(16),
  });
  return {
    ...toStreamSettings(),
    WEBHOOK_SOURCES: {
      shop: { verifier: "hmac", header: "x-shop-signature", id: ["body:/id"], key: ["body:/key"] },
    },
    WEBHOOK_SECRETS: { shop: [secrets.hmac] },
    __ow_method: "post",
    __ow_path: "/shop",
    __ow_query: "",
    __ow_headers: {
      "content-type": "application/json",
      "x-shop-signature": createHmac("sha256", secrets.hmac).update(body).digest("hex"),
    },
    __ow_body: Buffer.from(body).toString("base64"),
  };
}

function toStreamSettings(): object {
  return {
    NCLOUD_ACCESS_KEY: secrets.accessKey,
    NCLOUD_SECRET_KEY: secrets.secretKey,
    DATASTREAM_ENDPOINT: proxy.origin,
    DATASTREAM_TOPIC: topic,
    DATASTREAM_PARTITIONS: 3,
    ATTEMPT_TIMEOUT_MS: 200,
    DELIVERY_TIMEOUT_MS: deliveryTimeoutMs,
  };
}

function nextFault(): NextFault {
  const ofConnection = (): ProxyFault | undefined =>
    isOutage() || random() < chance.refuse ? "refuse" : undefined;
  const ofRequest = (): ProxyFault | undefined => {
    if (isOutage()) {
      return "cutBeforeRequest";
    }
    const isFaulty = random() < chance.requestFault;
    return isFaulty ? requestFaults[Math.floor(random() * requestFaults.length)] : undefined;
  };
  return (at) => {
    const ofThis = at === "connection" ? ofConnection : ofRequest;
    return isOver() ? undefined : ofThis();
  };
}

function isOutage(): boolean {
  const inCycleMs = elapsedMs() % outage.everyMs;
  return inCycleMs >= outage.fromMs && inCycleMs < outage.untilMs;
}

async function playScripts(): Promise<void> {
  for (let turn = 0; !isOver(); turn += 1) {
    const step = scripts[turn % scripts.length];
    await setScript({ rate: { probability: 0.1, seed: turn, step } });
    await sleep(Math.min(1_000, Math.max(seconds * 1_000 - elapsedMs(), 0)));
  }
  await setScript({});
}

async function setScript(script: object): Promise<void> {
  const init = { method: "POST", body: JSON.stringify(script) };
  const response = await fetch(`${emulator.origin}/_/faults`, init);
  if (!response.ok) {
    throw new Error(`the emulator refused a fault script: ${await response.text()}`);
  }
}

/** Starts a warm container, which runs one activation at a time and gets no CPU in between. */
async function startHost(name: string) {
  const cgroup = createCgroup(`datastream-relay-soak-${name}`, memoryMib * 1024 ** 2);
  // The young generation has a fixed size, so everything that still grows is held.
  const command = [flags.node, "--max-semi-space-size=1", hostPath];
  const script = 'test -z "$0" || echo $$ > "$0"; exec "$@"';
  const child = spawn("sh", ["-c", script, cgroup?.processes ?? "", ...command], {
    env: {},
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let isStopped = false;
  child.once("exit", (code, signal) => {
    cgroup?.remove();
    if (!isStopped) {
      // Nothing more can be counted on: its call never ends.
      row("verdict", `failed: ${name} died of ${signal ?? code}`);
      process.exit(1);
    }
  });
  const lines = readEndings(child);
  const code = readFileSync(artifactPathOf(name), "utf8");
  const load = await ask(child, { init: { artifact: { kind: "source", code }, env: {} } });
  if (load !== '{"OK":true}') {
    throw new Error(`the artifact did not load: ${load}`);
  }
  return {
    name,
    pid: child.pid ?? 0,
    run: async (activationId: string, value: object) => {
      child.kill("SIGCONT");
      const deadline = String(Date.now() + answerTimeoutMs);
      const ended = lines.of(activationId);
      const body = await ask(child, { run: { activation_id: activationId, deadline, value } });
      const response = { reply: JSON.parse(body) as Reply, ended: await ended };
      child.kill("SIGSTOP");
      return response;
    },
    stop: () => {
      isStopped = true;
      child.kill("SIGKILL");
    },
  };
}

async function ask(child: ChildProcess, question: object): Promise<string> {
  const answered = once(child, "message", { signal: AbortSignal.timeout(answerTimeoutMs) });
  child.send(question);
  const [response] = (await answered) as [{ readonly body: string }];
  return response.body;
}

/** Collects the line that ends every call, by activation. */
function readEndings(child: ChildProcess) {
  const waiting = new Map<unknown, (ended: CallEnd) => void>();
  for (const input of [child.stdout, child.stderr]) {
    if (input === null) {
      throw new Error("the host has no output to read");
    }
    createInterface({ input }).on("line", (line) => {
      if (!line.startsWith("{")) {
        strangeLines.push(...(line.startsWith("XXX_THE_") ? [] : [line]));
        return;
      }
      const fields = JSON.parse(line) as CallEnd & Readonly<Record<string, unknown>>;
      if (fields["message"] === "call ended") {
        waiting.get(fields["invocationId"])?.(fields);
        waiting.delete(fields["invocationId"]);
      }
    });
  }
  const of = (id: string) => new Promise<CallEnd>((resolve) => waiting.set(id, resolve));
  return { of };
}

/** The host that was used last is used first, so that the others become idle. */
function createPool(all: readonly Host[]) {
  const idle = [...all];
  const waiting: ((host: Host) => void)[] = [];
  return {
    take: async (): Promise<Host> =>
      idle.pop() ?? (await new Promise<Host>((resolve) => waiting.push(resolve))),
    giveBack: (host: Host): void => {
      const next = waiting.shift();
      if (next === undefined) {
        idle.push(host);
      } else {
        next(host);
      }
    },
  };
}

function sample(): void {
  for (const [index, { pid }] of hosts.entries()) {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const rssKib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
    const files = readdirSync(`/proc/${pid}/fd`).length;
    samples[index]?.push({ atMs: elapsedMs(), rssKib, files });
  }
}

type StoredMessage = { readonly key: string; readonly id: string };
type Topic = { readonly stored: readonly StoredMessage[]; readonly tokens: ReadonlySet<string> };

/** Returns the webhooks on the topic, oldest first, and the texts of all other records. */
async function readTopic(): Promise<Topic> {
  const stored: StoredMessage[] = [];
  const tokens = new Set<string>();
  for (let after = 0; ; ) {
    const path = `/_/topics/${topic}/records?limit=1000&after=${after}`;
    const response = await fetch(`${emulator.origin}${path}`);
    const page = (await response.json()) as { records: { value: string }[]; next: number };
    if (page.records.length === 0) {
      return { stored, tokens };
    }
    for (const { value } of page.records) {
      const token = tokenForm.exec(value)?.[0];
      if (token !== undefined) {
        tokens.add(token);
        continue;
      }
      const { id, data } = JSON.parse(value) as { id: string; data: { key: string } };
      stored.push({ id, key: data.key });
    }
    after = page.next;
  }
}

function report({ stored, tokens }: Topic): boolean {
  const copies = new Map<string, number>();
  for (const { id } of stored) {
    copies.set(id, (copies.get(id) ?? 0) + 1);
  }
  const messages = [...known.values()];
  const copiesOf = ({ id }: SentMessage) => copies.get(id) ?? 0;
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const acknowledged = messages.filter((message) => message.acknowledged);
  const lost = acknowledged.filter((message) => copiesOf(message) === 0).length;
  // Every call that ended as delivered stored one copy. Every uncertain attempt may have stored one.
  const missing = messages.filter((message) => copiesOf(message) < message.delivered).length;
  const unexplained = sum(
    messages.map((one) => Math.max(copiesOf(one) - one.delivered - one.uncertain, 0)),
  );
  const again = sum(messages.map(({ delivered }) => Math.max(delivered - 1, 0)));
  const duplicates = stored.length - copies.size;
  const strangers = [...copies.keys()].filter((id) => !known.has(id)).length;
  const reordered = countReordered(stored);
  const { seen } = proxy;

  row("soak", `${seconds} s, ${rate}/s wanted, ${keysCount} keys, ${hostsCount} hosts`);
  row("messages", `${messages.length}, acknowledged ${acknowledged.length}`);
  row("  a second, outages included", (messages.length / seconds).toFixed(1));
  row("calls", `${counts.calls}: ${counts.delivered} delivered, ${counts.failed} failed (503)`);
  row("  replies lost on the way", counts.repliesLost);
  row(
    "  ms, median / 99 % / most",
    [0.5, 0.99, 1].map((part) => quantile(callMs, part)).join(" / "),
  );
  const late = callMs.filter((ms) => ms > deliveryTimeoutMs).length;
  row(
    "  over DELIVERY_TIMEOUT_MS",
    `${late}; longest stall here ${Math.round(stalls.max / 1e6)} ms`,
  );
  row("attempts", `${counts.attempts}, of unknown outcome ${counts.uncertain}`);
  row("connections", `${seen.connections}, at once ${seen.openMax}, open at the end ${seen.open}`);
  row("faults of the proxy", faultsText(seen.faults));
  row("on the topic", `${stored.length}, distinct ${copies.size}`);
  row("duplicates", duplicates);
  row("  of calls after a delivered one", again);
  row("  of attempts of unknown outcome", duplicates - again);
  row("  unexplained", unexplained);
  row("lost", lost);
  row("delivered, not on the topic", missing);
  row("on the topic, never sent", strangers);
  row("reordered (first copies, by key)", reordered);
  const lostOfFunctions = functions.accepted.filter((token) => !tokens.has(token)).length;
  row("other functions", `${functions.calls} calls, ${functions.accepted.length} records accepted`);
  row("  lost", lostOfFunctions);
  row("  dead letters drained", String(functions.isDrained));
  row("lines that are no log lines", strangeLines.length);
  for (const [index, { name }] of hosts.entries()) {
    row(`host ${index} (${name})`, memoryText(samples[index] ?? []));
  }
  for (const line of strangeLines.slice(0, 10)) {
    console.log(`  ${line}`);
  }
  return judge([
    [lost + missing + lostOfFunctions > 0, "records were lost"],
    [unexplained + strangers > 0, "records came from nowhere"],
    [reordered > 0, "records were reordered"],
    [!functions.isDrained, "dead letters are left"],
    [strangeLines.length > 0, "a function wrote what is no log line"],
  ]);
}

/** Prints the verdict and returns whether it is good. */
function judge(results: readonly (readonly [isProblem: boolean, text: string])[]): boolean {
  const problems = [
    ...results.filter(([isProblem]) => isProblem).map(([, text]) => text),
    ...hosts.flatMap(({ name }, index) => memoryProblems(name, samples[index] ?? [])),
  ];
  const growth = seconds < growthSecondsMin ? "growth not judged" : "no growth";
  const isGood = problems.length === 0;
  const text = isGood
    ? `passed: none lost, none died, ${growth}`
    : `failed: ${problems.join("; ")}`;
  row("verdict", text);
  return isGood;
}

/** Says whether a process took too much memory, or still grew at the end. */
function memoryProblems(name: string, all: readonly { readonly rssKib: number }[]): string[] {
  const mibs = all.map(({ rssKib }) => rssKib / 1_024);
  const fifth = (from: number) =>
    quantile(mibs.slice((mibs.length * from) / 5, (mibs.length * (from + 1)) / 5), 0.5);
  const growth = fifth(4) - fifth(2);
  return [
    ...(Math.max(...mibs) > rssMibMax ? [`${name} took over ${rssMibMax} MiB`] : []),
    ...(seconds >= growthSecondsMin && growth > growthMibMax
      ? [`${name} grew by ${growth.toFixed(1)} MiB`]
      : []),
  ];
}

function countReordered(stored: readonly StoredMessage[]): number {
  const seen = new Set<string>();
  const newest = new Map<string, number>();
  let reordered = 0;
  for (const { id, key } of stored.filter(({ id }) => !seen.has(id) && seen.add(id))) {
    const seq = known.get(id)?.seq ?? 0;
    reordered += seq < (newest.get(key) ?? 0) ? 1 : 0;
    newest.set(key, Math.max(seq, newest.get(key) ?? 0));
  }
  return reordered;
}

function faultsText(faults: ReadonlyMap<ProxyFault, number>): string {
  const counted = [...faults].filter(([fault]) => fault !== "pass").sort(([, a], [, b]) => b - a);
  return counted.map(([fault, count]) => `${fault} ${count}`).join(", ");
}

/** The slope is that of the second half, when the heap has found its size. */
function memoryText(all: readonly { atMs: number; rssKib: number; files: number }[]): string {
  const [first, last] = [all.at(0), all.at(-1)];
  const mib = (kib = 0) => (kib / 1_024).toFixed(1);
  const most = Math.max(...all.map(({ rssKib }) => rssKib));
  const late = all.slice(Math.floor(all.length / 2));
  const points = late.map(({ atMs, rssKib }) => [atMs / 60_000, rssKib / 1_024] as const);
  return (
    `RSS ${mib(first?.rssKib)} → ${mib(last?.rssKib)} MiB, most ${mib(most)}, ` +
    `${slope(points).toFixed(2)} MiB/min in the second half; ` +
    `open files ${first?.files} → ${last?.files}`
  );
}

/** Computes the slope by least squares. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const under = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return under === 0 ? 0 : over / under;
}

function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? 0;
}

function row(name: string, text: string | number): void {
  console.log(`${name.padEnd(34)}${text}`);
}

function numberOf(text: string, min: number, max: number): number {
  const number = Number(text);
  if (!(number >= min && number <= max)) {
    throw new Error(`${text} is not a number from ${min} to ${max}`);
  }
  return number;
}

/** Implements Mulberry32, which draws the same numbers for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
