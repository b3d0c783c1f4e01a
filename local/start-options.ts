import { isIP } from "node:net";
import { parseArgs } from "node:util";
import {
  dataBytesMaxDefault,
  partitionBytesMaxDefault,
  recordBytesMaxDefault,
  recordsMaxDefault,
} from "./data-stream/bounds.ts";
import type { KafkaOptions } from "./data-stream/kafka/kafka.ts";
import { isLoopback } from "./http/listen.ts";

/** A problem of the command line, told in one line. */
export class OptionProblem extends Error {
  override name = "OptionProblem";
}

export type EventForm = "ncloud" | "s3";

export type Options = {
  readonly isHelp: boolean;
  /** Builds the functions first. `--no-build` runs what was built before. */
  readonly isBuilding: boolean;
  /** Builds again, and restarts the functions, after a change of their sources. */
  readonly isWatching: boolean;
  /** Prints lines of JSON and nothing else. */
  readonly isJson: boolean;
  /** The form of the events of buckets. */
  readonly events: EventForm;
  /** Settings files. A later one overrides an earlier one, and all override the environment. */
  readonly settingsFiles: readonly string[];
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly dataDirectory?: string;
  readonly kafka?: KafkaOptions;
  readonly recordsMax: number;
  readonly recordBytesMax: number;
  readonly partitionBytesMax: number;
  readonly dataBytesMax: number;
};

const known = {
  build: { type: "boolean", default: true },
  watch: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  events: { type: "string", default: "ncloud" },
  settings: { type: "string", multiple: true, default: [] as string[] },
  data: { type: "string" },
  "data-bytes-max": { type: "string" },
  "records-max": { type: "string" },
  "record-bytes-max": { type: "string" },
  "partition-bytes-max": { type: "string" },
  kafka: { type: "string" },
  "kafka-headers": { type: "boolean", default: false },
  host: { type: "string", default: "127.0.0.1" },
  "allow-host": { type: "string", multiple: true, default: [] as string[] },
  help: { type: "boolean", short: "h", default: false },
} as const;

const everywhere = ["0.0.0.0", "::"];
const namesMax = 20;
const hostName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:\d{1,5})?$/;
/** Accepts no IPv6 address, because kafkajs cuts it at its first colon. A name that stands for one is right. */
const broker = /^[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?:\d{1,5}$/i;
const byteRange = { min: 1_048_576, max: 1_000_000_000_000 };

/** Returns the help. `usage` is how the reader calls the command. */
export const toHelp = (usage: string) => `${usage}

Runs the emulators of Data Stream and of Object Storage, and the functions beside them.

  --settings FILE              settings of your own, before the environment and the samples; may be repeated
  --data DIR                   keeps topics across restarts, in a directory of its own
  --data-bytes-max BYTES       what the database in it may grow to (default ${dataBytesMaxDefault})
  --records-max COUNT          records that are kept, of all topics (default ${recordsMaxDefault})
  --record-bytes-max BYTES     bytes of their keys and values (default ${recordBytesMaxDefault})
  --partition-bytes-max BYTES  bytes of one partition (default ${partitionBytesMaxDefault}, as documented)
  --kafka HOST:PORT            acknowledges a message once this Kafka has it; several: HOST:PORT,HOST:PORT
  --kafka-headers              a CloudEvent's attributes are ce_ headers of its Kafka message too
  --host ADDRESS               listens there (default 127.0.0.1); 0.0.0.0 and :: mean every network
  --allow-host NAME[:PORT]     a name beside localhost for webhooks on port 3000, such as a tunnel's; may be repeated
  --events ncloud|s3           the form of the events of buckets (default ncloud)
  --watch                      builds again and restarts the functions when functions/ or lib/ change
  --json                       prints a line of JSON for each call, and nothing else
  --no-build                   runs what was built before
  --help                       prints this

Ports are set in the environment: STANDIN_PORT, OBJECT_STORAGE_PORT, HTTP_PORT, CLOUD_FUNCTIONS_PORT.
Other variables:
  STANDIN_SIZE=body|message            what 1 MiB of a message counts: the request's body (default), or key and value
  STANDIN_TOPIC_LIST=list|topics       the form of the list of topics: that of the older pages (default) or of 2026-11-24
  STANDIN_ACTIVATION_DELAY_MS=NUMBER   how long the log of a deployed run is not found: 0 (default) to 120000
  STANDIN_TOPICS=JSON                  partitions and retention of topics, and further topics beside those of the settings`;

/** Throws an OptionProblem. */
export function parseOptions(args: readonly string[]): Options {
  const values = valuesOf(args);
  const { data, host, kafka } = values;
  return {
    isHelp: values.help,
    isBuilding: values.build,
    isWatching: values.watch,
    isJson: values.json,
    events: toEventForm(values.events),
    settingsFiles: values.settings,
    host: toHost(host),
    allowedHosts: values["allow-host"].map((name) => toAllowedHost(name, values["allow-host"])),
    ...(data !== undefined && { dataDirectory: toDirectory(data) }),
    ...toKafka(kafka, values["kafka-headers"]),
    recordsMax: integer(values, "records-max", {
      ...{ min: 1, max: 1_000_000, usual: recordsMaxDefault },
    }),
    recordBytesMax: integer(values, "record-bytes-max", {
      ...byteRange,
      usual: recordBytesMaxDefault,
    }),
    partitionBytesMax: integer(values, "partition-bytes-max", {
      ...byteRange,
      usual: partitionBytesMaxDefault,
    }),
    dataBytesMax: integer(values, "data-bytes-max", { ...byteRange, usual: dataBytesMaxDefault }),
  };
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: known,
      strict: true,
      allowPositionals: false,
      allowNegative: true,
    }).values;
  } catch (error) {
    const said = error instanceof Error ? error.message : "the options cannot be read";
    const [, name] = /^Option '(\S+)\b.*argument is ambiguous/.exec(said) ?? [];
    if (name !== undefined) {
      throw new OptionProblem(`${name} has no value (one that begins with a dash: ${name}=VALUE)`);
    }
    throw new OptionProblem(`${said.split(/[.\n]/)[0]} (--help lists the options)`);
  }
}

function integer(
  values: Readonly<Record<string, unknown>>,
  name: string,
  { min, max, usual }: { readonly min: number; readonly max: number; readonly usual: number },
): number {
  const text = values[name];
  const value = Number(text ?? usual);
  if ((text !== undefined && !/^\d{1,15}$/.test(String(text))) || value < min || value > max) {
    throw new OptionProblem(`--${name} must be an integer from ${min} to ${max}`);
  }
  return value;
}

function toDirectory(text: string): string {
  if (text.trim() === "") {
    throw new OptionProblem("--data must name a directory");
  }
  return text;
}

function toEventForm(text: string): EventForm {
  if (text === "ncloud" || text === "s3") {
    return text;
  }
  throw new OptionProblem("--events must be ncloud or s3");
}

/** Accepts loopback or every network: the functions call over loopback, and would not reach one other address. */
function toHost(text: string): string {
  if (everywhere.includes(text) || (isLoopback(text) && (isIP(text) > 0 || text === "localhost"))) {
    return text;
  }
  throw new OptionProblem(
    "--host must be an address of loopback, such as 127.0.0.1, or 0.0.0.0 or :: for every network",
  );
}

function toAllowedHost(text: string, all: readonly string[]): string {
  const name = text.toLowerCase();
  if (!hostName.test(name) || portOf(name) > 65_535) {
    throw new OptionProblem("--allow-host must be a name such as dev.example or dev.example:5000");
  }
  if (all.length > namesMax) {
    throw new OptionProblem(`--allow-host may be given at most ${namesMax} times`);
  }
  return name;
}

function toKafka(text: string | undefined, headers: boolean): Pick<Options, "kafka"> {
  if (text === undefined) {
    if (headers) {
      throw new OptionProblem("--kafka-headers needs --kafka HOST:PORT");
    }
    return {};
  }
  const brokers = text.split(",").map((one) => one.trim());
  if (brokers.length > namesMax || !brokers.every(isBroker)) {
    throw new OptionProblem("--kafka must be HOST:PORT, such as 127.0.0.1:9092");
  }
  return { kafka: { brokers, headers } };
}

function isBroker(text: string): boolean {
  return broker.test(text) && portOf(text) > 0 && portOf(text) < 65_536;
}

function portOf(text: string): number {
  return Number(/:(\d{1,5})$/.exec(text)?.[1] ?? 0);
}
