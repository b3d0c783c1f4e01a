import { type ChildProcess, fork } from "node:child_process";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { CallFailure } from "../function-call.ts";
import type { FunctionCode, ProcessEndpoint, ProducedRequest } from "../host-options.ts";
import { collectLog, type LogLine } from "./activation-log.ts";

/** The outcome of one activation. `result` is JSON text, as the runner hands it on. */
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
  readonly memoryMb: number | undefined;
  readonly openEndpoint: (() => Promise<ProcessEndpoint>) | undefined;
};

type Answer = {
  readonly initialized?: boolean;
  readonly result?: string;
  readonly reason?: string;
  readonly isStopped?: boolean;
};

const runner = fileURLToPath(new URL("runner.cjs", import.meta.url));
/** The longest wait for the output of a finished activation. */
const outputMsMax = 1_000;
const endMarker = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX";

/** Starts a process for one function, with an address of its own for Data Stream. It runs one activation at a time. */
export async function startProcess(options: ProcessOptions): Promise<FunctionProcess> {
  const endpoint = await options.openEndpoint?.();
  const child = fork(runner, [], {
    // A function has no environment on NAVER Cloud: its settings are parameters.
    env: { PATH: process.env["PATH"], __OW_ACTION_NAME: `/_/${options.name}` },
    // NAVER Cloud counts all memory of a container. Only the heap of a process can be limited.
    execArgv: options.memoryMb === undefined ? [] : [`--max-old-space-size=${options.memoryMb}`],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // Ctrl-C reaches the host alone, which then ends its processes in order.
    detached: true,
  });
  const log = collectLog(
    [child.stdout, child.stderr].filter((one): one is Readable => one !== null),
  );
  const { ask, exited } = openChannel(child);
  let isUsable = true;
  void exited.then(() => {
    isUsable = false;
  });
  const loaded = ask({ init: options.code }).then(({ initialized, reason }) => {
    isUsable = isUsable && initialized === true;
    return initialized ? undefined : reason;
  });
  /** Ends the process if an answer takes longer than the limit. */
  const within = async (
    answer: Promise<Answer>,
    timeoutMs: number,
  ): Promise<Answer | undefined> => {
    const abort = new AbortController();
    const timeout = sleep(timeoutMs, undefined, { signal: abort.signal }).catch(() => undefined);
    const first = await Promise.race([answer, timeout]);
    abort.abort();
    if (first === undefined) {
      isUsable = false;
      child.kill("SIGKILL");
    }
    return first;
  };
  const runLoaded = async (request: ActivationRequest): Promise<Answer | undefined> => {
    const marker = `${endMarker} ${request.id}`;
    const output = log.until(marker);
    const answer = await within(
      ask({ run: toRun(request, marker, endpoint?.origin) }),
      request.timeoutMs,
    );
    isUsable = isUsable && answer?.isStopped !== true;
    await Promise.race([output, sleep(outputMsMax, undefined, { ref: false })]);
    return answer;
  };
  const activate = async (request: ActivationRequest): Promise<Activation> => {
    // As in OpenWhisk the start has the same limit, and does not count towards that of the activation.
    const started = await within(loaded.then(toStart), request.timeoutMs);
    const answer = started?.initialized === true ? await runLoaded(request) : started;
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

/** Asks the process one question at a time. Its exit, or that it could not be started, is an answer too. */
function openChannel(child: ChildProcess) {
  let resolveQuestion: (answer: Answer) => void = () => undefined;
  let exit: Answer | undefined;
  child.on("message", (answer) => resolveQuestion(answer as Answer));
  const exited = new Promise<void>((resolve) => {
    const end = (reason: string) => {
      exit ??= { reason };
      resolveQuestion(exit);
      resolve();
    };
    child.once("error", (error) => end(error.message));
    child.once("close", (code, signal) =>
      end(`The process of the action ended (${signal ?? `exit code ${code}`}).`),
    );
  });
  const ask = (message: object): Promise<Answer> =>
    new Promise((resolve) => {
      if (exit !== undefined) {
        resolve(exit);
        return;
      }
      resolveQuestion = resolve;
      // A process that ended meanwhile takes no message. Its exit is the answer then.
      child.send(message, () => undefined);
    });
  return { ask, exited };
}

function toRun({ id, parameters, timeoutMs }: ActivationRequest, marker: string, origin?: string) {
  return {
    endMarker: marker,
    parameters: origin === undefined ? parameters : { ...parameters, DATASTREAM_ENDPOINT: origin },
    environment: { __OW_ACTIVATION_ID: id, __OW_DEADLINE: String(Date.now() + timeoutMs) },
  };
}

function toStart(problem: string | undefined): Answer {
  return problem === undefined
    ? { initialized: true }
    : { initialized: false, reason: `Initialization has failed due to: ${problem}` };
}

/** The texts are those of Apache OpenWhisk where it has one. */
function toEnding(answer: Answer | undefined, timeoutMs: number) {
  if (answer === undefined) {
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
