import { createToFitted, partsOfText } from "./check-in.ts";
import type { Config } from "./config.ts";
import { partitionOf } from "./data-stream/partition.ts";
import type { Effects } from "./effects.ts";
import type { Admittance } from "./handle.ts";
import {
  type DeadLetter,
  parseLines,
  toLine,
  toLines,
  toSetAsideName,
} from "./object-storage/dead-letters.ts";
import { toStorageEnding } from "./object-storage/failure.ts";
import { getObject, putObject, removeObject } from "./object-storage/object-storage.ts";
import { createPatientAsk } from "./object-storage/patient-ask.ts";
import type { NotStored, Stored } from "./object-storage/request.ts";
import { type Ending, notAttempted, type RecordEnding } from "./outcome.ts";
import type { Message } from "./record.ts";
import { logRecords } from "./report.ts";
import { deliverFitting, storeMsReserved } from "./send.ts";

/** Topics that dead letters may go to; absent: DATASTREAM_TOPIC. */
export type Allowed = { readonly topics: readonly string[] | undefined };

/** With less time than this no further object is begun. */
const objectMsMin = 2_000;

export type Run = ReturnType<typeof createRun>;

/** What the objects of one run share. */
export function createRun(
  { call, config, settled, startedMs, log, clocks, invocationId }: Admittance<unknown, Allowed>,
  bucket: string,
  effects: Effects,
) {
  const ownDeadlineMs = startedMs + config.deliveryTimeoutMs;
  const deadlineMs = Math.min(call.deadlineMs ?? Infinity, ownDeadlineMs);
  const toFitted = createToFitted(partsOfText, config);
  const topics = settled.topics ?? (config.topic === undefined ? [] : [config.topic]);
  return {
    ...{ bucket, log, invocationId },
    now: effects.now,
    isAllowed: ({ topic }: Message) => topics.includes(topic),
    repartition: (record: Message) => toPartition(record, config),
    ask: createPatientAsk(config, { ...effects, clock: clocks.storage }, deadlineMs),
    hasTime: () => effects.now() + objectMsMin < deadlineMs,
    deliver: (records: readonly Message[]) =>
      deliverFitting(records, toFitted, {
        ...{ config, clocks, effects },
        deadlineMs: deadlineMs - storeMsReserved,
      }),
    /** `isListed`: whether every listing that was asked for came. */
    tally: { endings: [] as Ending[], isListed: true, attempts: 0, uncertain: 0, neverSent: 0 },
  };
}

/** `left`: something of it stays and the run goes on; `stopped`: the run does not. */
export type Done = "removed" | "left" | "stopped";

/** All of one object onto the stream, and what became of it written down. */
export async function redriveObject(name: string, run: Run): Promise<Done> {
  const { bucket, ask, tally } = run;
  const object = await getObject(ask, { bucket, name });
  if (!object.ok) {
    // Another run may have been faster.
    return endOfUnread(object, run);
  }
  const letters = parseLines(object.value).map((letter) =>
    letter.ok ? { ...letter, record: run.repartition(letter.record) } : letter,
  );
  const allowed = letters.flatMap((one) =>
    one.ok && run.isAllowed(one.record) ? [one.record] : [],
  );
  const delivery = await run.deliver(allowed);
  tally.attempts += delivery.attempts;
  tally.uncertain += delivery.uncertain;
  tally.neverSent += delivery.neverSent;
  const endingOf = new Map(allowed.map((record, index) => [record, delivery.endings[index]]));
  const endings = letters.map((letter) => endingFor(letter, endingOf));
  tally.endings.push(...endings);
  report(letters, endings, run);
  return writeDown({ name, letters, endings }, run);
}

function endOfUnread(failure: NotStored, run: Run): Done {
  if (failure.status === 404) {
    return "removed";
  }
  const stopped = stop(run, failure);
  // An object that is too large for us holds up no other.
  return failure.status === 413 ? "left" : stopped;
}

/** A fixed partition stays; one that the topic has not, or none, is chosen from the key. */
function toPartition(record: Message, { partitionsOf }: Config): Message {
  const { topic, key, partition } = record;
  const count = partitionsOf(topic);
  const isFixed = partition !== undefined && partition < (count ?? Infinity);
  return { ...record, partition: isFixed ? partition : partitionOf(key, count), isFixed };
}

function endingFor(
  letter: DeadLetter,
  endingOf: ReadonlyMap<Message, RecordEnding | undefined>,
): RecordEnding {
  if (!letter.ok) {
    return { kind: "refused", code: "RECORD_REFUSED", reason: "a dead letter that is no record" };
  }
  // Of a topic that is not allowed: it stays where it is.
  return endingOf.get(letter.record) ?? notAttempted;
}

function report(letters: readonly DeadLetter[], endings: readonly RecordEnding[], run: Run): void {
  const known = letters.flatMap((letter, index) => {
    const ending = endings[index];
    return letter.ok && ending !== undefined ? [{ record: letter.record, ending }] : [];
  });
  const foreign = new Set(
    known.filter(({ record }) => !run.isAllowed(record)).map(({ record }) => record.topic),
  );
  const warnings = [...foreign].map((topic) => `the topic ${topic} is not one of REDRIVE_TOPICS`);
  const records = known.map(({ record }) => record);
  logRecords(run.log, records, { warnings, endings: known.map(({ ending }) => ending) });
}

type Redriven = {
  readonly name: string;
  readonly letters: readonly DeadLetter[];
  readonly endings: readonly RecordEnding[];
};

/** Moves final refusals aside, keeps what is left, and removes the object when nothing is. */
async function writeDown({ name, letters, endings }: Redriven, run: Run): Promise<Done> {
  const { bucket, ask } = run;
  const pairs = letters.map((letter, index) => ({ letter, ending: endings[index] }));
  const refused = pairs.filter(({ ending }) => ending?.kind === "refused");
  const aside = await setAside(name, refused, run);
  // What could not be moved aside stays here; what was delivered goes either way.
  const left = pairs.filter(({ ending }) =>
    ending?.kind === "refused" ? !aside.ok : ending?.kind !== "delivered",
  );
  const rest = left.map(({ letter }) => (letter.ok ? toLine(letter.record) : letter.line));
  const written =
    rest.length === 0
      ? await removeObject(ask, { bucket, name })
      : await keepRest(name, rest, { run, before: letters.length });
  const failure = [aside, written].find((stored) => !stored.ok);
  if (failure !== undefined && !failure.ok) {
    return stop(run, failure);
  }
  if (left.some(({ letter }) => letter.ok && run.isAllowed(letter.record))) {
    return "stopped";
  }
  return rest.length === 0 ? "removed" : "left";
}

type Pair = { readonly letter: DeadLetter; readonly ending: RecordEnding | undefined };

async function setAside(
  name: string,
  refused: readonly Pair[],
  { bucket, ask, invocationId }: Run,
): Promise<Stored<undefined>> {
  if (refused.length === 0) {
    return { ok: true, value: undefined };
  }
  const lines = toLines(refused.map(({ letter, ending }) => toSetAside(letter, ending)));
  return putObject(ask, { bucket, name: toSetAsideName(name, invocationId) }, lines);
}

/** Without what was delivered or moved aside, so that the next run does not produce it again. */
async function keepRest(
  name: string,
  rest: readonly (object | string)[],
  { run, before }: { readonly run: Run; readonly before: number },
): Promise<Stored<undefined>> {
  return rest.length === before
    ? { ok: true, value: undefined }
    : putObject(run.ask, { bucket: run.bucket, name }, toLines(rest));
}

function toSetAside(letter: DeadLetter, ending: RecordEnding | undefined): object {
  const reason = ending !== undefined && "reason" in ending ? ending.reason : undefined;
  return letter.ok ? { ...toLine(letter.record), reason } : { line: letter.line, reason };
}

/** What the storage fails with ends the run. */
export function stop({ tally }: Run, failure: NotStored): Done {
  tally.endings.push(toStorageEnding(failure, "DEAD_LETTER_BUCKET"));
  return "stopped";
}
