import { closeServer, listen } from "../../http/listen.ts";
import { type Calls, createCalls, type RunningFunction } from "./calls.ts";
import { startCron } from "./cron.ts";
import { createEventQueue } from "./event-queue.ts";
import type { Host, HostedFunction, HostOptions } from "./host-options.ts";
import { createPool } from "./process/process-pool.ts";
import { routeOf } from "./routes.ts";
import { bodyBytesMax, createHostServer } from "./server.ts";

/** Observed in Korea: https://guide.ncloud-docs.com/docs/en/cloudfunctions-cron-vpc names no zone. */
const timezoneDefault = "Asia/Seoul";

type BucketEvent = { readonly name: string; readonly event: Readonly<Record<string, unknown>> };
type Deployed = RunningFunction & {
  readonly stopTriggers: () => void;
  readonly bucketEvents: ReturnType<typeof createEventQueue<BucketEvent>>;
};

/**
 * Starts the host of the functions. It runs them as NAVER Cloud does: `main` in a process of its own, settings as bound
 * parameters, raw HTTP, cron and bucket events.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const { port, allowedHosts = [], now = Date.now, onCall, report } = options;
  const running = new Map<string, Deployed>();
  const built = new Map(Object.entries(options.functions));
  const replaced = new Set<string>();
  const calls = createCalls({
    ...{ onCall, now, fixedParameters: options.fixedParameters ?? {} },
    find: (name) => running.get(name),
  });
  const start = (name: string, hosted: HostedFunction) => {
    running.set(name, deploy(name, hosted, { options, calls }));
  };
  const server = createHostServer({
    ...{ allowedHosts, calls },
    findRoute: (path) => routeOf(path, running),
  });
  const boundPort = await listen(server, port, "127.0.0.1");
  for (const [name, hosted] of Object.entries(options.functions)) {
    start(name, hosted);
  }
  const loaded = async (name: string): Promise<void> => {
    const problem = await running.get(name)?.pool.loaded;
    if (problem !== undefined) {
      report(`the function ${name} does not load: ${problem}`);
    }
  };
  const change = async (name: string, hosted: HostedFunction | undefined): Promise<void> => {
    const old = running.get(name);
    old?.stopTriggers();
    running.delete(name);
    if (hosted !== undefined) {
      start(name, hosted);
      await loaded(name);
    }
    await old?.pool.drain();
  };
  for (const name of built.keys()) {
    await loaded(name);
  }
  return {
    origin: `http://127.0.0.1:${boundPort}`,
    port: boundPort,
    call: (name, event, trigger = "by-hand") =>
      calls.invoke({ ...{ name, trigger }, event: event as BucketEvent["event"] }),
    callHttp: (name, path, request) =>
      request.body.length > bodyBytesMax
        ? Promise.resolve(calls.refuseTooLarge({ name, request, isGone: () => false }))
        : calls.overHttp({ route: { kind: "http", name, path }, request, isGone: () => false }),
    async replaceFunction(name, replacement) {
      replacement === undefined ? replaced.delete(name) : replaced.add(name);
      await change(name, replacement ?? built.get(name));
    },
    async rebuildFunction(name, hosted) {
      hosted === undefined ? built.delete(name) : built.set(name, hosted);
      if (!replaced.has(name)) {
        await change(name, hosted);
      }
    },
    functions: () => Object.fromEntries(running),
    bucketEvent(bucket, event) {
      for (const [name, { triggers, bucketEvents }] of running) {
        const { objectStorage = [] } = triggers;
        if (objectStorage === true || objectStorage.includes(bucket)) {
          bucketEvents.add({ name, event: event as BucketEvent["event"] });
        }
      }
    },
    async stop() {
      const all = [...running.values()];
      running.clear();
      for (const { stopTriggers } of all) {
        stopTriggers();
      }
      await Promise.all([closeServer(server), ...all.map(({ pool }) => pool.stop())]);
    },
  };
}

type Context = { readonly options: HostOptions; readonly calls: Calls };

/** Starts a function's processes and its triggers. */
function deploy(name: string, hosted: HostedFunction, { options, calls }: Context): Deployed {
  const { report, timezone = timezoneDefault } = options;
  const bucketEvents = createEventQueue<BucketEvent>({
    deliver: ({ event }) => calls.invoke({ name, event, trigger: "object-storage" }),
    report: (line) => report(`${name}: ${line}`),
  });
  const crons = (hosted.triggers.cron ?? []).map((expression) =>
    startCron(expression, {
      timezone,
      onTick: () => calls.invoke({ name, event: {}, trigger: "cron" }),
      report: (line) => report(`${name}: ${line}`),
    }),
  );
  return {
    ...hosted,
    pool: createPool(name, hosted, options),
    bucketEvents,
    stopTriggers() {
      bucketEvents.clear();
      for (const cron of crons) {
        cron.stop();
      }
    },
  };
}
