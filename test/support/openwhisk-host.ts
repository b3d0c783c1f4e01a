import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";

// openwhisk-host.cjs writes both lines to stdout and stderr. The real runner has no line for the beginning.
// The host needs it to separate an activation's output from the output between two activations.
const beginLine = "XXX_THE_BEGIN_OF_A_WHISK_ACTIVATION_XXX\n";
const endLine = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\n";

const hostPath = fileURLToPath(new URL("openwhisk-host.cjs", import.meta.url));
const answerTimeoutMs = 20_000;
// Work that is left after the last activation may run this long before the process is killed.
const drainTimeoutMs = 1500;

export type HostedArtifact = {
  readonly kind: "source" | "source-identifier-only" | "zip" | "require";
  readonly path: string;
};

type StartOptions = {
  readonly artifact: HostedArtifact;
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
};

type Activation = {
  readonly status: number;
  readonly result: unknown;
  readonly logs: readonly string[];
};

export type OpenWhisk = {
  run(
    params: Readonly<Record<string, unknown>>,
    message?: Readonly<Record<string, string>>,
  ): Promise<Activation>;
  stop(): Promise<{ readonly lateOutput: string }>;
};

type HostResponse = { readonly status: number; readonly body: string; readonly activated?: true };

/** Rejects with status and reason if the artifact cannot be initialised. */
export async function startOpenWhisk(options: StartOptions): Promise<OpenWhisk> {
  const folder = mkdtempSync(join(tmpdir(), "openwhisk-host-"));
  const child = fork(hostPath, {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "" },
    execArgv: [],
    execPath: options.node ?? process.execPath,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const streams = [child.stdout, child.stderr].map(readText);
  const ask = asker(child);
  const host = { run: runner(ask, streams), stop: stopper(child, folder, streams) };
  try {
    const artifact = loadable(options.artifact, folder);
    const { status, body } = await ask({ init: { artifact, env: options.env ?? {} } });
    if (status !== 200) {
      throw new Error(`${status} ${body}`);
    }
  } catch (error) {
    await host.stop();
    throw error;
  }
  return host;
}

function loadable(
  { kind, path }: HostedArtifact,
  folder: string,
): Readonly<Record<string, string>> {
  if (kind === "require") {
    return { kind, path };
  }
  if (kind !== "zip") {
    return { kind, code: readFileSync(path, "utf8") };
  }
  const entries = Object.entries(unzipSync(readFileSync(path)));
  for (const [name, bytes] of entries.filter(([name]) => !name.endsWith("/"))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return { kind, path: folder };
}

/**
 * Sends requests to the process and returns its responses. If the process dies, every waiting request gets
 * a response that says so.
 */
function asker(child: ChildProcess): (question: object) => Promise<HostResponse> {
  const waiting = new Map<string, (answer: HostResponse) => void>();
  let death: HostResponse | undefined;
  child.on("message", (answer: HostResponse & { readonly id: string }) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  const die = (reason: string) => {
    death = { status: 502, body: JSON.stringify({ error: reason }) };
    for (const answer of waiting.values()) {
      answer(death);
    }
  };
  child.on("error", (error) => die(error.message));
  child.on("exit", (code, signal) => die(`The process exited with ${signal ?? code}.`));
  return (question) => {
    if (death !== undefined) {
      return Promise.resolve(death);
    }
    const id = randomUUID();
    const answered = new Promise<HostResponse>((resolve) => waiting.set(id, resolve));
    child.send({ id, ...question }, () => undefined);
    return within(answered, answerTimeoutMs, () => child.kill("SIGKILL"));
  };
}

function runner(ask: ReturnType<typeof asker>, streams: readonly TextStream[]): OpenWhisk["run"] {
  let activations = 0;
  return async (params, message = {}) => {
    const { status, body, activated } = await ask({ run: { ...message, value: params } });
    const logs: string[] = [];
    if (activated) {
      activations += 1;
      const nth = activations;
      for (const stream of streams) {
        await stream.includesTimes(endLine, nth);
        logs.push(...logLines(stream.text(), nth));
      }
    }
    return { status, result: JSON.parse(body), logs };
  };
}

function stopper(
  child: ChildProcess,
  folder: string,
  streams: readonly TextStream[],
): OpenWhisk["stop"] {
  // A child whose channel we close ourselves never emits "close". Its streams do.
  const closed = Promise.all(streams.map((stream) => stream.closed));
  return async () => {
    // Without its channel the process ends by itself as soon as nothing is left to do.
    if (child.connected) {
      child.disconnect();
    }
    const kill = setTimeout(() => child.kill("SIGKILL"), drainTimeoutMs);
    await closed;
    clearTimeout(kill);
    rmSync(folder, { recursive: true, force: true });
    return { lateOutput: streams.map((stream) => lateText(stream.text())).join("") };
  };
}

/** Output before the first activation belongs to the log of the first, as on the platform. */
function logLines(text: string, nth: number): string[] {
  const [before = "", during = ""] = (text.split(endLine)[nth - 1] ?? "").split(beginLine);
  const log = nth === 1 ? before + during : during;
  return log.split("\n").filter((line) => line !== "");
}

function lateText(text: string): string {
  const [, ...afterFirst] = text.split(endLine);
  return afterFirst.map((section) => section.split(beginLine)[0]).join("");
}

type TextStream = {
  readonly closed: Promise<void>;
  text(): string;
  includesTimes(line: string, times: number): Promise<void>;
};

function readText(stream: Readable | null): TextStream {
  if (stream === null) {
    throw new Error("The process has no output to read.");
  }
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  return {
    closed: new Promise((resolve) => stream.once("close", resolve)),
    text: () => text,
    async includesTimes(line, times) {
      while (text.split(line).length <= times) {
        await within(once(stream, "data"), answerTimeoutMs);
      }
    },
  };
}

async function within<T>(promise: Promise<T>, ms: number, onTimeout?: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onTimeout?.();
      reject(new Error(`No answer within ${ms} ms.`));
    }, ms);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
