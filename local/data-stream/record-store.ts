import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type LibsqlDatabase from "libsql";
import type { TopicRecord } from "./record-log.ts";
import { StartProblem } from "./start-problem.ts";
import type { PartitionCounts } from "./topics.ts";

export type KeptPartition = PartitionCounts & {
  readonly topic: string;
  readonly partition: number;
};

/** What one transaction changes: everything that changed since the one before. */
export type Changes = {
  readonly records: readonly TopicRecord[];
  /** Cursors of records that are dropped. */
  readonly dropped: readonly number[];
  readonly partitions: readonly KeptPartition[];
  readonly nextCursor: number;
};

export type RecordStore = ReturnType<typeof toRecordStore>;

type Database = LibsqlDatabase.Database;

type Row = {
  readonly cursor: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly encoding: string;
  readonly key: ArrayBuffer;
  readonly value: ArrayBuffer;
};

const fileName = "data-stream.db";
const ourFiles = [fileName, `${fileName}-wal`, `${fileName}-shm`, `${fileName}-journal`];
/** "DStr": tells our files from other SQLite databases. */
const applicationId = 0x44537472;
const schemaVersion = 1;
const pageBytes = 4096;

/** Keys and values are blobs: they may hold a NUL, at which the binding ends a text. */
const schema = `
  CREATE TABLE records (
    cursor INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL,
    offset INTEGER NOT NULL, timestamp INTEGER NOT NULL, encoding TEXT NOT NULL,
    key BLOB NOT NULL, value BLOB NOT NULL
  ) STRICT;
  CREATE TABLE partitions (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, first INTEGER NOT NULL,
    next INTEGER NOT NULL, dropped INTEGER NOT NULL, PRIMARY KEY (topic, partition)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE cursors (next INTEGER NOT NULL) STRICT;
  INSERT INTO cursors VALUES (1);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

/**
 * Opens the directory's database for this process alone. The commit of a transaction returns once it is on
 * the disk (SQLite, WAL, synchronous=FULL). `bytesMax` bounds the database; what does not fit is refused.
 */
export async function openRecordStore(directory: string, bytesMax: number): Promise<RecordStore> {
  prepareDirectory(directory);
  const { default: Libsql } = await import("libsql").catch(() => {
    throw new StartProblem("--data needs the package libsql for this platform: run npm ci");
  });
  const database = openDatabase(() => new Libsql(join(directory, fileName)), directory);
  database.pragma(`max_page_count=${Math.ceil(bytesMax / pageBytes)}`);
  return toRecordStore(database);
}

function prepareDirectory(directory: string): void {
  let files: readonly string[];
  try {
    mkdirSync(directory, { recursive: true });
    files = readdirSync(directory);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new StartProblem(`--data ${directory} cannot be used as a directory: ${code}`);
  }
  if (!files.includes(fileName) && files.some((file) => !ourFiles.includes(file))) {
    throw new StartProblem(
      `--data ${directory} holds other files and no ${fileName}: name an empty or a new directory`,
    );
  }
}

function openDatabase(open: () => Database, directory: string): Database {
  let database: Database | undefined;
  try {
    database = open();
    database.pragma("locking_mode=EXCLUSIVE");
    database.pragma("journal_mode=WAL");
    database.pragma("synchronous=FULL");
    // Takes the lock for good, also on a database that nobody has written to since it was opened.
    database.exec("BEGIN IMMEDIATE");
    prepareSchema(database, directory);
    database.exec("COMMIT");
    return database;
  } catch (error) {
    database?.close();
    throw error instanceof StartProblem ? error : toStartProblem(error, directory);
  }
}

function toStartProblem(error: unknown, directory: string): StartProblem {
  const code = codeOf(error);
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new StartProblem(
      `--data ${directory} is in use by another stand-in: end that one, or name another directory`,
    );
  }
  return code.startsWith("SQLITE_NOTADB")
    ? notOurs(directory)
    : new StartProblem(`--data ${directory} cannot be opened: ${code}`);
}

function notOurs(directory: string): StartProblem {
  return new StartProblem(
    `${join(directory, fileName)} is not a store of this stand-in: name another directory`,
  );
}

function prepareSchema(database: Database, directory: string): void {
  const { tables } = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get() as {
    tables: number;
  };
  if (tables === 0) {
    database.exec(schema);
    return;
  }
  if (pragmaOf(database, "application_id") !== applicationId) {
    throw notOurs(directory);
  }
  const version = pragmaOf(database, "user_version");
  if (version !== schemaVersion) {
    throw new StartProblem(
      `--data ${directory} was written by another version of the stand-in (schema ${version}, this one has ${schemaVersion}): use that version, or name another directory`,
    );
  }
}

function pragmaOf(database: Database, name: string): unknown {
  const row = database.prepare(`PRAGMA ${name}`).get() as Record<string, unknown> | undefined;
  return row?.[name];
}

function toRecordStore(database: Database) {
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
  const keepCounts = (partitions: readonly KeptPartition[]): void => {
    for (const { topic, partition, first, next, dropped } of partitions) {
      keepPartition.run(topic, partition, first, next, dropped);
    }
  };
  return {
    /** All or nothing, and durable when it returns; throws what SQLite says otherwise. */
    commit: (changes: Changes): void =>
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
    empty: (topics: readonly string[], partitions: readonly KeptPartition[]): void =>
      transact(() => {
        for (const topic of topics) {
          removeTopic.run(topic);
        }
        keepCounts(partitions);
      }),
    partitions: () =>
      database
        .prepare("SELECT topic, partition, first, next, dropped FROM partitions ORDER BY 1, 2")
        .all() as readonly KeptPartition[],
    nextCursor(): number {
      const row = database.prepare("SELECT next FROM cursors").get() as { next: number };
      return row.next;
    },
    /** Oldest first, one at a time: more may be on the disk than fits into memory. */
    *records(): Generator<TopicRecord> {
      for (const row of database.prepare("SELECT * FROM records ORDER BY cursor").iterate()) {
        yield toRecord(row as Row);
      }
    },
    close(): void {
      database.close();
    },
  };
}

/** SQLite itself rolls back after some errors, and then knows no transaction to end. */
function rollBack(database: Database): void {
  if (database.inTransaction) {
    database.exec("ROLLBACK");
  }
}

/** A lone surrogate, which JSON may hold as an escape, has no bytes in UTF-8. */
const loneSurrogate = /\p{Cs}/u;

function toRow({ cursor, topic, partition, offset, timestamp, key, value }: TopicRecord) {
  const encoding = loneSurrogate.test(key) || loneSurrogate.test(value) ? "utf16le" : "utf8";
  const blobs = [Buffer.from(key, encoding), Buffer.from(value, encoding)];
  return [cursor, topic, partition, offset, timestamp, encoding, ...blobs];
}

function toRecord({ encoding, key, value, ...row }: Row): TopicRecord {
  const { cursor, topic, partition, offset, timestamp } = row;
  const text = (bytes: ArrayBuffer) =>
    Buffer.from(bytes).toString(encoding === "utf16le" ? "utf16le" : "utf8");
  return { cursor, topic, partition, offset, timestamp, key: text(key), value: text(value) };
}

/** SQLite's own name of an error, such as SQLITE_FULL: never a text of the data. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
