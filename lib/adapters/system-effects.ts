import { randomUUID } from "node:crypto";
import type { Effects } from "../effects/effects.ts";
import { createTransport } from "../http/client.ts";

/** The real clock, random numbers, network and standard output. */
export const systemEffects: Effects = {
  now: Date.now,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
  newId: randomUUID,
  memoryBytes: () => process.constrainedMemory?.(),
  transport: createTransport({ now: Date.now }),
  write: (line) => {
    process.stdout.write(`${line}\n`);
  },
};
