import type { PartitionCounts } from "../topics/topics.ts";
import type { SqliteDatabase } from "./database-file.ts";
import { openDatabase, releaseDatabase } from "./database-file.ts";
import type { TopicRecord } from "./record-log.ts";

export type StoredPartition = PartitionCounts & {
  readonly topic: string;
  readonly partition: number;
};

/** The changes of one transaction: everything that changed since the previous one. */
export type StoreChanges = {
  readonly records: readonly TopicRecord[];
  /** Cursors of the dropped records. */
  readonly dropped: readonly number[];
  readonly partitions: readonly StoredPartition[];
  readonly nextCursor: number;
};

export type RecordDatabase = ReturnType<typeof toRecordDatabase>;

type RecordRow = {
  readonly cursor: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly encoding: string;
  readonly key: ArrayBuffer;
  readonly value: ArrayBuffer;
};

/** Opens the database. Throws a StartProblem if the directory cannot be used; see `openDatabase`. */
export async function openRecordDatabase(
  directory: string,
  bytesMax: number,
): Promise<RecordDatabase> {
  return toRecordDatabase(await openDatabase(directory, bytesMax));
}

function toRecordDatabase(database: SqliteDatabase) {
  const insert = database.prepare(
    "INSERT INTO records (cursor, topic, partition, offset, timestamp, encoding, key, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const remove = database.prepare("DELETE FROM records WHERE cursor = ?");
  const removeTopic = database.prepare("DELETE FROM records WHERE topic = ?");
  const keepPartition = database.prepare(
    "INSERT INTO partitions (topic, partition, first, next, dropped) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET first = excluded.first, next = excluded.next, dropped = excluded.dropped",
  );
  const keepCursor = database.prepare("UPDATE cursors SET next = ?");
  const transact = (change: () => void): void => {
    database.exec("BEGIN IMMEDIATE");
    try {
      change();
      database.exec("COMMIT");
    } catch (error) {
      rollBack(database);
      throw error;
    }
  };
  const keepCounts = (partitions: readonly StoredPartition[]): void => {
    for (const { topic, partition, first, next, dropped } of partitions) {
      keepPartition.run(topic, partition, first, next, dropped);
    }
  };
  return {
    /** Commits all changes or none. They are durable when it returns. Throws SQLite's error otherwise. */
    commit: (changes: StoreChanges): void =>
      transact(() => {
        for (const cursor of changes.dropped) {
          remove.run(cursor);
        }
        for (const record of changes.records) {
          insert.run(...toRow(record));
        }
        keepCounts(changes.partitions);
        keepCursor.run(changes.nextCursor);
      }),
    empty: (topics: readonly string[], partitions: readonly StoredPartition[]): void =>
      transact(() => {
        for (const topic of topics) {
          removeTopic.run(topic);
        }
        keepCounts(partitions);
      }),
    partitions: () =>
      database
        .prepare("SELECT topic, partition, first, next, dropped FROM partitions ORDER BY 1, 2")
        .all() as readonly StoredPartition[],
    nextCursor(): number {
      const row = database.prepare("SELECT next FROM cursors").get() as { next: number };
      return row.next;
    },
    /** Yields records one by one, oldest first: the disk may hold more than fits into memory. */
    *records(): Generator<TopicRecord> {
      for (const row of database.prepare("SELECT * FROM records ORDER BY cursor").iterate()) {
        yield toRecord(row as RecordRow);
      }
    },
    close: (): void => releaseDatabase(database),
  };
}

/** Rolls back, unless SQLite has done so itself, as it does after some errors. */
function rollBack(database: SqliteDatabase): void {
  if (database.inTransaction) {
    database.exec("ROLLBACK");
  }
}

/** Matches a lone surrogate. JSON may hold one as an escape, and UTF-8 has no bytes for it. */
const loneSurrogate = /\p{Cs}/u;

function toRow({ cursor, topic, partition, offset, timestamp, key, value }: TopicRecord) {
  const encoding = loneSurrogate.test(key) || loneSurrogate.test(value) ? "utf16le" : "utf8";
  const blobs = [Buffer.from(key, encoding), Buffer.from(value, encoding)];
  return [cursor, topic, partition, offset, timestamp, encoding, ...blobs];
}

function toRecord({ encoding, key, value, ...row }: RecordRow): TopicRecord {
  const { cursor, topic, partition, offset, timestamp } = row;
  const text = (bytes: ArrayBuffer) =>
    Buffer.from(bytes).toString(encoding === "utf16le" ? "utf16le" : "utf8");
  return { cursor, topic, partition, offset, timestamp, key: text(key), value: text(value) };
}
