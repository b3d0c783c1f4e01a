import { type Acknowledgement, acknowledgements } from "../../lib/model/acknowledgement.ts";

export type DataStreamClientOptions = {
  /** Access key of a Sub Account. Data Stream refuses a main account's key. */
  readonly accessKey: string;
  readonly secretKey: string;
  /** An `https` origin, or an `http` origin on this machine. Default: `https://api.datastream.naverncp.com`. */
  readonly endpoint?: string | undefined;
  /**
   * Partition count of every topic, or counts by topic name. With a count the key chooses the partition as Kafka's default
   * partitioner does. Without one the API chooses at random, and a key's records lose their order on the topic.
   */
  readonly partitions?: number | Readonly<Record<string, number>> | undefined;
  /**
   * The responses that count as an acknowledgement: the documented ones, or every 2xx that reports no error. Default:
   * `documented`.
   */
  readonly acknowledgement?: Acknowledgement | undefined;
};

export type ClientConfig = {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly endpoint: string;
  readonly acknowledgement: Acknowledgement;
  readonly partitionsOf: (topic: string) => number | undefined;
};

const endpointDefault = "https://api.datastream.naverncp.com";
/** As in DATASTREAM_PARTITIONS. NAVER Cloud documents at most 16 per topic. */
export const partitionsMax = 1_024;

/** Reads the options. Throws a TypeError that names every problem and holds no value. */
export function readOptions(given: DataStreamClientOptions): ClientConfig {
  const options = given ?? {};
  const { accessKey, secretKey, partitions } = options;
  const { endpoint = endpointDefault, acknowledgement = "documented" } = options;
  const problems = [
    ...(isVisible(accessKey) ? [] : ["accessKey must be visible ASCII without spaces"]),
    ...(isText(secretKey) ? [] : ["secretKey must be text"]),
    ...(isOrigin(endpoint) ? [] : ["endpoint must be an https origin (http only for loopback)"]),
    ...(partitions === undefined || isCount(partitions) || areCounts(partitions)
      ? []
      : [`partitions must be a count from 1 to ${partitionsMax}, or counts by topic name`]),
    ...(acknowledgements.includes(acknowledgement)
      ? []
      : [`acknowledgement must be one of ${acknowledgements.join(", ")}`]),
  ];
  if (problems.length > 0) {
    throw new TypeError(problems.join("; "));
  }
  const counts = typeof partitions === "object" ? new Map(Object.entries(partitions)) : undefined;
  const partitionsOf = (topic: string) =>
    typeof partitions === "number" ? partitions : counts?.get(topic);
  return { accessKey, secretKey, endpoint, acknowledgement, partitionsOf };
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}

function isVisible(value: unknown): boolean {
  return typeof value === "string" && /^[!-~]+$/.test(value);
}

function isOrigin(value: unknown): boolean {
  const [, protocol, host = ""] =
    (typeof value === "string" && /^(https?):\/\/([^/?#@\\\s]+)\/?$/i.exec(value)) || [];
  const isSafe =
    protocol?.toLowerCase() === "https" || /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);
  return protocol !== undefined && isSafe && URL.canParse(String(value));
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= partitionsMax;
}

function areCounts(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(isCount)
  );
}
