// The comparison of what was acknowledged with what is on the topic, and the verdict.
import type { startTcpProxy } from "../../test/support/tcp-proxy.ts";
import type { loadFunctions } from "./function-load.ts";
import { type Host, strangeLines } from "./host.ts";
import { isGrowthJudged, memoryProblems, memoryText, type Sample } from "./memory.ts";
import { deliveryTimeoutMs, hostsCount, keysCount, rate, seconds } from "./options.ts";
import { printRow, quantile } from "./rows.ts";
import type { StoredMessage, Topic } from "./topic.ts";
import type { SentMessage, WebhookLoad } from "./webhook-load.ts";

type Seen = Awaited<ReturnType<typeof startTcpProxy>>["seen"];
type FunctionLoad = Awaited<ReturnType<typeof loadFunctions>>;

export type Soak = {
  readonly webhooks: WebhookLoad;
  readonly functions: FunctionLoad;
  readonly topic: Topic;
  readonly seen: Seen;
  readonly hosts: readonly Host[];
  readonly samples: readonly (readonly Sample[])[];
  /** The longest time that this process, with the emulator and the proxy in it, got no turn. */
  readonly stallMs: number;
};

const strangeLinesShown = 10;

/** Prints the report. Returns true if nothing is wrong. */
export function report(soak: Soak): boolean {
  printRow("soak", `${seconds} s, ${rate}/s wanted, ${keysCount} keys, ${hostsCount} hosts`);
  reportCalls(soak);
  const problems = [
    ...reportWebhooks(soak.webhooks.known, soak.topic.stored),
    ...reportFunctions(soak.functions, soak.topic.tokens),
    ...reportHosts(soak),
  ];
  const growth = isGrowthJudged ? "no growth" : "growth not judged";
  const isGood = problems.length === 0;
  const passed = `passed: none lost, none died, ${growth}`;
  printRow("verdict", isGood ? passed : `failed: ${problems.join("; ")}`);
  return isGood;
}

function reportCalls({ webhooks: { counts, callMs }, seen, stallMs }: Soak): void {
  const late = callMs.filter((ms) => ms > deliveryTimeoutMs).length;
  const times = [0.5, 0.99, 1].map((part) => quantile(callMs, part));
  printRow(
    "calls",
    `${counts.calls}: ${counts.delivered} delivered, ${counts.failed} failed (503)`,
  );
  printRow("  replies lost on the way", counts.repliesLost);
  printRow("  ms, median / 99 % / most", times.join(" / "));
  printRow("  over DELIVERY_TIMEOUT_MS", `${late}; longest stall here ${stallMs} ms`);
  printRow("attempts", `${counts.attempts}, of unknown outcome ${counts.uncertain}`);
  const connections = `${seen.connections}, at once ${seen.openMax}, open at the end ${seen.open}`;
  printRow("connections", connections);
  printRow("faults of the proxy", faultsText(seen.faults));
}

function faultsText(faults: Seen["faults"]): string {
  const counted = [...faults].filter(([fault]) => fault !== "pass").sort(([, a], [, b]) => b - a);
  return counted.map(([fault, count]) => `${fault} ${count}`).join(", ");
}

/**
 * Every call that ended as delivered stored one copy. Every attempt of unknown outcome may have stored one. Returns the
 * problems, as all the following do.
 */
function reportWebhooks(
  known: ReadonlyMap<string, SentMessage>,
  stored: readonly StoredMessage[],
): readonly string[] {
  const copies = new Map<string, number>();
  for (const { id } of stored) {
    copies.set(id, (copies.get(id) ?? 0) + 1);
  }
  const messages = [...known.values()];
  const copiesOf = ({ id }: SentMessage) => copies.get(id) ?? 0;
  const sum = (toNumber: (message: SentMessage) => number) =>
    messages.reduce((total, message) => total + toNumber(message), 0);
  const acknowledged = messages.filter((message) => message.acknowledged);
  const lost = acknowledged.filter((message) => copiesOf(message) === 0).length;
  const missing = messages.filter((message) => copiesOf(message) < message.delivered).length;
  const unexplained = sum((one) => Math.max(copiesOf(one) - one.delivered - one.uncertain, 0));
  const again = sum(({ delivered }) => Math.max(delivered - 1, 0));
  const duplicates = stored.length - copies.size;
  const strangers = [...copies.keys()].filter((id) => !known.has(id)).length;
  const reordered = countReordered(stored, known);

  printRow("messages", `${messages.length}, acknowledged ${acknowledged.length}`);
  printRow("  a second, outages included", (messages.length / seconds).toFixed(1));
  printRow("on the topic", `${stored.length}, distinct ${copies.size}`);
  printRow("duplicates", duplicates);
  printRow("  of calls after a delivered one", again);
  printRow("  of attempts of unknown outcome", duplicates - again);
  printRow("  unexplained", unexplained);
  printRow("lost", lost);
  printRow("delivered, not on the topic", missing);
  printRow("on the topic, never sent", strangers);
  printRow("reordered (first copies, by key)", reordered);
  return problemsOf([
    [lost + missing > 0, "webhooks were lost"],
    [unexplained + strangers > 0, "webhooks came from nowhere"],
    [reordered > 0, "webhooks were reordered"],
  ]);
}

function countReordered(
  stored: readonly StoredMessage[],
  known: ReadonlyMap<string, SentMessage>,
): number {
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

function reportFunctions(
  { accepted, calls, isDrained }: FunctionLoad,
  tokens: ReadonlySet<string>,
): readonly string[] {
  const lost = accepted.filter((token) => !tokens.has(token)).length;
  printRow("other functions", `${calls} calls, ${accepted.length} records accepted`);
  printRow("  lost", lost);
  printRow("  dead letters drained", String(isDrained));
  return problemsOf([
    [lost > 0, "records of other functions were lost"],
    [!isDrained, "dead letters are left"],
  ]);
}

function reportHosts({ hosts, samples }: Soak): readonly string[] {
  printRow("lines that are no log lines", strangeLines.length);
  for (const line of strangeLines.slice(0, strangeLinesShown)) {
    console.log(`  ${line}`);
  }
  for (const [index, { name }] of hosts.entries()) {
    printRow(`host ${index} (${name})`, memoryText(samples[index] ?? []));
  }
  return [
    ...problemsOf([[strangeLines.length > 0, "a function wrote what is no log line"]]),
    ...hosts.flatMap(({ name }, index) => memoryProblems(name, samples[index] ?? [])),
  ];
}

function problemsOf(results: readonly (readonly [isProblem: boolean, text: string])[]): string[] {
  return results.filter(([isProblem]) => isProblem).map(([, text]) => text);
}
