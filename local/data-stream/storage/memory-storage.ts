import type { ApiRefusal } from "../produce/gateway-request.ts";
import type { NewRecord, Topics } from "../topics/topics.ts";
import type { TopicRecord } from "./record-log.ts";

/**
 * Stores a record and returns it. If the record cannot be stored it returns a refusal, and no reader sees the
 * record.
 */
export type RecordWriter = (
  record: NewRecord,
) => TopicRecord | ApiRefusal | Promise<TopicRecord | ApiRefusal>;

export type RecordStorage = {
  readonly write: RecordWriter;
  /** Empties all topics. If that cannot be made durable it returns a refusal, and nothing is emptied. */
  readonly empty: () => ApiRefusal | undefined;
  readonly close: () => void;
};

/** The interval in which expired records are looked for when no new record pushes them out. */
export const expiryCheckMs = 1000;

/** Creates the storage without `--data`: a record is stored as soon as it is in memory. */
export function createMemoryStorage(
  topics: Topics,
  onAppend: (record: TopicRecord) => void,
): RecordStorage {
  const timer = setInterval(() => topics.expire(), expiryCheckMs).unref();
  return {
    write(record) {
      const taken = topics.take(record);
      onAppend(taken);
      return taken;
    },
    empty() {
      topics.empty();
      return undefined;
    },
    close: () => clearInterval(timer),
  };
}
