import { partitionOf } from "../../../lib/data-stream/partition.ts";
import { textAt } from "../../../lib/encoding/json-source.ts";
import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { isTopicName, type StreamRecord } from "../../../lib/model/record.ts";
import type { Config } from "../../../lib/settings/stream-config.ts";
import { parseObject } from "../../shared/parse-object.ts";

/** Replaces the fields that a line does not have. */
export type LineDefaults = {
  readonly key: string | undefined;
  readonly partition: number | undefined;
  /** Takes any JSON as `value` if true. The message is then its text exactly as the line has it. */
  readonly jsonValues: boolean;
};

export type InputMessage = {
  readonly topic: string | undefined;
  readonly key: string;
  readonly value: string;
  readonly partition: number | undefined;
};

/** A problem names a field at most, and quotes nothing else of the input. */
export type InputResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

const fieldNames = ["topic", "key", "value", "partition"];
/** A dead letter has these fields too. Its file is NDJSON, so it can be produced again by hand. */
const noteNames = ["id", "reason"];
const fieldNameCharsMax = 40;
/** NAVER Cloud documents at most 16 partitions of a topic. The settings leave room for growth. */
const partitionMax = 1_023;

/** Decodes UTF-8. A byte order mark at the beginning of a line is not part of its text. */
export function decode(bytes: Uint8Array, keepMark = false): InputResult<string> {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: keepMark });
    return { ok: true, value: decoder.decode(bytes) };
  } catch {
    const problem = "it is not UTF-8: convert it first (iconv -f cp949 -t utf-8)";
    return { ok: false, problem };
  }
}

/** Parses one line of NDJSON: `{ "topic"?, "key"?, "value", "partition"? }`. */
export function parseMessage(text: string, defaults: LineDefaults): InputResult<InputMessage> {
  const fields = parseObject(text);
  if (fields === undefined) {
    return { ok: false, problem: "it is not a JSON object" };
  }
  const problem = findProblem(fields, defaults);
  if (problem !== undefined) {
    return { ok: false, problem };
  }
  const { topic, key = defaults.key, value, partition = defaults.partition } = fields;
  const exact = defaults.jsonValues ? textAt(text, ["value"]) : value;
  return { ok: true, value: { topic, key, value: exact, partition } as InputMessage };
}

function findProblem(
  fields: UnknownObject,
  { key: keyDefault, jsonValues }: LineDefaults,
): string | undefined {
  const { topic, key = keyDefault, partition } = fields;
  const foreign = Object.keys(fields).find(
    (name) => !fieldNames.includes(name) && !noteNames.includes(name),
  );
  if (foreign !== undefined) {
    const name = JSON.stringify(foreign.slice(0, fieldNameCharsMax));
    return `the field ${name} is none of ${fieldNames.join(", ")}`;
  }
  if (topic !== undefined && !(typeof topic === "string" && isTopicName(topic))) {
    return "topic must be a topic name";
  }
  if (typeof key !== "string" || key === "") {
    return "key must be text that is not empty (or give --key for all lines)";
  }
  if (partition !== undefined && !isPartition(partition)) {
    return `partition must be a whole number from 0 to ${partitionMax}`;
  }
  return findValueProblem(fields, jsonValues);
}

function findValueProblem(fields: UnknownObject, jsonValues: boolean): string | undefined {
  if (!Object.hasOwn(fields, "value")) {
    return "value is missing";
  }
  return jsonValues || typeof fields["value"] === "string"
    ? undefined
    : "value must be text: give --json-values to send any JSON as it stands in the line";
}

export function isPartition(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= partitionMax;
}

/** Chooses the partition as the functions do: from the key, if none is given and the count is set. */
export function toRecord(
  message: InputMessage,
  config: Config,
  id: string,
): InputResult<StreamRecord> {
  const { topic = config.topic, key, value, partition } = message;
  if (topic === undefined) {
    return { ok: false, problem: "no topic: give --topic, or topic in the line" };
  }
  const count = config.partitionsOf(topic);
  if (partition !== undefined && partition >= (count ?? Infinity)) {
    const problem = `partition must be below the topic's count of ${count} (DATASTREAM_PARTITIONS)`;
    return { ok: false, problem };
  }
  const isFixed = partition !== undefined;
  const chosen = partition ?? partitionOf(key, count);
  return { ok: true, value: { topic, partition: chosen, isFixed, key, value, id } };
}
