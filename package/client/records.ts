import { partitionOf } from "../../lib/data-stream/partition.ts";
import { isTopicName, messageBytes } from "../../lib/model/record.ts";
import type { FaultCode, OutageCode, RecordResult, RefusalCode } from "../../lib/model/result.ts";
import { type ClientConfig, partitionsMax } from "./options.ts";

/** A record for a topic. The produce API has no record headers. */
export type ProduceRecord = {
  /** The topic's full name, with the account's prefix. */
  readonly topic: string;
  /** Records with the same topic and key are sent one after the other. */
  readonly key: string;
  /** Text, because the API takes no other values. Serialize objects with JSON.stringify. Key and value together have at most 1,000,000 bytes. */
  readonly value: string;
  /** A fixed partition, from 0. Absent: the partition of the key. */
  readonly partition?: number | undefined;
};

/** The outcome of one record. `reason` is a sentence for a log and holds no key, value or secret. */
export type ProduceOutcome =
  /** The API acknowledged the record. */
  | { readonly status: "delivered"; readonly code?: never; readonly reason?: never }
  /** The record is not acceptable, and a retry cannot help. */
  | {
      readonly status: "refused";
      readonly code: RefusalCode;
      readonly reason: string;
      /** The field that was wrong, if the record was refused before it was sent. */
      readonly field?: string;
    }
  /** All attempts failed. The reason says if the record may have been stored all the same. */
  | {
      readonly status: "failed";
      readonly code: FaultCode | OutageCode;
      readonly reason: string;
    }
  /** The record was not sent: an earlier record of its key failed, the time was over, or the client is closed. */
  | { readonly status: "notAttempted"; readonly code?: never; readonly reason?: string };

/** A checked record with its partition. */
export type ClientMessage = Required<Omit<ProduceRecord, "partition">> & {
  readonly partition: number | undefined;
  readonly id: "";
};

/** Limit of key and value in UTF-8 (https://guide.ncloud-docs.com/docs/datastream-spec, read 2026-11-30). */
const messageBytesMax = 1_000_000;

/** Checks a record of any form. Never throws. */
export function readRecord(given: unknown, config: ClientConfig): ClientMessage | ProduceOutcome {
  try {
    return checkRecord(given as Partial<ProduceRecord> | null, config);
  } catch {
    return refuse("record", "cannot be read");
  }
}

function checkRecord(
  given: Partial<ProduceRecord> | null,
  { partitionsOf }: ClientConfig,
): ClientMessage | ProduceOutcome {
  const { topic = "", key = "", value = "", partition } = given ?? {};
  const problem = findProblem(given);
  if (problem !== undefined) {
    return refuse(...problem);
  }
  const count = partitionsOf(topic);
  const chosen = partition ?? partitionOf(key, count);
  if (!isPartition(chosen, count)) {
    return refuse("partition", "must be a partition of the topic, from 0");
  }
  const message = { topic, key, value, partition: chosen, id: "" as const };
  return messageBytes(message) > messageBytesMax ? tooLarge : message;
}

/** Returns the field that is wrong, and the form that it must have. */
function findProblem(given: Partial<ProduceRecord> | null): [string, string] | undefined {
  if (typeof given !== "object" || given === null) {
    return ["record", "must be an object"];
  }
  const { topic, key, value } = given;
  if (typeof topic !== "string" || !isTopicName(topic)) {
    return ["topic", "must be a topic name"];
  }
  if (typeof key !== "string") {
    return ["key", "must be text"];
  }
  return typeof value === "string"
    ? undefined
    : ["value", "must be text: use JSON.stringify for objects"];
}

/** Without a count the limit is that of a topic with most partitions. */
function isPartition(value: unknown, count = partitionsMax): boolean {
  return (
    value === undefined || (Number.isInteger(value) && Number(value) >= 0 && Number(value) < count)
  );
}

const tooLarge: ProduceOutcome = {
  status: "refused",
  code: "RECORD_TOO_LARGE",
  reason: `key and value are over ${messageBytesMax} bytes`,
  field: "value",
};

export function refuse(field: string, text: string): ProduceOutcome {
  return { status: "refused", code: "RECORD_REFUSED", reason: `${field} ${text}`, field };
}

export function toOutcome(result: RecordResult): ProduceOutcome {
  switch (result.kind) {
    case "refused":
      return { status: "refused", code: result.code, reason: result.reason };
    case "faulted":
    case "unavailable":
      return { status: "failed", code: result.code, reason: toReason(result.reason) };
    case "delivered":
      return { status: "delivered" };
    default:
      return {
        status: "notAttempted",
        reason: "the time was over, or an earlier record of its key or of the call failed",
      };
  }
}

/** The client's options, by the settings of the functions that reasons name. */
const optionNames: Readonly<Record<string, string>> = {
  NCLOUD_ACCESS_KEY: "accessKey",
  NCLOUD_SECRET_KEY: "secretKey",
  DATASTREAM_ENDPOINT: "endpoint",
  DATASTREAM_ACKNOWLEDGEMENT: "acknowledgement",
};

function toReason(reason: string): string {
  return reason.replace(/\b[A-Z]+_[A-Z_]+/g, (name) => optionNames[name] ?? name);
}
