import type { TopicRecord } from "../data/model.ts";
import { eventOf } from "./cloud-event.ts";

/** A record with what the list shows of it. */
export type Entry = TopicRecord & {
  readonly type: string;
  readonly id: string;
  readonly bytes: number;
  readonly isHeartbeat: boolean;
};

/** The number of records that the emulator keeps by default. */
export const recordsMax = 10_000;
const bytesMax = 64 * 1024 * 1024;
const heartbeatType = "heartbeat.tick";
const encoder = new TextEncoder();

type State = {
  entries: Entry[];
  bytes: number;
  readonly bytesByPartition: Map<string, number>;
};

/** Creates the page's store of records. It is bounded, ordered by cursor, and holds each record once. */
export function createRecordStore() {
  const state: State = { entries: [], bytes: 0, bytesByPartition: new Map() };
  return {
    entries: (): readonly Entry[] => state.entries,
    isFull: () => state.entries.length >= recordsMax || state.bytes >= bytesMax,
    bytesOf: (topic: string, partition: number) =>
      state.bytesByPartition.get(`${topic}/${partition}`) ?? 0,
    /** Adds records and returns the new ones, oldest first. */
    add(records: readonly TopicRecord[]): readonly Entry[] {
      const entries = newEntries(state, records.toSorted(byCursor));
      const isNewest = (state.entries.at(-1)?.cursor ?? 0) < (entries[0]?.cursor ?? 0);
      state.entries.push(...entries);
      if (!isNewest) {
        state.entries.sort(byCursor);
      }
      count(state, entries, 1);
      dropOldest(state);
      return entries;
    },
    clear(): void {
      Object.assign(state, { entries: [], bytes: 0 });
      state.bytesByPartition.clear();
    },
    /** Removes records and says whether there were any. */
    removeWhere(isGone: (entry: Entry) => boolean): boolean {
      const gone = state.entries.filter(isGone);
      if (gone.length > 0) {
        state.entries = state.entries.filter((entry) => !isGone(entry));
        count(state, gone, -1);
      }
      return gone.length > 0;
    },
    find: (topic: string, partition: number, offset: number): Entry | undefined =>
      state.entries.findLast(
        (entry) =>
          entry.offset === offset && entry.partition === partition && entry.topic === topic,
      ),
    /** Returns the previous record with the same key on the same topic. */
    before: ({ cursor, topic, key }: TopicRecord): Entry | undefined =>
      state.entries.findLast(
        (entry) => entry.cursor < cursor && entry.topic === topic && entry.key === key,
      ),
  };
}

const byCursor = (left: TopicRecord, right: TopicRecord) => left.cursor - right.cursor;

function newEntries(state: State, sorted: readonly TopicRecord[]): readonly Entry[] {
  const newest = state.entries.at(-1)?.cursor ?? 0;
  const known =
    (sorted[0]?.cursor ?? 0) > newest
      ? undefined
      : new Set(state.entries.map(({ cursor }) => cursor));
  return sorted
    .filter(({ cursor }, index) => !known?.has(cursor) && cursor !== sorted[index - 1]?.cursor)
    .map(toEntry);
}

function toEntry(record: TopicRecord): Entry {
  const { type, id } = eventOf(record.value);
  const bytes = encoder.encode(record.key).length + encoder.encode(record.value).length;
  return { ...record, type, id, bytes, isHeartbeat: type === heartbeatType };
}

function count(state: State, entries: readonly Entry[], sign: 1 | -1): void {
  for (const { topic, partition, bytes } of entries) {
    const name = `${topic}/${partition}`;
    state.bytes += sign * bytes;
    state.bytesByPartition.set(name, (state.bytesByPartition.get(name) ?? 0) + sign * bytes);
  }
}

function dropOldest(state: State): void {
  let bytes = state.bytes;
  let dropped = 0;
  for (const entry of state.entries) {
    const isOver = state.entries.length - dropped > recordsMax || bytes > bytesMax;
    if (!isOver || dropped === state.entries.length - 1) {
      break;
    }
    bytes -= entry.bytes;
    dropped += 1;
  }
  count(state, state.entries.splice(0, dropped), -1);
}
