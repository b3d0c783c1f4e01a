import type { RecordLog, TopicRecord } from "../data-stream/storage/record-log.ts";

type Reader = Pick<RecordLog, "after" | "find">;

/** Identities of dropped records are forgotten once there are this many of them. */
const staleMax = 10_000;

/**
 * Finds records whose event was on the same topic before. CloudEvents are the same if source and id are:
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#id (read 2026-11-30). Each record is read once,
 * when somebody asks for the first time after it was written.
 */
export function createEventIdentities(records: Reader) {
  const newest = new Map<string, number>();
  const earlierOf = new Map<number, number>();
  const state = { cursor: 0, forgetAt: staleMax };
  const isThere = (cursor: number): boolean => records.find(cursor) !== undefined;
  const read = (record: TopicRecord): void => {
    const identity = identityOf(record);
    if (identity !== undefined) {
      const earlier = newest.get(identity);
      if (earlier !== undefined && isThere(earlier)) {
        earlierOf.set(record.cursor, earlier);
      }
      newest.set(identity, record.cursor);
    }
    state.cursor = record.cursor;
  };
  const forget = (): void => {
    forgetWhere(newest, ([, cursor]) => !isThere(cursor));
    forgetWhere(earlierOf, ([cursor]) => !isThere(cursor));
    state.forgetAt = newest.size + earlierOf.size + staleMax;
  };
  return {
    /** Returns the cursor of the earlier record with the event of this one. */
    earlierOf(cursor: number): number | undefined {
      for (const record of records.after(state.cursor)) {
        read(record);
      }
      if (newest.size + earlierOf.size > state.forgetAt) {
        forget();
      }
      return earlierOf.get(cursor);
    },
  };
}

function forgetWhere<Key, Value>(
  map: Map<Key, Value>,
  isStale: (entry: readonly [Key, Value]) => boolean,
): void {
  for (const entry of map) {
    if (isStale(entry)) {
      map.delete(entry[0]);
    }
  }
}

function identityOf({ topic, value }: TopicRecord): string | undefined {
  try {
    const event: unknown = JSON.parse(value);
    const { source, id, specversion } = Object(event) as Readonly<Record<string, unknown>>;
    return typeof specversion === "string" && typeof id === "string"
      ? JSON.stringify([topic, source, id])
      : undefined;
  } catch {
    return undefined;
  }
}
