import { parseJson } from "../encoding/json-source.ts";
import { isUnknownObject, type UnknownObject } from "../encoding/unknown-object.ts";
import type { RefusedBody } from "./function-definition.ts";
import { isTopicName, type Message } from "./record.ts";
import { reservedPrefixes } from "./reserved-prefixes.ts";
/** Where a call keeps what it could not deliver, and what can never be delivered. */
export type Folder = "deadLetters" | "setAside";

/** Named by time first: names in order are dead letters in order. */
export function toObjectName(folder: Folder, nowMs: number, invocationId: string): string {
  const time = new Date(nowMs).toISOString().replaceAll(":", "");
  const call = invocationId.replaceAll(/[^A-Za-z0-9-]/g, "").slice(0, 64);
  return `${reservedPrefixes[folder]}${time}-${call}.ndjson`;
}

/** Named after the object it came from, and once for each run: a later one writes over nothing. */
export function toSetAsideName(name: string, invocationId: string): string {
  const base = name.slice(reservedPrefixes.deadLetters.length).replace(/\.ndjson$/, "");
  return `${reservedPrefixes.setAside}${base}-${invocationId.replaceAll(/[^A-Za-z0-9-]/g, "")}.ndjson`;
}

/** When the dead letters of an object were stored, in epoch milliseconds; NaN for a foreign name. */
export function toStoredMs(name: string): number {
  const [, date, hour, minute, rest] =
    /(\d{4}-\d\d-\d\dT)(\d\d)(\d\d)(\d\d\.\d{3}Z)/.exec(name) ?? [];
  return Date.parse(`${date}${hour}:${minute}:${rest}`);
}

/** NDJSON, one record a line, in the order given; text is a line already. */
export function toLines(records: readonly (object | string)[]): string {
  return records
    .map((record) => `${typeof record === "string" ? record : JSON.stringify(record)}\n`)
    .join("");
}

/** A partition that was chosen from the key is chosen anew: a wrong count is a common reason to be here. */
export function toLine({ topic, partition, isFixed, key, value, id }: Message): object {
  return { topic, partition: isFixed === true ? partition : undefined, key, value, id };
}

/** A body that made no record, as it came: as text where it is UTF-8. */
export function toBodyLine({ source, contentType, body }: RefusedBody): object {
  const bytes = Buffer.from(body());
  const text = bytes.toString();
  const isText = Buffer.from(text).equals(bytes);
  return {
    source,
    contentType,
    ...(isText ? { body: text } : { bodyBase64: bytes.toString("base64") }),
  };
}

export type DeadLetter =
  | { readonly ok: true; readonly record: Message }
  | { readonly ok: false; readonly line: string };

/** The record of a line of a dead-letter object; of a line that is none its text is kept. */
export function parseLine(line: string): DeadLetter {
  const record = toRecord(parseJson(line));
  return record === undefined ? { ok: false, line } : { ok: true, record };
}

function toRecord(value: unknown): Message | undefined {
  if (!isUnknownObject(value)) {
    return undefined;
  }
  const { topic, partition, key, value: text, id }: UnknownObject = value;
  const isTopic = typeof topic === "string" && isTopicName(topic);
  const isPartition =
    partition === undefined || (Number.isInteger(partition) && Number(partition) >= 0);
  return isTopic && isPartition && [key, text, id].every((one) => typeof one === "string")
    ? ({ topic, partition, key, value: text, id } as Message)
    : undefined;
}
