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

export type RecordLog = ReturnType<typeof createRecordLog>;

type LogState = {
  kept: TopicRecord[];
  /** Index of the oldest record still kept: what lies before it is dropped, and swept now and then. */
  head: number;
  bytes: number;
  nextCursor: number;
};

const sweepRecordsMin = 1024;

/** All records of all topics in one line, oldest first. Cursors in it follow each other without a gap. */
export function createRecordLog(bounds: LogBounds, onDrop: (record: TopicRecord) => void) {
  const state: LogState = { kept: [], head: 0, bytes: 0, nextCursor: 1 };
  return {
    append(fields: Omit<TopicRecord, "cursor">): TopicRecord {
      const record = { cursor: state.nextCursor, ...fields };
      state.nextCursor += 1;
      state.kept.push(record);
      state.bytes += bytesOf(record);
      dropOldest(state, bounds, onDrop);
      return record;
    },
    find: (cursor: number) => findRecord(state, cursor),
    after: (cursor: number) => recordsAfter(state, cursor),
    newestFirst: () => recordsNewestFirst(state),
    newestCursor: () => state.nextCursor - 1,
    /** Cursors go on after an emptying, so that a reader that resumes never sees one twice. */
    empty(): void {
      state.kept = [];
      state.head = 0;
      state.bytes = 0;
    },
  };
}

function dropOldest(
  state: LogState,
  bounds: LogBounds,
  onDrop: (record: TopicRecord) => void,
): void {
  while (isOver(state, bounds)) {
    const oldest = state.kept[state.head];
    if (oldest === undefined) {
      return;
    }
    state.head += 1;
    state.bytes -= bytesOf(oldest);
    onDrop(oldest);
  }
  sweep(state);
}

function isOver(state: LogState, bounds: LogBounds): boolean {
  return state.kept.length - state.head > bounds.recordsMax || state.bytes > bounds.recordBytesMax;
}

/** Sweeping only once half of the list is dropped keeps the cost of an append constant on average. */
function sweep(state: LogState): void {
  if (state.head >= sweepRecordsMin && state.head * 2 >= state.kept.length) {
    state.kept.splice(0, state.head);
    state.head = 0;
  }
}

function findRecord(state: LogState, cursor: number): TopicRecord | undefined {
  const first = state.kept[state.head]?.cursor ?? state.nextCursor;
  return cursor < first ? undefined : state.kept[state.head + cursor - first];
}

function* recordsAfter(state: LogState, cursor: number): Generator<TopicRecord> {
  const first = state.kept[state.head]?.cursor ?? state.nextCursor;
  const skipped = Math.max(0, cursor + 1 - first);
  for (let index = state.head + skipped; index < state.kept.length; index += 1) {
    const record = state.kept[index];
    if (record !== undefined) {
      yield record;
    }
  }
}

function* recordsNewestFirst(state: LogState): Generator<TopicRecord> {
  for (let index = state.kept.length - 1; index >= state.head; index -= 1) {
    const record = state.kept[index];
    if (record !== undefined) {
      yield record;
    }
  }
}

export function bytesOf(record: Pick<TopicRecord, "key" | "value">): number {
  return Buffer.byteLength(record.key) + Buffer.byteLength(record.value);
}
