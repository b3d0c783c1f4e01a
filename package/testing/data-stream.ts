import {
  closedObject,
  InvalidInput,
  integerIn,
  isObject,
  textUpTo,
} from "../../local/data-stream/control/checked-input.ts";
import {
  type FaultRate,
  type FaultStep,
  parseFaultScript,
} from "../../local/data-stream/faults/fault-script.ts";
import type { RemainingFaults } from "../../local/data-stream/faults/faults.ts";
import type { TokenBucket } from "../../local/data-stream/faults/throttle.ts";
import { startEmulator } from "../../local/data-stream/server.ts";
import type { TopicSettings } from "../../local/data-stream/topics/topic-settings.ts";
import { createWaitFor, type StoredRecord, toStoredRecord, type WaitFor } from "./records.ts";

export type DataStreamOptions = {
  /** Port on 127.0.0.1. Default: 0, any free port. */
  readonly port?: number | undefined;
  /**
   * Topic names with their partition counts (1 to 16), or with `{ partitions, retentionMs }`. A list of names makes topics of
   * one partition. Names have 1 to 200 lower-case letters, digits and hyphens. Default: `{ "local-events": 3 }`.
   */
  readonly topics?: TopicSettings | readonly string[] | undefined;
};

/**
 * A fault script, as the control API's `POST /_/faults` takes it. A step without `times` works once. All parts are
 * checked, and a wrong one throws.
 */
export type FaultInput = {
  readonly steps?: readonly (FaultStep & { readonly times?: number })[];
  readonly rate?: Omit<FaultRate, "seed"> & { readonly seed?: number };
  readonly bucket?: Partial<TokenBucket>;
};

export type DataStreamFaults = {
  /** Replaces the script. Throws an error that names the field that is wrong. */
  readonly set: (script: FaultInput) => void;
  /** Ends all faults. */
  readonly clear: () => void;
  /** Returns the part of the script that is not used up. */
  readonly remaining: () => RemainingFaults;
};

export type DataStream = {
  /** Origin for DATASTREAM_ENDPOINT or a client's `endpoint`, such as `http://127.0.0.1:40123`. */
  readonly endpoint: string;
  /** The key pair that requests have to be signed with. */
  readonly accessKey: string;
  readonly secretKey: string;
  /** All records of all topics at this moment, oldest first. Each reading makes a new list. */
  readonly records: readonly StoredRecord[];
  readonly waitFor: WaitFor;
  readonly faults: DataStreamFaults;
  /** Removes all records. Offsets go on. */
  readonly clear: () => void;
  /**
   * Ends connections and waits, and frees the port. Closing twice is fine. Until then the process does not end by itself, as
   * with a server of `node:http`.
   */
  readonly close: () => Promise<void>;
};

const known = ["port", "topics"];
const portRange = { min: 0, max: 65_535 };
const topicsDefault: TopicSettings = { "local-events": 3 };
/** Nobody outside of this machine can use it. */
const keyPair = {
  accessKey: "ncp_iam_TESTACCESSKEY",
  secretKey: "test-secret-key-not-for-production",
};

/**
 * Starts a Data Stream in this process: the produce API with its signature check, and the reading half of the topic API. Records
 * are in memory. It listens on 127.0.0.1 only.
 *
 * @throws Error (as a rejection) if the port is taken, or an option is wrong or unknown. The message names it.
 */
export async function startDataStream(options: DataStreamOptions = {}): Promise<DataStream> {
  const { port = 0, topics = topicsDefault } = closedObject(options, "the options", known);
  const { emulator, origin, close } = await startEmulator({
    port: integerIn(port, "port", portRange),
    topics: toTopicSettings(topics),
    accessKeys: { [keyPair.accessKey]: keyPair.secretKey },
    log: () => {},
  });
  const closing = new AbortController();
  const { faults, waiters } = emulator;
  return {
    endpoint: origin,
    ...keyPair,
    get records() {
      return [...emulator.topics.records.after(0)].map(toStoredRecord);
    },
    waitFor: createWaitFor({ topics: emulator.topics, waiters, closing: closing.signal }),
    faults: {
      set: (script) => faults.replace(parseFaultScript(script)),
      clear: faults.clear,
      remaining: faults.remaining,
    },
    clear: () => void emulator.emptyTopics(),
    close: () => {
      closing.abort();
      return close();
    },
  };
}

/** Returns topics as the emulator takes them, which checks names and counts. */
function toTopicSettings(topics: unknown): TopicSettings {
  if (Array.isArray(topics)) {
    return Object.fromEntries(topics.map((name) => [textUpTo(name, "a topic name", 200), 1]));
  }
  if (!isObject(topics)) {
    throw new InvalidInput("topics must be an object or a list of names");
  }
  return topics as TopicSettings;
}
