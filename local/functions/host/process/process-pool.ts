import type { HostedFunction, HostOptions } from "../host-options.ts";
import {
  type Activation,
  type ActivationRequest,
  type FunctionProcess,
  startProcess,
} from "./function-process.ts";

/** Up to this many calls of an HTTP function run at once. Any other function runs one at a time, the rest wait. */
const httpProcessesMax = 4;
/** NAVER Cloud runs 100 calls at once: https://guide.ncloud-docs.com/docs/en/cloudfunctions-spec (read 2026-11-30). */
const callsMax = 100;

export type ProcessPool = {
  /** Resolves with the problem of a function that does not load, and with undefined once it has loaded. */
  readonly loaded: Promise<string | undefined>;
  readonly run: (request: ActivationRequest) => Promise<Activation>;
  /** Ends the processes when the calls that run have ended. */
  readonly drain: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Creates the processes of one function. The first starts at once, further ones when calls come in parallel. */
export function createPool(
  name: string,
  { code, triggers, memoryMb }: HostedFunction,
  { openEndpoint }: Pick<HostOptions, "openEndpoint">,
): ProcessPool {
  const processesMax = triggers.http === true ? httpProcessesMax : 1;
  const all = new Set<Promise<FunctionProcess>>();
  const idle: FunctionProcess[] = [];
  const waiting: ((process: FunctionProcess | Promise<FunctionProcess>) => void)[] = [];
  const owners = new WeakMap<FunctionProcess, Promise<FunctionProcess>>();
  let calls = 0;
  let onDrained: () => void = () => undefined;

  const start = (): Promise<FunctionProcess> => {
    const started = startProcess({ name, code, memoryMb, openEndpoint }).then((process) => {
      owners.set(process, started);
      return process;
    });
    all.add(started);
    return started;
  };
  const discard = (process: FunctionProcess): void => {
    all.delete(owners.get(process) as Promise<FunctionProcess>);
    void process.stop();
  };
  const acquire = async (): Promise<FunctionProcess> => {
    for (let free = idle.pop(); free !== undefined; free = idle.pop()) {
      if (free.isUsable()) {
        return free;
      }
      // It ended by itself between two calls.
      discard(free);
    }
    return all.size < processesMax ? start() : new Promise((resolve) => waiting.push(resolve));
  };
  const release = (process: FunctionProcess): void => {
    const next = waiting.shift();
    if (process.isUsable()) {
      next === undefined ? idle.push(process) : next(process);
      return;
    }
    discard(process);
    next?.(start());
  };
  const stop = async () => {
    await Promise.all([...all].map(async (one) => (await one).stop()));
  };
  const first = start().then((process) => {
    release(process);
    return process;
  });

  return {
    loaded: first.then(({ loaded }) => loaded),
    async run(request) {
      if (calls >= callsMax) {
        return tooManyCalls;
      }
      calls += 1;
      const process = await acquire();
      try {
        return await process.activate(request);
      } finally {
        calls -= 1;
        release(process);
        if (calls === 0) {
          onDrained();
        }
      }
    },
    async drain() {
      if (calls > 0) {
        await new Promise<void>((resolve) => {
          onDrained = resolve;
        });
      }
      await stop();
    },
    stop,
  };
}

/** The text of Apache OpenWhisk. */
const tooManyCalls: Activation = {
  kind: "failure",
  failure: "too-many-calls",
  reason: `Too many concurrent requests in flight (count: ${callsMax + 1}, allowed: ${callsMax}).`,
  logLines: [],
  requests: [],
};
