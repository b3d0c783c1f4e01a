// Sends a steady load of signed webhooks through the built artifact in frozen and thawed OpenWhisk hosts,
// with a proxy that injects faults and the emulator behind it. It compares what was acknowledged with what
// is on the topic, and exits with 1 if something was lost, reordered or duplicated without a reason. See
// docs/benchmarks.md.
import { type ChildProcess, fork } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startEmulator } from "../local/data-stream/server.ts";
import { type NextFault, type ProxyFault, startTcpProxy } from "../test/support/tcp-proxy.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const artifactPath = here("../dist/webhook/index.js");
const hostPath = here("../test/support/openwhisk-host.cjs");

const { values: flags } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "50" },
    keys: { type: "string", default: "20" },
    hosts: { type: "string", default: "2" },
    seed: { type: "string", default: "1" },
    node: { type: "string", default: process.execPath },
  },
});
const seconds = numberOf(flags.seconds, 1, 86_400);
const rate = numberOf(flags.rate, 1, 1_000);
const keysCount = numberOf(flags.keys, 1, 1_000);
const hostsCount = numberOf(flags.hosts, 1, 16);

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

if (!existsSync(artifactPath)) {
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
const proxy = await startTcpProxy(emulator.port, nextFault());
const hosts = await Promise.all(Array.from({ length: hostsCount }, startHost));
const pool = createPool(hosts);
const samples = hosts.map(() => [] as { atMs: number; rssKib: number; files: number }[]);
const sampling = setInterval(sample, 1_000);
const playing = playScripts();
await Promise.all(Array.from({ length: keysCount }, (_, index) => send(`key-${index}`, index)));
sample();
clearInterval(sampling);
await playing;
const isGood = report(await readTopic());
for (const host of hosts) {
  host.stop();
}
await proxy.close();
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
    NCLOUD_ACCESS_KEY: secrets.accessKey,
    NCLOUD_SECRET_KEY: secrets.secretKey,
    DATASTREAM_ENDPOINT: proxy.origin,
    DATASTREAM_TOPIC: topic,
    DATASTREAM_PARTITIONS: 3,
    ATTEMPT_TIMEOUT_MS: 200,
    DELIVERY_TIMEOUT_MS: deliveryTimeoutMs,
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
async function startHost() {
  const child = fork(hostPath, {
    env: {},
    // The young generation has a fixed size, so everything that still grows is held.
    execArgv: ["--max-semi-space-size=1"],
    execPath: flags.node,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const lines = readEndings(child);
  const code = readFileSync(artifactPath, "utf8");
  const load = await ask(child, { init: { artifact: { kind: "source", code }, env: {} } });
  if (load !== '{"OK":true}') {
    throw new Error(`the artifact did not load: ${load}`);
  }
  return {
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
    stop: () => child.kill("SIGKILL"),
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

/** Returns everything on the topic, oldest first. */
async function readTopic(): Promise<readonly StoredMessage[]> {
  const stored: StoredMessage[] = [];
  for (let after = 0; ; ) {
    const path = `/_/topics/${topic}/records?limit=1000&after=${after}`;
    const response = await fetch(`${emulator.origin}${path}`);
    const page = (await response.json()) as { records: { value: string }[]; next: number };
    if (page.records.length === 0) {
      return stored;
    }
    for (const { value } of page.records) {
      const { id, data } = JSON.parse(value) as { id: string; data: { key: string } };
      stored.push({ id, key: data.key });
    }
    after = page.next;
  }
}

function report(stored: readonly StoredMessage[]): boolean {
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
  row("lines that are no log lines", strangeLines.length);
  for (const [index, { pid }] of hosts.entries()) {
    row(`host ${index} (${pid})`, memoryText(samples[index] ?? []));
  }
  for (const line of strangeLines.slice(0, 10)) {
    console.log(`  ${line}`);
  }
  return lost + missing + unexplained + strangers + reordered + strangeLines.length === 0;
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
