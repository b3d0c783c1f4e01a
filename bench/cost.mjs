// Calculates what events cost: quantities from a measured duration, and won from prices that the reader gives:
//   node bench/cost.mjs --duration-ms 20 --memory-mb 128 [--events 1000000] [--event-bytes 1000] [--consumers 1]
//     [--partitions 1] [--retention-days 1] [--hours 730] [--dead-letter-gb 0] [--round-ms 100] [--prices prices.json]
// docs/cost.md says what each price is. A price that is not given is no zero: its row has no won.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const million = 1_000_000;
const megabytesPerGigabyte = 1_024;
const bytesPerGigabyte = 1_024 ** 3;
const hoursPerMonth = 730;
const hoursPerDay = 24;

const defaults = {
  events: million,
  eventBytes: 1_000,
  consumers: 1,
  partitions: 1,
  retentionDays: 1,
  hours: hoursPerMonth,
  deadLetterGb: 0,
  roundMs: 100,
};

/** Returns a row for each thing that is charged: its quantity, what of it is free, and won if its price is known. */
export function costOf(usage, prices = {}) {
  const { events, durationMs, memoryMb, deadLetterGb, roundMs } = { ...defaults, ...usage };
  const { eventBytes, consumers, partitions, retentionDays, hours } = { ...defaults, ...usage };
  const billedMs = Math.ceil(durationMs / roundMs) * roundMs;
  const gbSeconds = (events * billedMs * memoryMb) / (1_000 * megabytesPerGigabyte);
  const sentGb = (events * eventBytes) / bytesPerGigabyte;
  const storedGbMonths = (sentGb * retentionDays * hoursPerDay) / hoursPerMonth;
  return [
    row("function requests", events, {
      won: perMillion(prices.requestMillion),
      free: prices.freeRequests,
    }),
    row("function GB-seconds", gbSeconds, { won: prices.gbSecond, free: prices.freeGbSeconds }),
    row("gateway calls", events, {
      won: perMillion(prices.gatewayMillion),
      free: prices.freeGatewayCalls,
    }),
    row("partition-hours", partitions * hours, { won: prices.partitionHour }),
    row("stream, GB sent", sentGb, { won: prices.streamGbSent }),
    row("stream, GB received", sentGb * consumers, { won: prices.streamGbReceived }),
    row("stream, GB-months stored", storedGbMonths, { won: prices.streamGbMonth }),
    row("dead letters, GB-months", deadLetterGb, { won: prices.storageGbMonth }),
  ];
}

function perMillion(won) {
  return won === undefined ? undefined : won / million;
}

function row(name, quantity, { won, free = 0 }) {
  const charged = Math.max(0, quantity - free);
  return { name, quantity, charged, won: won === undefined ? undefined : charged * won };
}

/** Returns the sum of the rows; undefined if the price of one that is charged is not known. */
export function totalOf(rows) {
  const charged = rows.filter(({ quantity }) => quantity > 0);
  return charged.some(({ won }) => won === undefined)
    ? undefined
    : charged.reduce((sum, { won }) => sum + won, 0);
}

function toText(won) {
  return won === undefined
    ? "price?"
    : `${won.toLocaleString("en", { maximumFractionDigits: 2 })} won`;
}

function run() {
  const text = { type: "string" };
  const { values } = parseArgs({
    options: {
      ...{ events: text, consumers: text, partitions: text, hours: text, prices: text },
      ...{ "duration-ms": text, "memory-mb": text, "dead-letter-gb": text, "round-ms": text },
      ...{ "event-bytes": text, "retention-days": text },
    },
  });
  const names = {
    ...{ events: "events", partitions: "partitions", hours: "hours", durationMs: "duration-ms" },
    ...{ memoryMb: "memory-mb", deadLetterGb: "dead-letter-gb", roundMs: "round-ms" },
    ...{ eventBytes: "event-bytes", consumers: "consumers", retentionDays: "retention-days" },
  };
  const usage = {};
  for (const [name, option] of Object.entries(names)) {
    if (values[option] !== undefined) {
      usage[name] = Number(values[option]);
    }
  }
  const numbers = { durationMs: Number.NaN, memoryMb: Number.NaN, ...usage };
  const wrong = Object.entries(numbers).filter(([, value]) => !(value >= 0));
  if (wrong.length > 0) {
    console.error(wrong.map(([name]) => `--${names[name]} must be a number`).join("\n"));
    process.exit(2);
  }
  const prices = values.prices === undefined ? {} : JSON.parse(readFileSync(values.prices, "utf8"));
  const rows = costOf(usage, prices);
  for (const { name, charged, won } of rows) {
    console.log(`${name.padEnd(26)}${charged.toLocaleString("en").padStart(14)}  ${toText(won)}`);
  }
  console.log(`${"together".padEnd(40)}  ${toText(totalOf(rows))}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  run();
}
