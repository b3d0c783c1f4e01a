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

/** A record's slot in the line, which is empty once the record is dropped. */
export type LogSlot = {
  readonly cursor: number;
  readonly bytes: number;
  record: TopicRecord | undefined;
};

export type RecordLog = ReturnType<typeof createRecordLog>;

type DropListener = (record: TopicRecord, bytes: number) => void;

type LogState = {
  slots: LogSlot[];
  /** Index of the first slot that may still hold a record: those before it are swept now and then. */
  head: number;
  records: number;
  bytes: number;
  nextCursor: number;
};

const sweepSlotsMin = 1024;

/**
 * All records of all topics in one line, oldest first. Cursors in it only grow; where records were
 * dropped by their partition's retention, or before a restart, there are gaps.
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
    /** Drops the oldest of all until the bounds hold. */
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
    /** After a restart cursors go on from where they were, even if no record is left. */
    goOnFrom(nextCursor: number): void {
      state.nextCursor = Math.max(state.nextCursor, nextCursor);
    },
    /** Cursors go on after an emptying, so that a reader that resumes never sees one twice. */
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

/** Sweeping only once half of the line is empty keeps the cost of a record constant on average. */
function sweep(state: LogState): void {
  const { slots, records } = state;
  if (slots.length - records >= sweepSlotsMin && records * 2 <= slots.length) {
    state.slots = slots.slice(state.head).filter(({ record }) => record !== undefined);
    state.head = 0;
  }
}

/** Where a cursor stands among the slots, or where it would. */
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
