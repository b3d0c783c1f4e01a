import { setMaxListeners } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createDeliveries } from "../deliveries/deliveries.ts";
import { createDeliveriesApi } from "../deliveries/deliveries-api.ts";
import type { FunctionsConnection } from "../functions/console/connection.ts";
import { createFunctionsConsole } from "../functions/console/functions-console.ts";
import type { FunctionCall } from "../functions/host/function-call.ts";
import { closeServer, listen, reachableHost } from "../http/listen.ts";
import { createPage } from "../page/serve-page.ts";
import {
  dataBytesMaxDefault,
  partitionBytesMaxDefault,
  recordBytesMaxDefault,
  recordsMaxDefault,
} from "./bounds.ts";
import { createEvents } from "./control/events.ts";
import { createRequestLog } from "./control/request-log.ts";
import { dispatchDataStream } from "./dispatch.ts";
import type { Emulator } from "./emulator.ts";
import { faultLine } from "./faults/fault-line.ts";
import { createFaults } from "./faults/faults.ts";
import type { KafkaOptions } from "./kafka/kafka.ts";
import { connectKafka } from "./kafka/kafka.ts";
import { type OwnEndpoint, openProcessEndpoint } from "./process-endpoint.ts";
import type { CountedSize } from "./produce/message-size.ts";
import { StartProblem } from "./start-problem.ts";
import { createDurableStorage, unnamedTopics } from "./storage/durable-storage.ts";
import type { RecordStorage } from "./storage/memory-storage.ts";
import { createMemoryStorage } from "./storage/memory-storage.ts";
import type { TopicRecord } from "./storage/record-log.ts";
import type { TopicListForm } from "./topics/topic-list.ts";
import type { TopicSettings } from "./topics/topic-settings.ts";
import type { Topics } from "./topics/topics.ts";
import { createTopics } from "./topics/topics.ts";
import { createWaiters } from "./wait/waiters.ts";

export type EmulatorOptions = {
  /** 0 takes a free port. */
  readonly port: number;
  /** A loopback address, which is the default, or 0.0.0.0 or :: for every network of this machine. */
  readonly host?: string;
  /** Maps topic name to partition count, or to partition count and retention. */
  readonly topics: TopicSettings;
  /** Maps access key to secret key. */
  readonly accessKeys: Readonly<Record<string, string>>;
  /** The place of the functions that the page calls. Without it the emulator runs alone. */
  readonly functions?: FunctionsConnection;
  /** Takes a line for every refused request and every change of the faults. The default is the terminal. */
  readonly log?: (line: string) => void;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly recordsMax?: number;
  readonly recordBytesMax?: number;
  readonly requestsMax?: number;
  /** Above this size the oldest records of a partition are dropped. */
  readonly partitionBytesMax?: number;
  /** The directory that keeps records across restarts. Without it records are in memory only. */
  readonly dataDirectory?: string;
  /** The size limit of the database in that directory. A message that does not fit is refused. */
  readonly dataBytesMax?: number;
  /** The part of a message that counts towards its size limit. The default is the body. */
  readonly countedSize?: CountedSize;
  /** The form in which topics are listed and described. The default is the older one. */
  readonly topicList?: TopicListForm;
  /** The Kafka cluster that has to acknowledge every message first. */
  readonly kafka?: KafkaOptions;
};

export type RunningEmulator = {
  readonly origin: string;
  readonly port: number;
  /** State that its routes share, for programs that run it in their own process. */
  readonly emulator: Pick<Emulator, "topics" | "faults" | "waiters" | "emptyTopics">;
  /** Opens an address of the API for one process. */
  openEndpoint(): Promise<OwnEndpoint>;
  /** Adds a finished call of a function to the deliveries. `parameters` are those that the function is bound to. */
  addCall(call: FunctionCall, parameters?: Readonly<Record<string, unknown>>): void;
  close(): Promise<void>;
};

const requestsMaxDefault = 200;
const connectionsMax = 1000;
const requestTimeoutMs = 30_000;

/** Starts the emulator. Throws a StartProblem if an option cannot be used. */
export async function startEmulator(options: EmulatorOptions): Promise<RunningEmulator> {
  const { host = "127.0.0.1" } = options;
  const closing = new AbortController();
  // A response that is delayed listens to it, and a connection waits for one.
  setMaxListeners(connectionsMax, closing.signal);
  const page = createPage();
  const { emulator, close } = await createEmulator(options, closing.signal);
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    dispatchDataStream({ request, response, page }, emulator).catch((error: unknown) => {
      console.error("the emulator failed on a request:", error);
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
    emulator.events.close();
    await closeServer(server);
    await close();
  };
  let closed: Promise<void> | undefined;
  return {
    origin: `http://${reachableHost(host)}:${port}`,
    port,
    emulator,
    openEndpoint: () => openProcessEndpoint(emulator),
    addCall: (call, parameters) => void emulator.deliveries.add(call, parameters),
    close() {
      closed ??= closeAll();
      return closed;
    },
  };
}

/**
 * Explains why the emulator cannot listen. A port in use stays the original error: the caller who chose the port
 * knows the name of its setting.
 */
function listenProblem(error: unknown, host: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  return code === "EADDRINUSE"
    ? error
    : new StartProblem(`the emulator cannot listen on ${host}: ${code}`);
}

async function createEmulator(options: EmulatorOptions, closing: AbortSignal) {
  const { log = console.log, now = Date.now } = options;
  const topics = createTopics(options.topics, {
    recordsMax: options.recordsMax ?? recordsMaxDefault,
    recordBytesMax: options.recordBytesMax ?? recordBytesMaxDefault,
    partitionBytesMax: options.partitionBytesMax ?? partitionBytesMaxDefault,
    now,
  });
  const kafka = options.kafka && (await connectKafka(options.kafka, topics, log));
  const events = createEvents(topics.records);
  const waiters = createWaiters();
  const onAppend = (record: TopicRecord): void => {
    events.record(record);
    waiters.record(record);
  };
  const storage = await createStorage(options, { topics, onAppend }).catch(
    async (error: unknown) => {
      events.close();
      await kafka?.close();
      throw error;
    },
  );
  const connection = options.functions;
  const deliveries = createDeliveries({
    settings: { ...secretsOf(options.accessKeys), ...connection?.settings },
    records: topics.records,
    onAdd: events.delivery,
  });
  const emulator: Emulator = {
    accessKeys: new Map(Object.entries(options.accessKeys)),
    topics,
    countedSize: options.countedSize ?? "body",
    topicList: options.topicList ?? "list",
    writeRecord: kafka?.before(storage.write) ?? storage.write,
    emptyTopics: storage.empty,
    faults: createFaults((remaining) => {
      log(faultLine(remaining));
      events.faults(remaining.on);
    }),
    requests: createRequestLog(options.requestsMax ?? requestsMaxDefault),
    events,
    waiters,
    functionsConsole: createFunctionsConsole(connection),
    deliveries,
    deliveriesApi: createDeliveriesApi({ deliveries, connection, now }),
    log,
    startedAtMs: now(),
    now,
    random: options.random ?? Math.random,
    /** Waits, and ends early when the emulator closes: a long delay must not keep the process alive. */
    wait: (delayMs) => sleep(delayMs, undefined, { signal: closing }).catch(() => undefined),
  };
  const close = async () => {
    await kafka?.close();
    storage.close();
  };
  return { emulator, close };
}

/** Returns the emulator's secret keys in the form of settings, for the deliveries to hide. */
function secretsOf(accessKeys: EmulatorOptions["accessKeys"]) {
  return { EMULATOR_SECRET_KEYS: JSON.stringify(Object.values(accessKeys)) };
}

type Kept = { readonly topics: Topics; readonly onAppend: (record: TopicRecord) => void };

async function createStorage(
  options: EmulatorOptions,
  { topics, onAppend }: Kept,
): Promise<RecordStorage> {
  const { dataDirectory, dataBytesMax = dataBytesMaxDefault, log = console.log } = options;
  if (dataDirectory === undefined) {
    return createMemoryStorage(topics, onAppend);
  }
  const { openRecordDatabase } = await import("./storage/record-database.ts");
  const store = await openRecordDatabase(dataDirectory, dataBytesMax);
  try {
    const storage = createDurableStorage({ topics, store }, onAppend);
    for (const topic of unnamedTopics(topics, store)) {
      log(
        `--data also holds the topic ${topic}, which the settings do not name: it is left as it is`,
      );
    }
    return storage;
  } catch (error) {
    store.close();
    throw error;
  }
}
