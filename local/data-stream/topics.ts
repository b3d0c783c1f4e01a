import type { LogBounds, TopicRecord } from "./record-log.ts";
import { createRecordLog } from "./record-log.ts";

export type Topics = ReturnType<typeof createTopics>;

export type NewRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly timestamp: number;
  readonly key: string;
  readonly value: string;
};

type Partition = { first: number; next: number; dropped: number };

/** Data Stream's own limits for a topic, as its prerequisites page lists them. */
const topicName = /^[a-z0-9-]{1,200}$/;
const partitionsMax = 16;
/** Not Data Stream's limit (3 an account): a local setting may stand for several accounts. */
const topicsMax = 100;

export function createTopics(partitionCounts: Readonly<Record<string, number>>, bounds: LogBounds) {
  const topics = toTopics(partitionCounts);
  const partitionOf = (topic: string, partition: number) => topics.get(topic)?.[partition];
  const log = createRecordLog(bounds, (dropped) => {
    const partition = partitionOf(dropped.topic, dropped.partition);
    if (partition !== undefined) {
      partition.first = dropped.offset + 1;
      partition.dropped += 1;
    }
  });
  return {
    records: log,
    partitionCount: (topic: string): number | undefined => topics.get(topic)?.length,
    append({ topic, partition, timestamp, key, value }: NewRecord): TopicRecord {
      const found = partitionOf(topic, partition);
      if (found === undefined) {
        throw new Error(`no partition ${partition} in a topic of that name`);
      }
      const offset = found.next;
      found.next += 1;
      return log.append({ topic, partition, offset, timestamp, key, value });
    },
    describe: () => [...topics].map(([name, partitions]) => describeTopic(name, partitions)),
    /** Offsets go on after an emptying, as they do after Kafka's own DeleteRecords. */
    empty(): void {
      log.empty();
      for (const partition of [...topics.values()].flat()) {
        partition.first = partition.next;
      }
    },
  };
}

function toTopics(partitionCounts: Readonly<Record<string, number>>): Map<string, Partition[]> {
  const counts = Object.entries(partitionCounts);
  if (counts.length === 0 || counts.length > topicsMax) {
    throw new Error(`topics must name 1 to ${topicsMax} topics`);
  }
  return new Map(counts.map(([name, count]) => [name, toPartitions(name, count)]));
}

function toPartitions(name: string, count: number): Partition[] {
  if (!topicName.test(name)) {
    throw new Error(
      `topic name ${JSON.stringify(name)}: 1 to 200 lowercase letters, digits, hyphens`,
    );
  }
  if (!Number.isInteger(count) || count < 1 || count > partitionsMax) {
    throw new Error(`topic ${name}: the partition count must be from 1 to ${partitionsMax}`);
  }
  return Array.from({ length: count }, () => ({ first: 0, next: 0, dropped: 0 }));
}

function describeTopic(name: string, partitions: readonly Partition[]) {
  return {
    name,
    partitions: partitions.map(({ first, next, dropped }, partition) => ({
      partition,
      first,
      next,
      dropped,
    })),
  };
}
