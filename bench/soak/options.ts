// The options of `npm run soak`, and the settings that all calls share.
import { parseArgs } from "node:util";

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

export const { node } = flags;
export const seconds = numberOf(flags.seconds ?? String(60 * Number(flags.minutes)), 1, 86_400);
/** Webhooks a second. */
export const rate = numberOf(flags.rate, 1, 1_000);
export const keysCount = numberOf(flags.keys, 1, 1_000);
export const hostsCount = numberOf(flags.hosts, 1, 16);
export const random = createRandom(Number(flags.seed));

export const topic = "soak";
export const deliveryTimeoutMs = 1_500;
export const secrets = {
  accessKey: "soak-access-key",
  secretKey: "soak-secret-key",
  hmac: "soak-hmac",
};

const startedMs = Date.now();

export function elapsedMs(): number {
  return Date.now() - startedMs;
}

/** Begins with the start of the process, so the start of the hosts is part of the time. */
export function isOver(): boolean {
  return elapsedMs() >= seconds * 1_000;
}

export function toStreamSettings(endpoint: string): object {
  return {
    NCLOUD_ACCESS_KEY: secrets.accessKey,
    NCLOUD_SECRET_KEY: secrets.secretKey,
    DATASTREAM_ENDPOINT: endpoint,
    DATASTREAM_TOPIC: topic,
    DATASTREAM_PARTITIONS: 3,
    ATTEMPT_TIMEOUT_MS: 200,
    DELIVERY_TIMEOUT_MS: deliveryTimeoutMs,
  };
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
