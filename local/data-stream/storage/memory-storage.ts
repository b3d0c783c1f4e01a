import type { Refusal } from "../produce/call.ts";
import type { NewRecord, Topics } from "../topics/topics.ts";
import type { TopicRecord } from "./record-log.ts";

/** Gives back the record once it is kept, and a refusal if it is not: then it is nowhere to be seen. */
export type Keep = (record: NewRecord) => TopicRecord | Refusal | Promise<TopicRecord | Refusal>;

export type Keeper = {
  readonly keep: Keep;
  /** Empties all topics; a refusal if that cannot be made durable, and then nothing is emptied. */
  readonly empty: () => Refusal | undefined;
  readonly close: () => void;
};

/** How often records that are over their time are looked for, where no new ones push them out. */
export const sweepMs = 1000;

/** Without a store a record is kept as soon as it is in memory. */
export function createMemoryKeeper(
  topics: Topics,
  onAppend: (record: TopicRecord) => void,
): Keeper {
  const timer = setInterval(() => topics.expire(), sweepMs).unref();
  return {
    keep(record) {
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
