import { typeOf } from "./cloud-event.js";

/** The number of records that the emulator keeps by default. */
export const recordsMax = 10_000;
const bytesMax = 64 * 1024 * 1024;
const heartbeatType = "heartbeat.tick";
const encoder = new TextEncoder();

/** Creates the page's store of records. It is bounded, ordered by cursor, and holds each record once. */
export function createRecordStore() {
  const state = { entries: [], bytes: 0, byPartition: new Map() };
  return {
    entries: () => state.entries,
    isFull: () => state.entries.length >= recordsMax || state.bytes >= bytesMax,
    bytesOf: (topic, partition) => state.byPartition.get(`${topic}/${partition}`) ?? 0,
    /** Adds records and returns the new ones, oldest first. */
    add(records) {
      const entries = news(state, records.toSorted(byCursor));
      const isNewest = (state.entries.at(-1)?.cursor ?? 0) < (entries[0]?.cursor ?? 0);
      state.entries.push(...entries);
      if (!isNewest) {
        state.entries.sort(byCursor);
      }
      count(state, entries, 1);
      dropOldest(state);
      return entries;
    },
    clear() {
      Object.assign(state, { entries: [], bytes: 0, byPartition: new Map() });
    },
    /** Removes records and says whether there were any. */
    removeWhere(isGone) {
      const gone = state.entries.filter(isGone);
      if (gone.length > 0) {
        state.entries = state.entries.filter((entry) => !isGone(entry));
        count(state, gone, -1);
      }
      return gone.length > 0;
    },
    /** Returns the previous record with the same key on the same topic. */
    before: ({ cursor, topic, key }) =>
      state.entries.findLast(
        (entry) => entry.cursor < cursor && entry.topic === topic && entry.key === key,
      ),
  };
}

const byCursor = (left, right) => left.cursor - right.cursor;

function news(state, sorted) {
  const newest = state.entries.at(-1)?.cursor ?? 0;
  const known =
    (sorted[0]?.cursor ?? 0) > newest
      ? undefined
      : new Set(state.entries.map(({ cursor }) => cursor));
  return sorted
    .filter(({ cursor }, index) => !known?.has(cursor) && cursor !== sorted[index - 1]?.cursor)
    .map(toEntry);
}

function toEntry(record) {
  const type = typeOf(record.value);
  const bytes = encoder.encode(record.key).length + encoder.encode(record.value).length;
  return { ...record, type, bytes, isHeartbeat: type === heartbeatType };
}

function count(state, entries, sign) {
  for (const { topic, partition, bytes } of entries) {
    const name = `${topic}/${partition}`;
    state.bytes += sign * bytes;
    state.byPartition.set(name, (state.byPartition.get(name) ?? 0) + sign * bytes);
  }
}

function dropOldest(state) {
  let bytes = state.bytes;
  let dropped = Math.max(0, state.entries.length - recordsMax);
  for (const { bytes: size } of state.entries.slice(0, dropped)) {
    bytes -= size;
  }
  while (bytes > bytesMax && dropped < state.entries.length - 1) {
    bytes -= state.entries[dropped].bytes;
    dropped += 1;
  }
  count(state, state.entries.splice(0, dropped), -1);
}
