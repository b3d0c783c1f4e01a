import { createHmac } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startEmulator } from "../../local/data-stream/server.ts";
import { toRawParameters } from "../support/calls.ts";
import { shopCall } from "../support/deliveries.ts";
import { nodeBinaries } from "../support/node-binaries.ts";
import { startOpenWhisk } from "../support/openwhisk-host.ts";
import { type Bag, webhookSettings } from "../support/settings.ts";
import { hear, secretsInUse } from "../support/spoken.ts";
import { inTurn, type NextFault, type ProxyFault, startTcpProxy } from "../support/tcp-proxy.ts";

/**
 * The timeout of attempts that a test lets run out. Other attempts have enough time, however busy the
 * machine is.
 */
const attemptTimeoutMs = 400;
const runsOut: readonly ProxyFault[] = ["stall", "stallAfterHead", "trickleAnswerSlowly"];
const shortAttempts = { ATTEMPT_TIMEOUT_MS: attemptTimeoutMs };
const json = "application/json";

type ChainOptions = {
  readonly node: string;
  readonly nextFault?: NextFault;
  readonly settings?: Bag;
};

type CallOptions = {
  /** Text keys that the platform sends with the activation. */
  readonly message?: Readonly<Record<string, string>>;
  readonly change?: Bag;
};
type Reply = Bag & { readonly statusCode: number };
type StoredRecord = { readonly key: string; readonly value: string };

type Chain = Awaited<ReturnType<typeof openChain>>;

/** Starts a chain that is stopped when the test ends. */
async function startChain(given: ChainOptions) {
  const chain = await openChain(given);
  onTestFinished(chain.stop);
  return chain;
}

/** Starts the built webhook in its process, a proxy that injects faults, and the emulator behind it. */
async function openChain({ node, nextFault = () => undefined, settings = {} }: ChainOptions) {
  const emulator = await startEmulator({
    port: 0,
    topics: { orders: 3 },
    accessKeys: { [secretsInUse.ncloudAccessKey]: secretsInUse.ncloudSecretKey },
  });
  const proxy = await startTcpProxy(emulator.port, nextFault);
  const artifact = { kind: "source", path: "dist/webhook/index.js" } as const;
  const host = await startOpenWhisk({ artifact, node });
  const bound = {
    ...webhookSettings,
    DATASTREAM_ENDPOINT: proxy.origin,
    ATTEMPT_TIMEOUT_MS: 5_000,
    DELIVERY_TIMEOUT_MS: 8_000,
    ...settings,
  };
  const records = async (): Promise<readonly StoredRecord[]> => {
    const answer = await fetch(`${emulator.origin}/_/topics/orders/records?limit=1000`);
    return ((await answer.json()) as { readonly records: readonly StoredRecord[] }).records;
  };
  return {
    proxy,
    records,
    stop: async () => {
      hear((await host.stop()).lateOutput);
      await proxy.close();
      await emulator.close();
    },
    /** Returns the ids of the stored copies of the delivery with that `n`. */
    idsOf: async (n: number): Promise<readonly unknown[]> => {
      const events = (await records()).map(({ value }) => JSON.parse(value) as Bag);
      return events.filter(({ data }) => (data as Bag)["n"] === n).map(({ id }) => id);
    },
    deliver: async (value: unknown, { message = {}, change = {} }: CallOptions = {}) => {
      const body = JSON.stringify(value);
      const signature = createHmac("sha256", secretsInUse.hmac).update(body).digest("hex");
      const call = shopCall(body, signature, json);
      const { result, logs } = await host.run(
        toRawParameters(call, { ...bound, ...change }),
        message,
      );
      hear(result, ...logs);
      const { statusCode, body: said } = result as { statusCode: number; body: Bag };
      const lines = logs.map((line) => JSON.parse(line) as Bag);
      const end = lines.find(({ message: text }) => text === "call ended") ?? {};
      const alarms = lines.filter(({ level }) => level !== "info");
      return { reply: { statusCode, ...said } as Reply, end, alarms };
    },
  };
}

describe.each(nodeBinaries())("the built webhook over real sockets on $name", ({ path: node }) => {
  const shared = { n: 0, faults: [] as ProxyFault[] };
  let sharedChain: Chain;
  beforeAll(async () => {
    sharedChain = await openChain({ node, nextFault: inTurn(shared.faults) });
  });
  afterAll(() => sharedChain.stop());

  test.for<[string, number, number, ProxyFault]>([
    ["no fault", 1, 1, "pass"],
    ["a delay", 1, 1, "delay"],
    ["a request that comes byte by byte", 1, 1, "trickleRequest"],
    ["an answer that comes byte by byte", 1, 1, "trickleAnswer"],
    ["an end of the connection after the answer", 1, 1, "endAfterAnswer"],
    ["a reset of the new connection", 2, 1, "refuse"],
    ["a cut before the request got through", 2, 1, "cutBeforeRequest"],
    ["a cut after the request, before the answer", 2, 2, "cutAfterRequest"],
    ["a cut within the answer's head", 2, 2, "cutInHead"],
    ["a cut within the answer's body", 2, 2, "cutInBody"],
    ["a half-closed connection", 2, 2, "halfClose"],
    ["an answer that never comes", 2, 2, "stall"],
    ["an answer of which only the head comes", 2, 2, "stallAfterHead"],
    ["an answer that comes too slowly", 2, 2, "trickleAnswerSlowly"],
  ])(
    "webhook delivers through %s, in %i attempts and %i copies of one id",
    async ([, attempts, stored, fault]) => {
      const { proxy, deliver, idsOf } = sharedChain;
      // The fault gets a connection of its own, whatever the tests before have left.
      proxy.endIdle();
      await expect.poll(() => proxy.seen.open).toBe(0);
      shared.n += 1;
      shared.faults.push(fault);
      const change = runsOut.includes(fault) ? shortAttempts : {};

      const { reply, end } = await deliver({ n: shared.n }, { change });

      expect(reply).toEqual({ statusCode: 200, status: "delivered", id: expect.any(String) });
      expect(end).toMatchObject({ ending: "delivered", delivered: 1, attempts });
      expect(await idsOf(shared.n)).toEqual(Array.from({ length: stored }, () => reply["id"]));
      expect(stored).toBeLessThanOrEqual(1 + Number(end["uncertain"]));
    },
  );

  test("webhook delivers once and without waiting when a kept-alive socket is closed", async () => {
    const chain = await startChain({
      node,
      nextFault: inTurn(["pass", "cutBeforeRequest"]),
      // The only counted attempt is the one after the free attempt.
      settings: { DATASTREAM_ATTEMPTS_MAX: 1 },
    });

    await chain.deliver({ n: 1 });
    const second = await chain.deliver({ n: 2 });

    expect(second.reply).toMatchObject({ statusCode: 200, status: "delivered" });
    expect(second.end).toMatchObject({ attempts: 2, uncertain: 1 });
    expect(second.alarms).toEqual([]);
    expect(await chain.idsOf(2)).toHaveLength(1);
    expect(chain.proxy.seen.connections).toBe(2);
  });

  test("webhook gives a stream that closes every socket exactly one free attempt", async () => {
    const faults: ProxyFault[] = ["pass", "cutBeforeRequest", "cutBeforeRequest"];
    const settings = { DATASTREAM_ATTEMPTS_MAX: 1 };
    const chain = await startChain({ node, nextFault: inTurn(faults), settings });

    await chain.deliver({ n: 1 });
    const second = await chain.deliver({ n: 2 });

    expect(second.reply).toMatchObject({ statusCode: 503 });
    expect(second.end).toMatchObject({ attempts: 2, code: "STREAM_UNREACHABLE" });
    expect(await chain.idsOf(2)).toEqual([]);
  });

  test("webhook responds with 503 before the deadline when every response stalls", async () => {
    const settings = { ...shortAttempts, DELIVERY_TIMEOUT_MS: 1_200, DATASTREAM_ATTEMPTS_MAX: 20 };
    const chain = await startChain({ node, nextFault: () => "stall", settings });

    const { reply, end } = await chain.deliver({ n: 1 });

    const attempts = Number(end["attempts"]);
    expect(reply).toMatchObject({ statusCode: 503, status: "failed" });
    expect(end).toMatchObject({ code: "STREAM_TIMEOUT", uncertain: attempts });
    expect(attempts).toBeGreaterThanOrEqual(2);
    expect(attempts).toBeLessThanOrEqual(3);
    // The last attempt has only the rest of the call's time.
    expect(end["ms"]).toBeGreaterThanOrEqual((attempts - 1) * attemptTimeoutMs);
    expect(end["ms"]).toBeLessThan(1_200);
    expect(await chain.idsOf(1)).toHaveLength(attempts);
  });

  test("the platform's deadline applies if it is sooner than the setting's", async () => {
    const chain = await startChain({ node, nextFault: () => "stall", settings: shortAttempts });
    const deadlineMs = Date.now() + 900;
    const message = { deadline: String(deadlineMs) };

    const { reply, end } = await chain.deliver({ n: 1 }, { message });

    expect(reply).toMatchObject({ statusCode: 503 });
    expect(end["ms"]).toBeLessThan(900);
    expect(Date.parse(String(end["at"]))).toBeLessThan(deadlineMs);
  });

  test("a stalled attempt ends at ATTEMPT_TIMEOUT_MS", async () => {
    const settings = { ...shortAttempts, DATASTREAM_ATTEMPTS_MAX: 1 };
    const chain = await startChain({ node, nextFault: inTurn(["stall"]), settings });

    const { reply, end } = await chain.deliver({ n: 1 });

    expect(reply).toMatchObject({ statusCode: 503 });
    expect(end["ms"]).toBeGreaterThanOrEqual(attemptTimeoutMs);
    // The whole call may take twice as long.
    expect(end["ms"]).toBeLessThan(5_000);
  });

  test("the id stays the same over a 503 and the sender's next delivery", async () => {
    const faults: ProxyFault[] = ["cutAfterRequest", "cutBeforeRequest"];
    const settings = { DATASTREAM_ATTEMPTS_MAX: 2 };
    const chain = await startChain({ node, nextFault: inTurn(faults), settings });

    const first = await chain.deliver({ n: 1 });
    const second = await chain.deliver({ n: 1 });

    expect(first.reply).toMatchObject({ statusCode: 503 });
    expect(second.reply).toMatchObject({ statusCode: 200, status: "delivered" });
    expect(await chain.idsOf(1)).toEqual([second.reply["id"], second.reply["id"]]);
  });

  test("50 calls of a warm process use one connection and leak none", async () => {
    const chain = await startChain({ node });

    const deliveries = [];
    for (let n = 1; n <= 50; n += 1) {
      deliveries.push(await chain.deliver({ n }));
    }

    expect(deliveries.every(({ reply }) => reply.statusCode === 200)).toBe(true);
    // A warning of Node's, for example of leaked listeners, would not even be JSON.
    expect(deliveries.flatMap(({ alarms }) => alarms)).toEqual([]);
    expect(await chain.records()).toHaveLength(50);
    expect(chain.proxy.seen).toMatchObject({ connections: 1, requests: 50 });
  });

  test("50 calls whose attempts are cut leak no socket", async () => {
    let requests = 0;
    const nextFault: NextFault = (at) => {
      requests += at === "request" ? 1 : 0;
      return at === "request" && requests % 2 === 1 ? "cutAfterRequest" : undefined;
    };
    const chain = await startChain({ node, nextFault });

    for (let n = 1; n <= 50; n += 1) {
      const { reply } = await chain.deliver({ n });
      expect(reply.statusCode).toBe(200);
    }

    const { connections, open, openMax } = chain.proxy.seen;
    expect({ open, openMax }).toEqual({ open: 1, openMax: 1 });
    expect(connections).toBe(51);
    expect(await chain.records()).toHaveLength(100);
  });

  test("a socket that the stream closed between two calls is dropped", async () => {
    const chain = await startChain({ node });

    await chain.deliver({ n: 1 });
    expect(chain.proxy.endIdle()).toBe(1);
    await sleep(50);
    const { reply, end } = await chain.deliver({ n: 2 });

    expect(reply).toMatchObject({ statusCode: 200 });
    expect(end).toMatchObject({ attempts: 1, uncertain: 0 });
    expect(chain.proxy.seen.connections).toBe(2);
  });

  test("webhook delivers once when the stream closed the socket while the process was frozen", async () => {
    const wrapped = wrapNode(node);
    const chain = await startChain({ node: wrapped.path });

    await chain.deliver({ n: 1 });
    process.kill(wrapped.pid(), "SIGSTOP");
    chain.proxy.endIdle();
    await sleep(50);
    const delivering = chain.deliver({ n: 2 });
    process.kill(wrapped.pid(), "SIGCONT");
    const { reply, end, alarms } = await delivering;

    expect(reply).toMatchObject({ statusCode: 200, status: "delivered" });
    expect(end["attempts"]).toBeLessThanOrEqual(2);
    expect(alarms).toEqual([]);
    expect(await chain.idsOf(2)).toHaveLength(1);
    expect(chain.proxy.seen.connections).toBe(2);
  });

  test.for([3, 16])(
    "200 elements of 20 keys use at most %i connections, and each key stays in order",
    async (concurrency) => {
      const source = {
        ...{ verifier: "hmac", header: "X-Shop-Signature" },
        ...{ split: "/events", key: ["element:/key"] },
      };
      const settings = {
        WEBHOOK_SOURCES: { shop: source },
        WEBHOOK_SECRETS: { shop: [secretsInUse.hmac] },
        DATASTREAM_CONCURRENCY: concurrency,
      };
      const nextFault: NextFault = () => "delay";
      const chain = await startChain({ node, nextFault, settings });
      const events = Array.from({ length: 200 }, (_, n) => ({ n, key: `key-${(n * 7) % 20}` }));

      const { reply, end } = await chain.deliver({ events });

      expect(reply).toMatchObject({ statusCode: 200, status: "delivered", count: 200 });
      expect(end).toMatchObject({ attempts: 200, delivered: 200 });
      const stored = (await chain.records()).map(({ value }) => (JSON.parse(value) as Bag)["data"]);
      const ofKey = (elements: readonly unknown[], key: string) =>
        elements.filter((element) => (element as Bag)["key"] === key);
      for (const { key } of events.slice(0, 20)) {
        expect(ofKey(stored, key)).toEqual(ofKey(events, key));
      }
      expect(chain.proxy.seen.openMax).toBeLessThanOrEqual(concurrency);
      expect(chain.proxy.seen.connections).toBeLessThanOrEqual(concurrency);
    },
  );
});

test("the built webhook does not reuse a socket that was idle for 4 seconds", async () => {
  const chain = await startChain({ node: process.execPath });

  await chain.deliver({ n: 1 });
  await sleep(4_100);
  expect(chain.proxy.seen).toMatchObject({ connections: 1, open: 1 });
  const { reply, end } = await chain.deliver({ n: 2 });

  expect(reply).toMatchObject({ statusCode: 200 });
  expect(end).toMatchObject({ attempts: 1 });
  expect(chain.proxy.seen).toMatchObject({ connections: 2, open: 1 });
});

/** Writes a program that becomes Node and prints its process id, which stays the same over `exec`. */
function wrapNode(node: string) {
  const folder = mkdtempSync(join(tmpdir(), "sockets-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [path, pidPath] = [join(folder, "node"), join(folder, "pid")];
  writeFileSync(path, `#!/bin/sh\necho $$ > '${pidPath}'\nexec '${node}' "$@"\n`);
  chmodSync(path, 0o755);
  return { path, pid: () => Number(readFileSync(pidPath, "utf8")) };
}
