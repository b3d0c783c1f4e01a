import { type ChildProcess, fork } from "node:child_process";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { CallFailure } from "../function-call.ts";
import type { FunctionCode, ProcessEndpoint, ProducedRequest } from "../host-options.ts";
import { collectLog, type LogLine } from "./activation-log.ts";

/** What became of one activation. `result` is JSON text, as the runner hands it on. */
export type Activation = (
  | { readonly kind: "result"; readonly result: string }
  | { readonly kind: "failure"; readonly failure: CallFailure; readonly reason: string }
) & {
  readonly logLines: readonly LogLine[];
  readonly requests: readonly ProducedRequest[];
};

export type ActivationRequest = {
  readonly id: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
};

export type FunctionProcess = {
  /** The problem of a function that does not load; undefined when it has loaded. */
  readonly loaded: Promise<string | undefined>;
  /** Runs one activation. The process cannot be used again if `isUsable` is false afterwards. */
  readonly activate: (request: ActivationRequest) => Promise<Activation>;
  readonly isUsable: () => boolean;
  readonly stop: () => Promise<void>;
};

type ProcessOptions = {
  readonly name: string;
  readonly code: FunctionCode;
  readonly openEndpoint: (() => Promise<ProcessEndpoint>) | undefined;
};

type Answer = {
  readonly initialized?: boolean;
  readonly result?: string;
  readonly reason?: string;
  readonly isStopped?: boolean;
};

const runner = fileURLToPath(new URL("runner.cjs", import.meta.url));
/** How long the output of a finished activation is waited for. */
const outputMsMax = 1_000;
const endMarker = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX";

/** Starts a process for one function, with an address of its own for Data Stream. It runs one activation at a time. */
export async function startProcess(options: ProcessOptions): Promise<FunctionProcess> {
  const endpoint = await options.openEndpoint?.();
  const child = fork(runner, [], {
    // A function has no environment on NAVER Cloud: its settings are parameters.
    env: { PATH: process.env["PATH"], __OW_ACTION_NAME: `/_/${options.name}` },
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // Ctrl-C reaches the host alone, which then ends its processes in order.
    detached: true,
  });
  const log = collectLog(
    [child.stdout, child.stderr].filter((one): one is Readable => one !== null),
  );
  const exited = untilExit(child);
  let isUsable = true;
  void exited.then(() => {
    isUsable = false;
  });
  const ask = (message: object) => Promise.race([answerTo(child, message), exited]);
  const loaded = ask({ init: options.code }).then(({ initialized, reason }) => {
    isUsable = isUsable && initialized === true;
    return initialized ? undefined : reason;
  });
  const activate = async (request: ActivationRequest): Promise<Activation> => {
    const abort = new AbortController();
    const timedOut = sleep(request.timeoutMs, "timed-out" as const, { signal: abort.signal }).catch(
      () => "timed-out" as const,
    );
    const marker = `${endMarker} ${request.id}`;
    const output = log.until(marker);
    const run = toRun(request, marker, endpoint?.origin);
    const answer = await Promise.race([
      loaded.then((problem) => (problem === undefined ? ask({ run }) : notStarted(problem))),
      timedOut,
    ]);
    abort.abort();
    if (answer === "timed-out") {
      isUsable = false;
      child.kill("SIGKILL");
    } else {
      isUsable = isUsable && answer.isStopped !== true;
      await Promise.race([output, exited, sleep(outputMsMax, undefined, { ref: false })]);
    }
    return {
      ...toEnding(answer, request.timeoutMs),
      logLines: log.takeLines(),
      requests: endpoint?.takeRequests() ?? [],
    };
  };
  return {
    loaded,
    activate,
    isUsable: () => isUsable,
    async stop() {
      isUsable = false;
      child.kill("SIGKILL");
      await exited;
      await endpoint?.close();
    },
  };
}

/** Resolves once the process has gone and its output was read, or it could not be started. */
function untilExit(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ reason: error.message }));
    child.once("close", (code, signal) =>
      resolve({ reason: `The process of the action ended (${signal ?? `exit code ${code}`}).` }),
    );
  });
}

function answerTo(child: ChildProcess, message: object): Promise<Answer> {
  return new Promise((resolve) => {
    child.once("message", (answer) => resolve(answer as Answer));
    // A process that has ended takes no message. Its exit is the answer then.
    child.send(message, () => undefined);
  });
}

function toRun({ id, parameters, timeoutMs }: ActivationRequest, marker: string, origin?: string) {
  return {
    endMarker: marker,
    parameters: origin === undefined ? parameters : { ...parameters, DATASTREAM_ENDPOINT: origin },
    environment: { __OW_ACTIVATION_ID: id, __OW_DEADLINE: String(Date.now() + timeoutMs) },
  };
}

function notStarted(problem: string): Answer & { readonly initialized: false } {
  return { initialized: false, reason: `Initialization has failed due to: ${problem}` };
}

/** The texts are those of Apache OpenWhisk where it has one. */
function toEnding(answer: Answer | "timed-out", timeoutMs: number) {
  if (answer === "timed-out") {
    const reason = `The action exceeded its time limits of ${timeoutMs} milliseconds.`;
    return { kind: "failure", failure: "timed-out", reason } as const;
  }
  const { result, reason = "The action returned nothing.", initialized } = answer;
  return result === undefined
    ? ({
        kind: "failure",
        failure: initialized === false ? "not-started" : "crashed",
        reason,
      } as const)
    : ({ kind: "result", result } as const);
}
