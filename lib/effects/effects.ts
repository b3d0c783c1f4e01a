import { randomUUID } from "node:crypto";
import { createTransport, type Transport } from "../http/client.ts";

/** Everything that is not deterministic. Tests and the simulation pass their own. */
export type Effects = {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  /** A fresh unique id. */
  readonly newId: () => string;
  /** One HTTP request and its answer. */
  readonly transport: Transport;
  /** Takes one log line. */
  readonly write: (line: string) => void;
};

export const systemEffects: Effects = {
  now: Date.now,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
  newId: randomUUID,
  transport: createTransport({ now: Date.now }),
  write: (line) => {
    process.stdout.write(`${line}\n`);
  },
};
