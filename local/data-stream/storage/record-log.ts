export type TopicRecord = {
  readonly cursor: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string;
  readonly value: string;
};

export type LogBounds = { readonly recordsMax: number; readonly recordBytesMax: number };

/** A record's place in the line, which is empty once the record is dropped. */
export type Place = {
  readonly cursor: number;
  readonly bytes: number;
  record: TopicRecord | undefined;
};

export type RecordLog = ReturnType<typeof createRecordLog>;

type Drop = (record: TopicRecord, bytes: number) => void;

type LogState = {
  places: Place[];
  /** Index of the first place that may still hold a record: those before it are swept now and then. */
  head: number;
  records: number;
  bytes: number;
  nextCursor: number;
};

const sweepPlacesMin = 1024;

/**
 * All records of all topics in one line, oldest first. Cursors in it only grow; where records were
 * dropped by their partition's retention, or before a restart, there are gaps.
 */
export function createRecordLog(bounds: LogBounds, onDrop: Drop) {
  const state: LogState = { places: [], head: 0, records: 0, bytes: 0, nextCursor: 1 };
  return {
    nextCursor: () => state.nextCursor,
    add(record: TopicRecord): Place {
      const place: Place = { cursor: record.cursor, bytes: bytesOf(record), record };
      state.nextCursor = record.cursor + 1;
      state.places.push(place);
      state.records += 1;
      state.bytes += place.bytes;
      return place;
    },
    /** Drops the oldest of all until the bounds hold. */
    trim(): void {
      while (state.records > bounds.recordsMax || state.bytes > bounds.recordBytesMax) {
        const oldest = state.places[state.head];
        if (oldest === undefined) {
          return;
        }
        state.head += 1;
        drop(state, oldest, onDrop);
      }
      sweep(state);
    },
    drop: (place: Place): void => drop(state, place, onDrop),
    find: (cursor: number) => findRecord(state, cursor),
    after: (cursor: number) => recordsAfter(state, cursor),
    newestFirst: () => recordsNewestFirst(state),
    newestCursor: () => state.nextCursor - 1,
    /** After a restart cursors go on from where they were, even if no record is left. */
    goOnFrom(nextCursor: number): void {
      state.nextCursor = Math.max(state.nextCursor, nextCursor);
    },
    /** Cursors go on after an emptying, so that a reader that resumes never sees one twice. */
    empty(): void {
      Object.assign(state, { places: [], head: 0, records: 0, bytes: 0 });
    },
  };
}

function drop(state: LogState, place: Place, onDrop: Drop): void {
  const { record, bytes } = place;
  if (record !== undefined) {
    place.record = undefined;
    state.records -= 1;
    state.bytes -= bytes;
    onDrop(record, bytes);
  }
}

/** Sweeping only once half of the line is empty keeps the cost of a record constant on average. */
function sweep(state: LogState): void {
  const { places, records } = state;
  if (places.length - records >= sweepPlacesMin && records * 2 <= places.length) {
    state.places = places.slice(state.head).filter(({ record }) => record !== undefined);
    state.head = 0;
  }
}

/** Where a cursor stands among the places, or where it would. */
function indexOf({ places, head }: LogState, cursor: number): number {
  let low = head;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.cursor ?? 0) < cursor) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function findRecord(state: LogState, cursor: number): TopicRecord | undefined {
  const place = state.places[indexOf(state, cursor)];
  return place?.cursor === cursor ? place.record : undefined;
}

function* recordsAfter(state: LogState, cursor: number): Generator<TopicRecord> {
  const { places } = state;
  for (let index = indexOf(state, cursor + 1); index < places.length; index += 1) {
    const record = places[index]?.record;
    if (record !== undefined) {
      yield record;
    }
  }
}

function* recordsNewestFirst({ places, head }: LogState): Generator<TopicRecord> {
  for (let index = places.length - 1; index >= head; index -= 1) {
    const record = places[index]?.record;
    if (record !== undefined) {
      yield record;
    }
  }
}

export function bytesOf(record: Pick<TopicRecord, "key" | "value">): number {
  return Buffer.byteLength(record.key) + Buffer.byteLength(record.value);
}
