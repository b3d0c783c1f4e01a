// A warm container of a built function: a process that runs one activation at a time and gets no CPU in between.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { node } from "./options.ts";
import { printRow } from "./rows.ts";

type Cgroup = { readonly processes: string; readonly remove: () => void };
type CgroupModule = {
  readonly createCgroup: (name: string, bytesMax: number) => Cgroup | undefined;
};
const { createCgroup } = (await import(
  new URL("../support/cgroup.mjs", import.meta.url).href
)) as CgroupModule;

/** The fields of the line that ends a call. */
export type CallEnd = {
  readonly attempts: number;
  readonly uncertain: number;
  readonly delivered: number;
  readonly stored: number;
  readonly oldestAgeSeconds?: number;
  readonly ms: number;
};
export type Host = Awaited<ReturnType<typeof startHost>>;
type Reply = { readonly statusCode: number };

const hostPath = here("../../test/support/openwhisk-host.cjs");
const memoryMib = 128;
const responseTimeoutMs = 15_000;
/** A line that OpenWhisk's host writes at the end of each activation. */
const mark = "XXX_THE_";

/** The lines of all hosts that are no log lines. */
export const strangeLines: string[] = [];

export async function startHost(name: string) {
  const cgroup = createCgroup(`datastream-relay-soak-${name}`, memoryMib * 1024 ** 2);
  // The young generation has a fixed size, so everything that still grows is held.
  const command = [node, "--max-semi-space-size=1", hostPath];
  const script = 'test -z "$0" || echo $$ > "$0"; exec "$@"';
  const child = spawn("sh", ["-c", script, cgroup?.processes ?? "", ...command], {
    env: {},
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let isStopped = false;
  child.once("exit", (code, signal) => {
    cgroup?.remove();
    if (!isStopped) {
      // Nothing more can be counted on: its call never ends.
      printRow("verdict", `failed: ${name} died of ${signal ?? code}`);
      process.exit(1);
    }
  });
  const endings = readEndings(child);
  const code = readFileSync(here(`../../dist/${name}/index.js`), "utf8");
  const load = await ask(child, { init: { artifact: { kind: "source", code }, env: {} } });
  if (load !== '{"OK":true}') {
    throw new Error(`the artifact did not load: ${load}`);
  }
  return {
    name,
    pid: child.pid ?? 0,
    run: async (activationId: string, value: object) => {
      child.kill("SIGCONT");
      const deadline = String(Date.now() + responseTimeoutMs);
      const ended = endings.of(activationId);
      const body = await ask(child, { run: { activation_id: activationId, deadline, value } });
      const result = { reply: JSON.parse(body) as Reply, ended: await ended };
      child.kill("SIGSTOP");
      return result;
    },
    stop: () => {
      isStopped = true;
      child.kill("SIGKILL");
    },
  };
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

async function ask(child: ChildProcess, question: object): Promise<string> {
  const answered = once(child, "message", { signal: AbortSignal.timeout(responseTimeoutMs) });
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
        strangeLines.push(...(line.startsWith(mark) ? [] : [line]));
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

/** Gives the host that was used last first, so that the others become idle. */
export function createPool(all: readonly Host[]) {
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
