import { parseJson } from "../encoding/json-source.ts";
import { isText, isUnknownObject, type UnknownObject } from "../encoding/unknown-object.ts";
import type { RecordDraft, RefusedBody, WholeDelivery } from "./function-definition.ts";
import { isTopicName, type Message } from "./record.ts";
import { reservedPrefixes } from "./reserved-prefixes.ts";
/** `deadLetters`: records to deliver later. `setAside`: records and bodies that can never be delivered. */
export type Folder = "deadLetters" | "setAside";

/** Makes the name of a new object. It begins with the time, so that sorted names give the order of storing. */
export function toObjectName(folder: Folder, nowMs: number, invocationId: string): string {
  const time = new Date(nowMs).toISOString().replaceAll(":", "");
  return `${reservedPrefixes[folder]}${time}-${toNamePart(invocationId).slice(0, 64)}.ndjson`;
}

function toNamePart(invocationId: string): string {
  return invocationId.replaceAll(/[^A-Za-z0-9-]/g, "");
}

/** Names the set-aside object of a dead-letter object. The invocation id keeps a later run from overwriting it. */
export function toSetAsideName(name: string, invocationId: string): string {
  const base = name.slice(reservedPrefixes.deadLetters.length).replace(/\.ndjson$/, "");
  return `${reservedPrefixes.setAside}${base}-${toNamePart(invocationId)}.ndjson`;
}

/** Reads the time of storing from an object's name, in epoch milliseconds; NaN for a name of another form. */
export function toStoredMs(name: string): number {
  const [, date, hour, minute, rest] =
    /(\d{4}-\d\d-\d\dT)(\d\d)(\d\d)(\d\d\.\d{3}Z)/.exec(name) ?? [];
  return Date.parse(`${date}${hour}:${minute}:${rest}`);
}

/** Serializes records as NDJSON in the given order. A string counts as a serialized line. */
export function toLines(records: readonly (object | string)[]): string {
  return records.map((record) => `${isText(record) ? record : JSON.stringify(record)}\n`).join("");
}

/**
 * Returns the line of a dead letter. A partition that was chosen from the key is left out and chosen again on
 * redrive, because a wrong partition count is a common reason for dead letters.
 */
export function toLine({ topic, partition, isFixed, key, value, id }: Message): object {
  return { topic, partition: isFixed === true ? partition : undefined, key, value, id };
}

/** Makes the refusal of a delivery, or of the record that is made of one of its elements. */
export function toRefusedBody(
  { source, contentType, body }: WholeDelivery,
  refusal: RefusedBody["refusal"],
  record?: RecordDraft,
): RefusedBody {
  return {
    source: source.name,
    contentType,
    body: () => record?.element?.text ?? body,
    refusal,
    batchItem: record?.batchItem,
  };
}

/** Returns the line of a body that became no record: as text if it is UTF-8, else as base64. */
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

/** Parses a line of a dead-letter object. The text of a line that is not a dead letter is kept. */
export function parseLine(line: string): DeadLetter {
  const record = toRecord(parseJson(line));
  return record === undefined ? { ok: false, line } : { ok: true, record };
}

function toRecord(value: unknown): Message | undefined {
  if (!isUnknownObject(value)) {
    return undefined;
  }
  const { topic, partition, key, value: text, id }: UnknownObject = value;
  const isTopic = isText(topic) && isTopicName(topic);
  const isPartition =
    partition === undefined || (Number.isInteger(partition) && Number(partition) >= 0);
  return isTopic && isPartition && [key, text, id].every(isText)
    ? ({ topic, partition, key, value: text, id } as Message)
    : undefined;
}
