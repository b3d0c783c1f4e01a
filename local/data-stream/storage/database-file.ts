import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import type Libsql from "libsql";
import { MissingPackage, StartProblem } from "../start-problem.ts";
import { makeDirectory } from "./make-directory.ts";

export type SqliteDatabase = Libsql.Database;

const fileName = "data-stream.db";
const ourFiles = [fileName, `${fileName}-wal`, `${fileName}-shm`, `${fileName}-journal`];
/** The application ID "DStr", which distinguishes our files from other SQLite databases. */
const applicationId = 0x44537472;
const schemaVersion = 1;
const fileMode = 0o600;
const ownerAndSpecialBits = 0o7700;
const pageBytes = 4096;
/** The size that the write-ahead log keeps on the disk after a checkpoint, which SQLite makes at 1000 pages. */
const walKeptBytesMax = 4 * 1024 * 1024;
/**
 * The database header and the places of user version and application ID:
 * https://www.sqlite.org/fileformat2.html#the_database_header (read 2026-11-30).
 */
const headerBytes = 100;
const magic = "SQLite format 3\0";
const userVersionAt = 60;
const applicationIdAt = 68;

/** Keys and values are blobs: they may hold a NUL, where the binding would end a text. */
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
 * Opens the directory's database for this process alone. A commit returns once the transaction is on the disk
 * (SQLite, WAL, synchronous=FULL). `bytesMax` bounds the database, and a transaction that does not fit is refused.
 */
export async function openDatabase(directory: string, bytesMax: number): Promise<SqliteDatabase> {
  prepareDirectory(directory);
  checkHeader(directory);
  makePrivate(directory);
  const { default: Libsql } = await import("libsql").catch(() => {
    throw new MissingPackage("--data", "libsql");
  });
  const database = openOurs(() => new Libsql(join(directory, fileName)), directory);
  database.pragma(`max_page_count=${Math.ceil(bytesMax / pageBytes)}`);
  database.pragma(`journal_size_limit=${walKeptBytesMax}`);
  return database;
}

function prepareDirectory(directory: string): void {
  let files: readonly string[];
  try {
    makeDirectory(directory);
    files = readdirSync(directory);
  } catch (error) {
    throw new StartProblem(
      `--data ${directory} cannot be used as a directory: ${errorCodeOf(error)}`,
    );
  }
  if (!files.includes(fileName) && files.some((file) => !ourFiles.includes(file))) {
    throw new StartProblem(
      `--data ${directory} holds other files and no ${fileName}: name an empty or a new directory`,
    );
  }
}

/**
 * Makes directory and files private, even if the directory existed before: webhooks may bring private content.
 * SQLite gives its other files the mode of the database, so the database is created before SQLite would make it
 * readable for all.
 */
function makePrivate(directory: string): void {
  const path = join(directory, fileName);
  try {
    if (!existsSync(path)) {
      closeSync(openSync(path, "a", fileMode));
    }
    const files = ourFiles.map((file) => join(directory, file)).filter((file) => existsSync(file));
    for (const file of files) {
      chmodSync(file, fileMode);
    }
    chmodSync(directory, statSync(directory).mode & ownerAndSpecialBits);
  } catch {
    // The directory or files belong to another user, or the file system has no modes. SQLite finds out whether they
    // can be used.
  }
}

/** Checks the file before SQLite opens it: SQLite would change the files of another program as it opens them. */
function checkHeader(directory: string): void {
  const header = readHeader(directory);
  if (header.length === 0) {
    return;
  }
  const isOurs =
    header.length === headerBytes &&
    header.toString("latin1", 0, magic.length) === magic &&
    header.readUInt32BE(applicationIdAt) === applicationId;
  if (!isOurs) {
    throw notOurs(directory);
  }
  checkVersion(header.readUInt32BE(userVersionAt), directory);
}

function checkVersion(version: number, directory: string): void {
  if (version !== schemaVersion) {
    throw new StartProblem(
      `--data ${directory} was written by another version of the emulator (schema ${version}, this one has ${schemaVersion}): use that version, or name another directory`,
    );
  }
}

/**
 * Reads the database header. It is empty if there is no database yet, or if SQLite still has to undo an unfinished
 * creation.
 */
function readHeader(directory: string): Buffer {
  const path = join(directory, fileName);
  if (!existsSync(path) || existsSync(`${path}-journal`)) {
    return Buffer.alloc(0);
  }
  try {
    const file = openSync(path, "r");
    try {
      const header = Buffer.alloc(headerBytes);
      return header.subarray(0, readSync(file, header, 0, headerBytes, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new StartProblem(`${path} cannot be read: ${errorCodeOf(error)}`);
  }
}

function openOurs(open: () => SqliteDatabase, directory: string): SqliteDatabase {
  let database: SqliteDatabase | undefined;
  try {
    database = open();
    database.pragma("locking_mode=EXCLUSIVE");
    database.pragma("synchronous=FULL");
    // BEGIN IMMEDIATE takes the lock, and the exclusive locking mode keeps it.
    database.exec("BEGIN IMMEDIATE");
    prepareSchema(database, directory);
    database.exec("COMMIT");
    // WAL comes after the schema, so that the file's own header identifies the database, whatever the WAL holds.
    database.pragma("journal_mode=WAL");
    return database;
  } catch (error) {
    releaseDatabase(database);
    throw error instanceof StartProblem ? error : toStartProblem(error, directory);
  }
}

function toStartProblem(error: unknown, directory: string): StartProblem {
  const code = errorCodeOf(error);
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new StartProblem(
      `--data ${directory} is in use by another emulator: end that one, or name another directory`,
    );
  }
  return code.startsWith("SQLITE_NOTADB")
    ? notOurs(directory)
    : new StartProblem(`--data ${directory} cannot be opened: ${code}`);
}

function notOurs(directory: string): StartProblem {
  return new StartProblem(
    `${join(directory, fileName)} is not a store of this emulator: name another directory`,
  );
}

function prepareSchema(database: SqliteDatabase, directory: string): void {
  const { tables } = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get() as {
    tables: number;
  };
  if (tables === 0) {
    database.exec(schema);
    return;
  }
  // If SQLite had to undo a journal first, the header has not been checked yet.
  const { id, version } = database
    .prepare(
      "SELECT application_id AS id, user_version AS version FROM pragma_application_id, pragma_user_version",
    )
    .get() as { id: number; version: number };
  if (id !== applicationId) {
    throw notOurs(directory);
  }
  checkVersion(version, directory);
}

/**
 * Closes the database and releases its lock. Statements that the garbage collector has not yet freed keep a closed
 * database open, and with it the lock. Only outside of WAL does SQLite release the lock; the content of the WAL is
 * then in the database file.
 */
export function releaseDatabase(database: SqliteDatabase | undefined): void {
  try {
    if (database?.inTransaction) {
      database.exec("ROLLBACK");
    }
    database?.exec("PRAGMA journal_mode=DELETE; PRAGMA locking_mode=NORMAL");
    database?.exec("SELECT count(*) FROM sqlite_schema");
  } catch {
    // Committed data is on the disk, in the WAL too. The end of the process frees the lock.
  }
  database?.close();
}

/** Returns SQLite's own name of an error, such as SQLITE_FULL, and never a text of the data. */
export function errorCodeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code === "" ? "unknown error" : code;
}
