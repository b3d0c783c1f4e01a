import type { ApiRefusal } from "../produce/gateway-request.ts";
import { apiRefusal } from "../produce/gateway-request.ts";
import { gatewayError } from "../produce/produce-responses.ts";
import { StartProblem } from "../start-problem.ts";
import type { NewRecord, Topics } from "../topics/topics.ts";
import { partitionName } from "../topics/topics.ts";
import { errorCodeOf } from "./database-file.ts";
import type { RecordStorage } from "./memory-storage.ts";
import { expiryCheckMs } from "./memory-storage.ts";
import type { RecordDatabase, StoredPartition } from "./record-database.ts";
import type { TopicRecord } from "./record-log.ts";

type WaitingRecord = {
  readonly record: NewRecord;
  readonly settle: (ending: TopicRecord | ApiRefusal) => void;
};

/** A transaction holds no more records than this, so that a burst cannot grow it without bound. */
const batchRecordsMax = 1000;
/**
 * Creates the storage of `--data`. Records that arrive in one turn of the event loop make one durable transaction:
 * they are on the disk first, then in memory, then acknowledged. A transaction that fails leaves no trace in
 * either.
 */
export function createDurableStorage(
  { topics, store }: { readonly topics: Topics; readonly store: RecordDatabase },
  onAppend: (record: TopicRecord) => void,
): RecordStorage {
  const state = {
    waiting: [] as WaitingRecord[],
    turn: undefined as NodeJS.Immediate | undefined,
    dropped: [] as number[],
    changed: new Map<string, Pick<StoredPartition, "topic" | "partition">>(),
  };
  const touch = ({ topic, partition }: Pick<StoredPartition, "topic" | "partition">): void => {
    state.changed.set(partitionName({ topic, partition }), { topic, partition });
  };
  const onDrop = (record: TopicRecord): void => {
    state.dropped.push(record.cursor);
    touch(record);
  };
  refuseFewerPartitions(topics, store);
  topics.onDrop(onDrop);
  restore(topics, store);

  /** Commits the records and all pending changes. Throws on failure and leaves everything unchanged. */
  const commit = (records: readonly TopicRecord[]): void => {
    records.forEach(touch);
    const next = new Map(records.map((one) => [partitionName(one), one.offset + 1]));
    store.commit({
      records,
      dropped: state.dropped,
      partitions: [...state.changed].map(([name, { topic, partition }]) => {
        const counts = topics.countsOf(topic, partition);
        return { topic, partition, ...counts, next: next.get(name) ?? counts.next };
      }),
      nextCursor: (records.at(-1)?.cursor ?? topics.records.newestCursor()) + 1,
    });
    state.dropped = [];
    state.changed.clear();
  };
  for (const { topic, partition } of countsOfAll(topics)) {
    touch({ topic, partition });
  }
  const commitWaiting = (): void => {
    clearImmediate(state.turn);
    state.turn = undefined;
    const batch = state.waiting;
    state.waiting = [];
    const records = topics.number(batch.map(({ record }) => record));
    try {
      commit(records);
    } catch (error) {
      const refused = notStored(errorCodeOf(error));
      for (const { settle } of batch) {
        settle(refused);
      }
      return;
    }
    for (const record of records) {
      topics.append(record);
      onAppend(record);
    }
    for (const [index, { settle }] of batch.entries()) {
      settle(records[index] ?? notStored("no number"));
    }
  };
  const sweep = (): void => {
    topics.expire();
    if (state.changed.size > 0 && state.waiting.length === 0) {
      commitOrKeepChanges(() => commit([]));
    }
  };
  firstCommit(() => commit([]));
  const timer = setInterval(sweep, expiryCheckMs).unref();
  return {
    write: (record) =>
      new Promise((settle) => {
        state.waiting.push({ record, settle });
        if (state.waiting.length >= batchRecordsMax) {
          commitWaiting();
        } else {
          state.turn ??= setImmediate(commitWaiting);
        }
      }),
    empty() {
      if (state.waiting.length > 0) {
        commitWaiting();
      }
      try {
        store.empty(topics.names(), emptied(topics));
      } catch (error) {
        return notStored(errorCodeOf(error));
      }
      topics.empty();
      return undefined;
    },
    close() {
      clearInterval(timer);
      if (state.waiting.length > 0) {
        commitWaiting();
      }
      sweep();
      store.close();
    },
  };
}

/**
 * Reads the stored records into memory. If the disk holds more than the bounds of this start allow, the oldest
 * records are dropped and counted.
 */
function restore(topics: Topics, store: RecordDatabase): void {
  const isNamed = ({ topic, partition }: Pick<StoredPartition, "topic" | "partition">) =>
    partition < (topics.partitionCount(topic) ?? 0);
  for (const { topic, partition, ...counts } of store.partitions()) {
    if (isNamed({ topic, partition })) {
      topics.restore(topic, partition, counts);
    }
  }
  for (const record of store.records()) {
    if (isNamed(record)) {
      topics.append(record);
    }
  }
  topics.records.goOnFrom(store.nextCursor());
}

/**
 * Refuses a smaller partition count. As in Data Stream itself, partitions can only be added: records of a removed
 * partition would be out of reach.
 */
function refuseFewerPartitions(topics: Topics, store: RecordDatabase): void {
  for (const { topic, partition } of store.partitions()) {
    const count = topics.partitionCount(topic);
    if (count !== undefined && partition >= count) {
      throw new StartProblem(
        `topic ${topic} has ${count} partitions in the settings and at least ${partition + 1} in --data: partitions can only be added`,
      );
    }
  }
}

/** Returns the topics that the store holds and the settings do not name. */
export function unnamedTopics(topics: Topics, store: RecordDatabase): readonly string[] {
  const kept = new Set(store.partitions().map(({ topic }) => topic));
  return [...kept].filter((topic) => topics.partitionCount(topic) === undefined);
}

function countsOfAll(topics: Topics): readonly StoredPartition[] {
  return topics.describe().flatMap(({ name: topic, partitions }) =>
    partitions.map(({ partition, first, next, dropped }) => ({
      ...{ topic, partition, first, next, dropped },
    })),
  );
}

function emptied(topics: Topics): readonly StoredPartition[] {
  return countsOfAll(topics).map((counts) => ({ ...counts, first: counts.next }));
}

/** Stores the partitions at the start, and so finds a store that cannot be written to. */
function firstCommit(commit: () => void): void {
  try {
    commit();
  } catch (error) {
    const code = errorCodeOf(error);
    const fix = code === "SQLITE_FULL" ? " (no space, or over --data-bytes-max)" : "";
    throw new StartProblem(`--data cannot be written to: ${code}${fix}`);
  }
}

function notStored(code: string): ApiRefusal {
  return apiRefusal(
    gatewayError(503, "The message could not be stored."),
    `the store of --data failed: ${code}`,
    "See to the disk of --data (SQLITE_FULL: no space, or over --data-bytes-max), and send again.",
  );
}

/** Commits changes that can wait. After a failure they are part of the next transaction. */
function commitOrKeepChanges(commit: () => void): void {
  try {
    commit();
  } catch {
    // No request was acknowledged because of these changes, so nothing is lost.
  }
}
