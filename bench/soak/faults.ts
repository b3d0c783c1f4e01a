// The faults of a soak: those of the proxy, those that the emulator plays, and outages of both.
import { setTimeout as sleep } from "node:timers/promises";
import type { NextFault, ProxyFault } from "../../test/support/tcp-proxy.ts";
import { elapsedMs, isOver, random, seconds } from "./options.ts";

const outage = { everyMs: 20_000, fromMs: 10_000, untilMs: 12_500 };
const chance = { requestFault: 0.12, refuse: 0.1 };
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

export const nextFault: NextFault = (at) => {
  if (isOver()) {
    return undefined;
  }
  return at === "connection" ? ofConnection() : ofRequest();
};

function ofConnection(): ProxyFault | undefined {
  return isOutage() || random() < chance.refuse ? "refuse" : undefined;
}

function ofRequest(): ProxyFault | undefined {
  if (isOutage()) {
    return "cutBeforeRequest";
  }
  const isFaulty = random() < chance.requestFault;
  return isFaulty ? requestFaults[Math.floor(random() * requestFaults.length)] : undefined;
}

function isOutage(): boolean {
  const inCycleMs = elapsedMs() % outage.everyMs;
  return inCycleMs >= outage.fromMs && inCycleMs < outage.untilMs;
}

/** Plays the scripts on the emulator until the time is over. */
export async function playScripts(emulatorOrigin: string): Promise<void> {
  for (let turn = 0; !isOver(); turn += 1) {
    const step = scripts[turn % scripts.length];
    await setScript(emulatorOrigin, { rate: { probability: 0.1, seed: turn, step } });
    await sleep(Math.min(1_000, Math.max(seconds * 1_000 - elapsedMs(), 0)));
  }
  await setScript(emulatorOrigin, {});
}

async function setScript(emulatorOrigin: string, script: object): Promise<void> {
  const init = { method: "POST", body: JSON.stringify(script) };
  const response = await fetch(`${emulatorOrigin}/_/faults`, init);
  if (!response.ok) {
    throw new Error(`the emulator refused a fault script: ${await response.text()}`);
  }
}
