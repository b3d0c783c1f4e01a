// Sends a steady load through all built functions in frozen and thawed OpenWhisk hosts of 128 MB, with a proxy
// that injects faults and the emulator behind it. It compares what was acknowledged with what is on the topic, and
// exits with 1 if something was lost, reordered or duplicated without a reason, or if a process died or grew. See
// docs/benchmarks.md.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { startEmulator } from "../../local/data-stream/server.ts";
import { startObjectStorage } from "../../local/object-storage/server.ts";
import { startTcpProxy } from "../../test/support/tcp-proxy.ts";
import { nextFault, playScripts } from "./faults.ts";
import { functionNames, loadFunctions } from "./function-load.ts";
import { startHost } from "./host.ts";
import { watchMemory } from "./memory.ts";
import { hostsCount, isOver, secrets, topic, toStreamSettings } from "./options.ts";
import { report } from "./report.ts";
import { readTopic } from "./topic.ts";
import { loadWebhooks } from "./webhook-load.ts";

const stalls = monitorEventLoopDelay({ resolution: 10 });
stalls.enable();

const accessKeys = { [secrets.accessKey]: secrets.secretKey };
const emulator = await startEmulator({
  ...{ log: () => undefined, port: 0, topics: { [topic]: 3 }, accessKeys },
  ...{ recordsMax: 10_000_000, recordBytesMax: 2 ** 30 },
});
const storage = await startObjectStorage({ port: 0, buckets: ["letters"], accessKeys });
const proxy = await startTcpProxy(emulator.port, nextFault);
const webhookHosts = await Promise.all(
  Array.from({ length: hostsCount }, () => startHost("webhook")),
);
const functionHosts = await Promise.all(functionNames.map(startHost));
const hosts = [...webhookHosts, ...functionHosts];
const memory = watchMemory(hosts);
const settings = {
  ...toStreamSettings(proxy.origin),
  DEAD_LETTER_BUCKET: "letters",
  OBJECT_STORAGE_ENDPOINT: storage.origin,
};
const [webhooks, functions] = await Promise.all([
  loadWebhooks(webhookHosts, proxy.origin),
  loadFunctions(new Map(functionHosts.map((host) => [host.name, host])), settings, isOver),
  playScripts(emulator.origin),
]);
const samples = memory.stop();
const isGood = report({
  ...{ webhooks, functions, hosts, samples },
  topic: await readTopic(emulator.origin),
  seen: proxy.seen,
  stallMs: Math.round(stalls.max / 1e6),
});
for (const host of hosts) {
  host.stop();
}
await proxy.close();
await storage.close();
await emulator.close();
process.exitCode = isGood ? 0 : 1;
