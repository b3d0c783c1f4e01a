import type { CallContext } from "../function/create-handler.ts";
import { logRecords } from "../function/log-result.ts";
import type { Message } from "../model/record.ts";
import {
  type Counts,
  countEndings,
  type Ending,
  type RecordResult,
  worstOf,
} from "../model/result.ts";
import type { StoredObject } from "../object-storage/listing.ts";

/** Counts endings without keeping the records. */
export type Tally = {
  readonly add: (endings: readonly Ending[]) => void;
  readonly addAll: (other: Tally) => void;
  readonly counts: () => Counts;
  readonly worst: () => Ending | undefined;
};

export function createTally(): Tally {
  let counts: Counts = countEndings([]);
  let worst: Ending | undefined;
  const addBoth = (more: Counts, endings: readonly Ending[]): void => {
    const names = Object.keys(counts) as (keyof Counts)[];
    counts = Object.fromEntries(names.map((name) => [name, counts[name] + more[name]])) as Counts;
    const all = worst === undefined ? endings : [worst, ...endings];
    worst = all.length === 0 ? undefined : worstOf(all);
  };
  return {
    add: (endings) => addBoth(countEndings(endings), endings),
    addAll: (other) => {
      const theirs = other.worst();
      addBoth(other.counts(), theirs === undefined ? [] : [theirs]);
    },
    counts: () => counts,
    worst: () => worst,
  };
}

/** Limits of the records in progress. */
const pendingMax = 2_000;
const pendingCharsMax = 4 * 1024 * 1024;

/** Counts records in progress and their characters. A single record is always accepted. */
export function createPending() {
  let count = 0;
  let chars = 0;
  let wake = (): void => undefined;
  return {
    /** Tells whether another record of this size has to wait. */
    isFull: (more: number): boolean =>
      count >= pendingMax || (count > 0 && chars + more > pendingCharsMax),
    /** Resolves when a record has ended. Only one caller may wait. */
    fewer: (): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    during: async <T>(work: Promise<T>, size: number): Promise<T> => {
      count += 1;
      chars += size;
      const result = await work;
      count -= 1;
      chars -= size;
      wake();
      return result;
    },
  };
}

/** Limit of a run's log lines about single objects, records and topics. */
const linesMax = 1_000;
const topicsNamedMax = 100;

/** Creates the bounded log of a run. */
export function createLines({ log }: Pick<CallContext<unknown, unknown>, "log">) {
  const topicsNamed = new Set<string>();
  let count = 0;
  const say = (write: () => void): void => {
    count += 1;
    if (count <= linesMax) {
      write();
    }
  };
  return {
    record: (record: Message, ending: RecordResult) =>
      say(() => logRecords(log, [record], { endings: [ending] })),
    object: ({ name }: StoredObject, reason: string) =>
      say(() => log.warn("a dead-letter object stays where it is", { name, reason })),
    setAside: (count: number, name: string) => say(() => log.warn(`${count} set aside as ${name}`)),
    topic: (topic: string): void => {
      if (!topicsNamed.has(topic) && topicsNamed.size < topicsNamedMax) {
        topicsNamed.add(topic);
        say(() => log.warn(`the topic ${topic} is not one of REDRIVE_TOPICS`));
      }
    },
    /** Logs a line about the whole run. */
    run: (text: string): void => log.warn(text),
    end: (): void => {
      if (count > linesMax) {
        log.warn(`${count - linesMax} more lines about single objects and records are left out`);
      }
    },
  };
}
