import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "../functions/console/connection.ts";
import { createFunctionsConsole } from "../functions/console/functions-console.ts";
import { closeServer, listen, reachableHost } from "../http/listen.ts";
import {
  dataBytesMaxDefault,
  partitionBytesMaxDefault,
  recordBytesMaxDefault,
  recordsMaxDefault,
} from "./bounds.ts";
import type { Events } from "./control/events.ts";
import { createEvents } from "./control/events.ts";
import { createRequestLog } from "./control/request-log.ts";
import { dispatch } from "./dispatch.ts";
import type { StandIn } from "./emulator.ts";
import { faultLine } from "./faults/fault-line.ts";
import { createFaults } from "./faults/faults.ts";
import type { KafkaOptions } from "./kafka/kafka.ts";
import { connectKafka } from "./kafka/kafka.ts";
import { loadPage } from "./page/serve-page.ts";
import type { CountedSize } from "./produce/message-size.ts";
import { StartProblem } from "./start-problem.ts";
import { createDurableKeeper, unnamedTopics } from "./storage/durable-storage.ts";
import type { Keeper } from "./storage/memory-storage.ts";
import { createMemoryKeeper } from "./storage/memory-storage.ts";
import type { TopicSettings } from "./topics/topic-settings.ts";
import type { Topics } from "./topics/topics.ts";
import { createTopics } from "./topics/topics.ts";

export type StandInOptions = {
  /** 0 takes a free port. */
  readonly port: number;
  /** An address of loopback, which is the default, or 0.0.0.0 or :: for all of this machine. */
  readonly host?: string;
  /** Names beside those of loopback that it may be called by. */
  readonly allowedHosts?: readonly string[];
  /** Topic name → partition count, or that with a retention. */
  readonly topics: TopicSettings;
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
  /** Above it a partition's oldest records are dropped. */
  readonly partitionBytesMax?: number;
  /** Where records are kept across restarts; without it they are in memory only. */
  readonly dataDirectory?: string;
  /** What the database in it may grow to; a message that does not fit is refused. */
  readonly dataBytesMax?: number;
  /** What the largest size of a message counts; the body by default. */
  readonly countedSize?: CountedSize;
  /** Where every message has to be acknowledged first. */
  readonly kafka?: KafkaOptions;
};

export type RunningStandIn = {
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
};

const requestsMaxDefault = 200;
const connectionsMax = 1000;
const requestTimeoutMs = 30_000;

/** Throws a StartProblem when what it is given cannot be used. */
export async function startStandIn(options: StandInOptions): Promise<RunningStandIn> {
  const { host = "127.0.0.1" } = options;
  const closing = new AbortController();
  const page = await loadPage();
  const { standIn, close } = await createStandIn(options, closing.signal);
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    dispatch({ request, response, page }, standIn).catch((error: unknown) => {
      console.error("the stand-in failed on a request:", error);
      response.destroy();
    });
  });
  server.maxConnections = connectionsMax;
  const port = await listen(server, options.port, host).catch(async (error: unknown) => {
    await close();
    throw listenProblem(error, host);
  });
  const closeAll = async (): Promise<void> => {
    closing.abort();
    standIn.events.close();
    await closeServer(server);
    await close();
  };
  let closed: Promise<void> | undefined;
  return {
    origin: `http://${reachableHost(host)}:${port}`,
    port,
    close() {
      closed ??= closeAll();
      return closed;
    },
  };
}

/** A port in use is left as it came: who chose the port knows how it is named. */
function listenProblem(error: unknown, host: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  return code === "EADDRINUSE"
    ? error
    : new StartProblem(`the stand-in cannot listen on ${host}: ${code}`);
}

async function createStandIn(options: StandInOptions, closing: AbortSignal) {
  const { log = console.log, now = Date.now } = options;
  const topics = createTopics(options.topics, {
    recordsMax: options.recordsMax ?? recordsMaxDefault,
    recordBytesMax: options.recordBytesMax ?? recordBytesMaxDefault,
    partitionBytesMax: options.partitionBytesMax ?? partitionBytesMaxDefault,
    now,
  });
  const kafka = options.kafka && (await connectKafka(options.kafka, topics, log));
  const events = createEvents(topics.records);
  const keeper = await createKeeper(options, { topics, onAppend: events.record }).catch(
    async (error: unknown) => {
      events.close();
      await kafka?.close();
      throw error;
    },
  );
  const standIn: StandIn = {
    accessKeys: new Map(Object.entries(options.accessKeys)),
    topics,
    countedSize: options.countedSize ?? "body",
    keep: kafka?.before(keeper.keep) ?? keeper.keep,
    empty: keeper.empty,
    allowedHosts: options.allowedHosts ?? [],
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
  const close = async () => {
    await kafka?.close();
    keeper.close();
  };
  return { standIn, close };
}

type Kept = { readonly topics: Topics; readonly onAppend: Events["record"] };

async function createKeeper(options: StandInOptions, { topics, onAppend }: Kept): Promise<Keeper> {
  const { dataDirectory, dataBytesMax = dataBytesMaxDefault, log = console.log } = options;
  if (dataDirectory === undefined) {
    return createMemoryKeeper(topics, onAppend);
  }
  const { openRecordStore } = await import("./storage/record-store.ts");
  const store = await openRecordStore(dataDirectory, dataBytesMax);
  try {
    const keeper = createDurableKeeper({ topics, store }, onAppend);
    for (const topic of unnamedTopics(topics, store)) {
      log(
        `--data also holds the topic ${topic}, which the settings do not name: it is left as it is`,
      );
    }
    return keeper;
  } catch (error) {
    store.close();
    throw error;
  }
}
