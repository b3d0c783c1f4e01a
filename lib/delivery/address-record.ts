import { partitionOf } from "../data-stream/partition.ts";
import type { RecordDraft } from "../model/function-definition.ts";
import type { StreamRecord } from "../model/record.ts";
import type { Config } from "../settings/stream-config.ts";

/** Adds the default topic, and the partition of the key unless a partition is fixed. */
export function toStreamRecord(record: RecordDraft, config: Config): StreamRecord {
  const topic = record.topic ?? config.topic ?? "";
  const fromKey = partitionOf(record.key, config.partitionsOf(topic));
  const isFixed = record.partition !== undefined;
  const partition = record.partition ?? fromKey;
  const { key, content, batchItem } = record;
  return { topic, partition, isFixed, key, group: batchItem?.group, content };
}
