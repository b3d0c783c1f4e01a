import type { Queue } from "../../http/queue.ts";
import { createQueue } from "../../http/queue.ts";
import type { LogBounds, LogSlot, TopicRecord } from "../storage/record-log.ts";
import { createRecordLog } from "../storage/record-log.ts";
import type { TopicSettings } from "./topic-settings.ts";
import { checkTopicSettings } from "./topic-settings.ts";

export type Topics = ReturnType<typeof createTopics>;

export type NewRecord = Omit<TopicRecord, "cursor" | "offset">;

/** The counters of a partition. `first` is the oldest offset that can be read, if any can. */
export type PartitionCounts = {
  readonly first: number;
  readonly next: number;
  readonly dropped: number;
};

export type TopicsOptions = LogBounds & {
  /** The size limit of each partition. Above it the oldest records of the partition are dropped. */
  readonly partitionBytesMax: number;
  readonly now: () => number;
};

type Partition = {
  first: number;
  next: number;
  dropped: number;
  bytes: number;
  /** Slots of the log, oldest first. The slots of dropped records are removed. */
  readonly slots: Queue<LogSlot>;
};

type Topic = { readonly retentionMs: number; readonly partitions: readonly Partition[] };

/**
 * Creates the topics, their partitions and their records in memory. Records are dropped by the retention of their
 * topic, the size of their partition and the bounds of the whole, always the oldest of a partition first, and they
 * are counted.
 */
export function createTopics(settings: TopicSettings, options: TopicsOptions) {
  const topics = toTopics(settings);
  const drops = new Set<(record: TopicRecord) => void>();
  const partitionOf = (topic: string, partition: number) => {
    const found = topics.get(topic)?.partitions[partition];
    if (found === undefined) {
      throw new Error(`no partition ${partition} in a topic of that name`);
    }
    return found;
  };
  const log = createRecordLog(options, (record, bytes) => {
    countDrop(partitionOf(record.topic, record.partition), record, bytes);
    for (const onDrop of drops) {
      onDrop(record);
    }
  });
  const limits = { log, options };
  const append = (record: TopicRecord): void => {
    const partition = partitionOf(record.topic, record.partition);
    const slot = log.add(record);
    partition.next = Math.max(partition.next, record.offset + 1);
    partition.bytes += slot.bytes;
    partition.slots.push(slot);
    dropByRetention(partition, topics.get(record.topic)?.retentionMs ?? 0, limits);
    log.trim();
  };
  return {
    records: log,
    names: (): readonly string[] => [...topics.keys()],
    partitionCount: (topic: string): number | undefined => topics.get(topic)?.partitions.length,
    retentionMs: (topic: string): number | undefined => topics.get(topic)?.retentionMs,
    /** Calls the listener for every record that retention or a bound drops. */
    onDrop: (listener: (record: TopicRecord) => void) => drops.add(listener),
    /** Returns the records with the offsets and cursors they will have, as long as no other record comes between. */
    number(records: readonly NewRecord[]): readonly TopicRecord[] {
      return numbered(records, log.nextCursor(), ({ topic, partition }) => {
        return partitionOf(topic, partition).next;
      });
    },
    append,
    /** Numbers and appends one record. */
    take(record: NewRecord): TopicRecord {
      const { next } = partitionOf(record.topic, record.partition);
      const taken = withNumbers(record, log.nextCursor(), next);
      append(taken);
      return taken;
    },
    /**
     * Restores the counters that were stored before a restart. They are restored first, then the records by their
     * cursors.
     */
    restore(topic: string, partition: number, counts: PartitionCounts): void {
      Object.assign(partitionOf(topic, partition), counts);
    },
    /** Drops expired records. */
    expire(): void {
      for (const { retentionMs, partitions } of topics.values()) {
        for (const partition of partitions) {
          dropByRetention(partition, retentionMs, limits);
        }
      }
      log.trim();
    },
    countsOf(topic: string, partition: number): PartitionCounts {
      const { first, next, dropped } = partitionOf(topic, partition);
      return { first, next, dropped };
    },
    describe: () => [...topics].map(([name, topic]) => describeTopic(name, topic)),
    /** Empties all topics. Offsets go on, as they do after Kafka's own DeleteRecords. */
    empty(): void {
      log.empty();
      for (const partition of [...topics.values()].flatMap(({ partitions }) => partitions)) {
        partition.first = partition.next;
        partition.bytes = 0;
        partition.slots.clear();
      }
    },
  };
}

function toTopics(settings: TopicSettings): ReadonlyMap<string, Topic> {
  const checked = checkTopicSettings(settings);
  return new Map(
    checked.map(({ name, partitions, retentionMs }) => [
      name,
      { retentionMs, partitions: Array.from({ length: partitions }, createPartition) },
    ]),
  );
}

function createPartition(): Partition {
  return { first: 0, next: 0, dropped: 0, bytes: 0, slots: createQueue<LogSlot>() };
}

/** Counts a dropped record. It is always the oldest of its partition, so its slot is the first one. */
function countDrop(partition: Partition, { offset }: TopicRecord, bytes: number): void {
  partition.slots.shift();
  partition.bytes -= bytes;
  partition.first = offset + 1;
  partition.dropped += 1;
}

function dropByRetention(
  partition: Partition,
  retentionMs: number,
  { log, options }: { readonly log: ReturnType<typeof createRecordLog>; options: TopicsOptions },
): void {
  const oldestMs = options.now() - retentionMs;
  for (;;) {
    const oldest = partition.slots.first();
    const isOver =
      oldest?.record !== undefined &&
      (oldest.record.timestamp <= oldestMs || partition.bytes > options.partitionBytesMax);
    if (!isOver) {
      return;
    }
    log.drop(oldest);
  }
}

function numbered(
  records: readonly NewRecord[],
  firstCursor: number,
  nextOffset: (record: NewRecord) => number,
): readonly TopicRecord[] {
  const offsets = new Map<string, number>();
  return records.map((record, index) => {
    const name = partitionName(record);
    const offset = offsets.get(name) ?? nextOffset(record);
    offsets.set(name, offset + 1);
    return withNumbers(record, firstCursor + index, offset);
  });
}

export function partitionName({
  topic,
  partition,
}: Pick<NewRecord, "topic" | "partition">): string {
  return `${topic}/${partition}`;
}

function withNumbers(record: NewRecord, cursor: number, offset: number): TopicRecord {
  const { topic, partition, timestamp, key, value } = record;
  return { cursor, topic, partition, offset, timestamp, key, value };
}

/** Describes a topic at one moment: the counts of the whole are the sums of its partitions'. */
function describeTopic(name: string, { retentionMs, partitions }: Topic) {
  const described = partitions.map(({ first, next, dropped, bytes, slots }, partition) => ({
    partition,
    first,
    next,
    dropped,
    records: slots.size(),
    bytes,
  }));
  const sum = (field: "records" | "bytes" | "dropped") =>
    described.reduce((total, one) => total + one[field], 0);
  return {
    name,
    retentionMs,
    records: sum("records"),
    bytes: sum("bytes"),
    dropped: sum("dropped"),
    partitions: described,
  };
}
