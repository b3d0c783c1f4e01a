import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../support/free-port.ts";

export const portNames = [
  "STANDIN_PORT",
  "OBJECT_STORAGE_PORT",
  "HTTP_PORT",
  "CLOUD_FUNCTIONS_PORT",
] as const;

export type Ports = Readonly<Record<(typeof portNames)[number], string>>;

export type NpmStart = {
  readonly ports: Ports;
  /** Returns what was printed so far. */
  readonly text: () => string;
  readonly close: () => Promise<void>;
};

const startMsMax = 120_000;

export async function freePorts(): Promise<Ports> {
  const ports = await Promise.all(portNames.map(freePort));
  return Object.fromEntries(portNames.map((name, index) => [name, `${ports[index]}`])) as Ports;
}

type How = {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** Starts what `npm start` starts, without a build, on ports of its own. */
export async function startNpmStart({ args = [], env = {} }: How = {}): Promise<NpmStart> {
  const ports = await freePorts();
  const child = spawn(process.execPath, [resolve("cli/bin.mjs"), "start", "--no-build", ...args], {
    env: { ...process.env, ...env, ...ports },
  });
  const printed: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => printed.push(String(chunk)));
  child.stderr.on("data", (chunk: Buffer) => printed.push(String(chunk)));
  const text = () => printed.join("");
  const exited = once(child, "exit");
  const endMs = Date.now() + startMsMax;
  while (!text().includes("Ctrl-C ends everything")) {
    if (child.exitCode !== null || Date.now() > endMs) {
      child.kill("SIGKILL");
      throw new Error(`npm start did not start:\n${text()}`);
    }
    await sleep(50);
  }
  return {
    ports,
    text,
    async close() {
      child.kill("SIGINT");
      await exited;
    },
  };
}
