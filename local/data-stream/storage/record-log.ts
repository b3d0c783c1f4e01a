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

/** A position in the log. It is empty once its record is dropped. */
export type LogSlot = {
  readonly cursor: number;
  readonly bytes: number;
  record: TopicRecord | undefined;
};

export type RecordLog = ReturnType<typeof createRecordLog>;

type DropListener = (record: TopicRecord, bytes: number) => void;

type LogState = {
  slots: LogSlot[];
  /** The index of the first slot that may still hold a record. Empty slots before it are removed now and then. */
  head: number;
  records: number;
  bytes: number;
  nextCursor: number;
};

const sweepSlotsMin = 1024;

/**
 * Creates the log of all records of all topics, oldest first. Cursors only grow. Gaps remain where a partition's
 * retention dropped records, or where a restart did.
 */
export function createRecordLog(bounds: LogBounds, onDrop: DropListener) {
  const state: LogState = { slots: [], head: 0, records: 0, bytes: 0, nextCursor: 1 };
  return {
    nextCursor: () => state.nextCursor,
    add(record: TopicRecord): LogSlot {
      const slot: LogSlot = { cursor: record.cursor, bytes: recordBytes(record), record };
      state.nextCursor = record.cursor + 1;
      state.slots.push(slot);
      state.records += 1;
      state.bytes += slot.bytes;
      return slot;
    },
    /** Drops the oldest records until the bounds hold. */
    trim(): void {
      while (state.records > bounds.recordsMax || state.bytes > bounds.recordBytesMax) {
        const oldest = state.slots[state.head];
        if (oldest === undefined) {
          return;
        }
        state.head += 1;
        drop(state, oldest, onDrop);
      }
      sweep(state);
    },
    drop: (slot: LogSlot): void => drop(state, slot, onDrop),
    find: (cursor: number) => findRecord(state, cursor),
    after: (cursor: number) => recordsAfter(state, cursor),
    newestFirst: () => recordsNewestFirst(state),
    newestCursor: () => state.nextCursor - 1,
    /** Continues the cursors after a restart, even if no record is left. */
    goOnFrom(nextCursor: number): void {
      state.nextCursor = Math.max(state.nextCursor, nextCursor);
    },
    /** Empties the log. Cursors go on, so that a reader that resumes never sees a cursor twice. */
    empty(): void {
      Object.assign(state, { slots: [], head: 0, records: 0, bytes: 0 });
    },
  };
}

function drop(state: LogState, slot: LogSlot, onDrop: DropListener): void {
  const { record, bytes } = slot;
  if (record !== undefined) {
    slot.record = undefined;
    state.records -= 1;
    state.bytes -= bytes;
    onDrop(record, bytes);
  }
}

/** Removes empty slots once half of the log is empty, which keeps the cost of a record constant on average. */
function sweep(state: LogState): void {
  const { slots, records } = state;
  if (slots.length - records >= sweepSlotsMin && records * 2 <= slots.length) {
    state.slots = slots.slice(state.head).filter(({ record }) => record !== undefined);
    state.head = 0;
  }
}

/** Returns the index of a cursor, or the index where it would be. */
function indexOf({ slots, head }: LogState, cursor: number): number {
  let low = head;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slots[middle]?.cursor ?? 0) < cursor) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function findRecord(state: LogState, cursor: number): TopicRecord | undefined {
  const slot = state.slots[indexOf(state, cursor)];
  return slot?.cursor === cursor ? slot.record : undefined;
}

function* recordsAfter(state: LogState, cursor: number): Generator<TopicRecord> {
  const { slots } = state;
  for (let index = indexOf(state, cursor + 1); index < slots.length; index += 1) {
    const record = slots[index]?.record;
    if (record !== undefined) {
      yield record;
    }
  }
}

function* recordsNewestFirst({ slots, head }: LogState): Generator<TopicRecord> {
  for (let index = slots.length - 1; index >= head; index -= 1) {
    const record = slots[index]?.record;
    if (record !== undefined) {
      yield record;
    }
  }
}

export function recordBytes(record: Pick<TopicRecord, "key" | "value">): number {
  return Buffer.byteLength(record.key) + Buffer.byteLength(record.value);
}
