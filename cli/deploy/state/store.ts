import { createHash, createHmac, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { toPage } from "../../shared/page.ts";
import { UsageError } from "../../shared/usage-error.ts";
import { type Binding, parseRecord, type RollbackRecord, recordBytesMax } from "./record.ts";

/** The records of one deployment, in the folder `--state`. */
export type RecordStore = {
  /** The records, newest first. */
  readonly records: () => readonly RollbackRecord[];
  /** Writes a record in place of the one with its number, and removes the oldest beyond ten. */
  readonly write: (record: RollbackRecord) => void;
  readonly remove: (record: RollbackRecord) => void;
  /** Returns the HMAC of a secret under the folder's key. The name keeps equal secrets from looking equal. */
  readonly hmac: (name: string, secret: string) => string;
};

export const recordsMax = 10;
const fileName = /^(\d{6})\.json$/;
const keyBytes = 32;
/** Only the owner reads what a deployment's settings were. */
const folderMode = 0o700;
const fileMode = 0o600;

/**
 * Opens the records of one deployment. Each has a folder of its own, so that another region or configuration is never
 * rolled back by mistake. Throws a UsageError if the folder cannot be used.
 */
export function openStore(folder: string, binding: Binding): RecordStore {
  const own = join(folder, idOf(binding));
  const key = withUsageError(folder, () => {
    mkdirSync(own, { recursive: true, mode: folderMode });
    return readKey(join(folder, "key"), own);
  });
  const fileOf = ({ number }: Pick<RollbackRecord, "number">) =>
    join(own, `${String(number).padStart(6, "0")}.json`);
  const store: RecordStore = {
    records: () =>
      withUsageError(own, () =>
        readdirSync(own)
          .filter((name) => fileName.test(name))
          .toSorted((a, b) => (a < b ? 1 : -1))
          .map((name) => readRecord(join(own, name), binding)),
      ),
    write(record) {
      withUsageError(own, () => writeWhole(fileOf(record), JSON.stringify(record)));
      for (const old of store.records().slice(recordsMax)) {
        store.remove(old);
      }
    },
    remove: (record) => withUsageError(own, () => rmSync(fileOf(record), { force: true })),
    hmac: (name, secret) => createHmac("sha256", key).update(`${name}\n${secret}`).digest("hex"),
  };
  return store;
}

function idOf(binding: Binding): string {
  const { owner, region, platform, origin } = binding;
  const text = JSON.stringify([owner, region, platform, origin]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Creates the key if there is none yet. Without it nobody can tell any more which secrets have changed. */
function readKey(file: string, records: string): Buffer {
  if (!existsSync(file)) {
    if (readdirSync(records).some((name) => fileName.test(name))) {
      throw stateError(`${file} is missing: put it back, or remove the folder with its records`);
    }
    writeWhole(file, randomBytes(keyBytes).toString("hex"));
  }
  const text = readFileSync(file, "utf8").trim();
  if (!/^[\da-f]{64}$/.test(text)) {
    throw stateError(`${file} is not the key of rollback records: give --state another folder`);
  }
  return Buffer.from(text, "hex");
}

function readRecord(file: string, binding: Binding): RollbackRecord {
  const number = Number(/(\d{6})\.json$/.exec(file)?.[1]);
  const record =
    statSync(file).size > recordBytesMax ? undefined : parseRecord(readFileSync(file, "utf8"));
  if (record === undefined || record.number !== number) {
    throw stateError(
      `${file} is not a whole rollback record: move it away, and what it held cannot be rolled back`,
    );
  }
  if (!isDeepStrictEqual(record.binding, binding)) {
    throw stateError(`${file} is a record of another deployment: move it away`);
  }
  return record;
}

/** A file is whole or not there: it gets its name when it is written. */
function writeWhole(file: string, text: string): void {
  const draft = `${file}.tmp`;
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode: fileMode, flush: true });
  renameSync(draft, file);
}

function withUsageError<Value>(folder: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (error instanceof UsageError) {
      throw error;
    }
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw stateError(
      `${folder} cannot be used for rollback records (${code}): give --state a folder that can be written`,
    );
  }
}

export function stateError(text: string): UsageError {
  return new UsageError(text, toPage("deploy-rollback"));
}
