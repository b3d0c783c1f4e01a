import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "../functions-console/connection.ts";
import { createFunctionsConsole } from "../functions-console/functions-console.ts";
import { closeServer, listen } from "../listen.ts";
import { dispatch } from "./dispatch.ts";
import { createEvents } from "./events.ts";
import { faultLine } from "./fault-line.ts";
import { createFaults } from "./faults.ts";
import { loadPage } from "./page.ts";
import { createRequestLog } from "./request-log.ts";
import type { StandIn } from "./stand-in.ts";
import { createTopics } from "./topics.ts";

export type StandInOptions = {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host?: "127.0.0.1" | "::1";
  /** Topic name → partition count. */
  readonly topics: Readonly<Record<string, number>>;
  /** Access key → secret key. */
  readonly accessKeys: Readonly<Record<string, string>>;
  /** Where the functions are that the page sends to; without it the stand-in runs alone. */
  readonly functions?: Connection;
  /** Takes a line for every refused request and every switch of the faults; the terminal by default. */
  readonly log?: (line: string) => void;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly recordsMax?: number;
  readonly recordBytesMax?: number;
  readonly requestsMax?: number;
};

export type RunningStandIn = {
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
};

const recordsMaxDefault = 10_000;
const recordBytesMaxDefault = 256 * 1024 * 1024;
const requestsMaxDefault = 200;
const connectionsMax = 1000;
const requestTimeoutMs = 30_000;

export async function startStandIn(options: StandInOptions): Promise<RunningStandIn> {
  const { host = "127.0.0.1" } = options;
  const closing = new AbortController();
  const standIn = createStandIn(options, closing.signal);
  const page = await loadPage();
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    dispatch({ request, response, page }, standIn).catch((error: unknown) => {
      console.error("the stand-in failed on a request:", error);
      response.destroy();
    });
  });
  server.maxConnections = connectionsMax;
  const port = await listen(server, options.port, host);
  return {
    origin: `http://${host === "::1" ? "[::1]" : host}:${port}`,
    port,
    async close() {
      closing.abort();
      standIn.events.close();
      await closeServer(server);
    },
  };
}

function createStandIn(options: StandInOptions, closing: AbortSignal): StandIn {
  const topics = createTopics(options.topics, {
    recordsMax: options.recordsMax ?? recordsMaxDefault,
    recordBytesMax: options.recordBytesMax ?? recordBytesMaxDefault,
  });
  const events = createEvents(topics.records);
  const { log = console.log, now = Date.now } = options;
  return {
    accessKeys: new Map(Object.entries(options.accessKeys)),
    topics,
    faults: createFaults((remaining) => {
      log(faultLine(remaining));
      events.faults(remaining.on);
    }),
    requests: createRequestLog(options.requestsMax ?? requestsMaxDefault),
    events,
    functionsConsole: createFunctionsConsole(options.functions),
    log,
    startedAtMs: now(),
    now,
    random: options.random ?? Math.random,
    /** Ends early when the stand-in closes: a long delay must not keep the process alive. */
    wait: (delayMs) => sleep(delayMs, undefined, { signal: closing }).catch(() => undefined),
  };
}
