import type { ApiRefusal } from "../produce/gateway-request.ts";
import type { NewRecord, Topics } from "../topics/topics.ts";
import type { TopicRecord } from "./record-log.ts";

/** Gives back the record once it is kept, and a refusal if it is not: then it is nowhere to be seen. */
export type RecordWriter = (
  record: NewRecord,
) => TopicRecord | ApiRefusal | Promise<TopicRecord | ApiRefusal>;

export type RecordStorage = {
  readonly write: RecordWriter;
  /** Empties all topics; a refusal if that cannot be made durable, and then nothing is emptied. */
  readonly empty: () => ApiRefusal | undefined;
  readonly close: () => void;
};

/** How often records that are over their time are looked for, where no new ones push them out. */
export const expiryCheckMs = 1000;

/** Without a store a record is kept as soon as it is in memory. */
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
