import { setMaxListeners } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { closeServer, listen } from "../http/listen.ts";
import { dispatchObjectStorage } from "./dispatch.ts";
import type { ObjectChange, ObjectStorageEvent } from "./events/object-event.ts";
import { toObjectEvent } from "./events/object-event.ts";
import type { ObjectStorage } from "./object-storage.ts";
import { createBuckets } from "./operations/buckets.ts";
import { createPayloadReader } from "./protocol/read-payload.ts";
import { createScriptedFaults } from "./scripted-faults.ts";

export type ObjectStorageOptions = {
  /** 0 takes a free port. The host is always 127.0.0.1. */
  readonly port: number;
  readonly buckets: readonly string[];
  /** Maps access key to secret key. */
  readonly accessKeys: Readonly<Record<string, string>>;
  readonly region?: string;
  readonly now?: () => number;
  /** Called after an object was stored or removed, and before the response. */
  readonly onEvent?: (event: ObjectStorageEvent) => void;
  readonly objectBytesMax?: number;
  /** The size limit of all objects of all buckets, with their keys and headers. */
  readonly storedBytesMax?: number;
  readonly objectsMax?: number;
};

export type RunningObjectStorage = {
  readonly origin: string;
  readonly port: number;
  /** Adds an empty bucket, if it is not there. Names that S3 does not allow, and more than 1,000 buckets, are ignored. */
  addBucket(name: string): void;
  close(): Promise<void>;
};

const regionDefault = "kr-standard";
const objectBytesMaxDefault = 64 * 1024 * 1024;
const storedBytesMaxDefault = 512 * 1024 * 1024;
const objectsMaxDefault = 10_000;
const connectionsMax = 1000;
const requestTimeoutMs = 120_000;

export async function startObjectStorage(
  options: ObjectStorageOptions,
): Promise<RunningObjectStorage> {
  const closing = new AbortController();
  // A response that is delayed listens to it, and a connection waits for one.
  setMaxListeners(connectionsMax, closing.signal);
  const storage = createObjectStorage(options, closing.signal);
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    dispatchObjectStorage({ request, response }, storage).catch((error: unknown) => {
      console.error("the emulator of Object Storage failed on a request:", error);
      response.destroy();
    });
  });
  server.maxConnections = connectionsMax;
  const port = await listen(server, options.port, "127.0.0.1");
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    addBucket: storage.buckets.add,
    async close() {
      closing.abort();
      await closeServer(server);
    },
  };
}

function createObjectStorage(options: ObjectStorageOptions, closing: AbortSignal): ObjectStorage {
  const region = options.region ?? regionDefault;
  return {
    accessKeys: new Map(Object.entries(options.accessKeys)),
    region,
    buckets: createBuckets(options.buckets, {
      objectsMax: options.objectsMax ?? objectsMaxDefault,
      storedBytesMax: options.storedBytesMax ?? storedBytesMaxDefault,
    }),
    faults: createScriptedFaults(),
    readPayload: createPayloadReader(options.objectBytesMax ?? objectBytesMaxDefault),
    announce: createAnnouncer(options.onEvent, region),
    now: options.now ?? Date.now,
    /** Waits, and ends early when the emulator closes: a long delay must not keep the process alive. */
    wait: (delayMs) => sleep(delayMs, undefined, { signal: closing }).catch(() => undefined),
  };
}

/**
 * Creates the sender of events. A listener that throws must not change the response: the object is stored by then.
 */
function createAnnouncer(onEvent: ObjectStorageOptions["onEvent"], region: string) {
  let sequence = 0;
  return (change: ObjectChange): void => {
    sequence += 1;
    try {
      onEvent?.(toObjectEvent(change, { region, sequence }));
    } catch (error) {
      console.error("a listener to the events of Object Storage failed:", error);
    }
  };
}
