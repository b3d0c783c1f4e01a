import {
  type DeadLetter,
  parseLine,
  toLine,
  toLines,
  toSetAsideName,
} from "../model/dead-letter.ts";
import { notAttempted, type RecordResult, refusal } from "../model/result.ts";
import type { StorageFailure } from "../object-storage/client.ts";
import type { StoredObject } from "../object-storage/listing.ts";
import type { ObjectContent } from "../object-storage/object-content.ts";
import { putObject } from "../object-storage/operations.ts";
import { isOverTime } from "../object-storage/retrying-client.ts";
import { leave, readLines } from "./content.ts";
import { writeRest } from "./rest.ts";
import type { Run } from "./run.ts";
import { createTally } from "./tally.ts";

/** Limit of lines of an object that are not records. With more of them the object is foreign, and none is set aside. */
const foreignLinesMax = 1_000;
/** Size of refused records that are set aside together. */
const setAsideCharsMax = 1024 * 1024;

/** The progress of one object. */
type ObjectProgress = {
  readonly object: StoredObject;
  readonly content: ObjectContent;
  /** True for each line that was delivered or set aside, by position. */
  readonly isGone: boolean[];
  readonly tally: ReturnType<typeof createTally>;
  /** Refused records that are not set aside yet. */
  readonly refused: { readonly index: number; readonly text: string }[];
  refusedChars: number;
  pending: number;
  batches: number;
  foreignLines: number;
  /** True if a record was attempted, or its topic is not allowed. */
  isTouched: boolean;
  /** True if lines were not read. */
  isCut: boolean;
  failure: StorageFailure | undefined;
  ended: () => void;
};

/**
 * Adds an object's records to the queue, in order and after those of earlier objects. Resolves when all are in the queue.
 * `removal` resolves when the object is finished, to whether it was removed.
 */
export async function redriveObject(
  object: StoredObject,
  content: ObjectContent,
  run: Run,
): Promise<{ readonly removal: Promise<boolean> }> {
  const progress: ObjectProgress = {
    ...{ object, content, isGone: [], tally: createTally(), refused: [] },
    ...{
      refusedChars: 0,
      pending: 1,
      batches: 0,
      foreignLines: 0,
      isTouched: false,
      isCut: false,
    },
    ...{ failure: undefined, ended: () => undefined },
  };
  const ended = new Promise<void>((resolve) => {
    progress.ended = resolve;
  });
  for await (const lines of readLines(content)) {
    if (!lines.ok) {
      progress.failure = lines;
      break;
    }
    await addLines(lines.value, progress, run);
    if (progress.isCut) {
      break;
    }
  }
  endOne(progress);
  return { removal: ended.then(() => finishObject(progress, run)) };
}

function endOne(progress: ObjectProgress): void {
  progress.pending -= 1;
  if (progress.pending === 0) {
    progress.ended();
  }
}

async function addLines(lines: string[], progress: ObjectProgress, run: Run): Promise<void> {
  for (const [index, line] of lines.entries()) {
    // A large line is not kept while the next one waits.
    lines[index] = "";
    while (run.pending.isFull(line.length)) {
      await run.pending.fewer();
    }
    if (run.queue.isOver() || isForeign(progress)) {
      progress.isCut = true;
      return;
    }
    addLine(line, progress, run);
    if (progress.refusedChars > setAsideCharsMax) {
      await setAside(progress, run);
    }
  }
}

function isForeign({ foreignLines }: ObjectProgress): boolean {
  return foreignLines > foreignLinesMax;
}

const noRecord = refusal("RECORD_REFUSED", "a dead letter that is no record");

function addLine(line: string, progress: ObjectProgress, run: Run): void {
  const index = progress.isGone.push(false) - 1;
  const deadLetter = parseLine(line);
  if (!deadLetter.ok) {
    progress.foreignLines += 1;
    end({ index, deadLetter, ending: noRecord }, progress);
  } else if (!run.isAllowed(deadLetter.record)) {
    progress.isTouched = true;
    run.lines.topic(deadLetter.record.topic);
    end({ index, deadLetter, ending: notAttempted }, progress);
  } else {
    const record = run.repartition(deadLetter.record);
    progress.pending += 1;
    void run.deliver(record).then((ending) => {
      if (ending.kind !== "delivered" && !isUntouched(ending, run)) {
        run.lines.record(record, ending);
      }
      progress.isTouched ||= !isUntouched(ending, run);
      end({ index, deadLetter: { ok: true, record }, ending }, progress);
      endOne(progress);
    });
  }
}

/** Tells whether a record was not attempted only because the run was over. */
function isUntouched({ kind }: RecordResult, { queue }: Run): boolean {
  return kind === "notAttempted" && queue.isOver();
}

type Ended = {
  readonly index: number;
  readonly deadLetter: DeadLetter;
  readonly ending: RecordResult;
};

function end({ index, deadLetter, ending }: Ended, progress: ObjectProgress): void {
  progress.tally.add([ending]);
  progress.isGone[index] = ending.kind === "delivered";
  if (ending.kind === "refused") {
    const { reason } = ending;
    const what = deadLetter.ok
      ? { ...toLine(deadLetter.record), reason }
      : { line: deadLetter.line, reason };
    const text = JSON.stringify(what);
    progress.refused.push({ index, text });
    progress.refusedChars += text.length;
  }
}

/** Removes a finished object, or writes its rest back. Returns whether it was removed. */
async function finishObject(progress: ObjectProgress, run: Run): Promise<boolean> {
  const { object, isGone, tally, failure, isCut } = progress;
  if (isForeign(progress)) {
    run.leave(object, `more than ${foreignLinesMax} of its lines are no records`);
  } else {
    await setAside(progress, run);
  }
  if (!progress.isTouched && !isGone.some(Boolean)) {
    // The run was over before this object began.
    return isGone.length === 0 && !isCut && failure === undefined
      ? removeObject(object, run)
      : false;
  }
  run.tally.addAll(tally);
  if (failure !== undefined) {
    await leave(failure, object, run);
  }
  if (isCut || failure !== undefined || isGone.includes(false)) {
    await keepRest(progress, run);
    return false;
  }
  return removeObject(object, run);
}

async function removeObject(object: StoredObject, run: Run): Promise<boolean> {
  const removed = await run.deletions.remove(object.name);
  if (!removed.ok && isOverTime(removed)) {
    run.lines.object(object, "no time was left to remove it, and the next run delivers it again");
  } else if (!removed.ok) {
    await leave(removed, object, run);
  }
  return removed.ok;
}

/** Sets refused records aside, in order. If that fails, they stay in the object. */
async function setAside(progress: ObjectProgress, run: Run): Promise<void> {
  const { object, refused, isGone } = progress;
  const batch = refused.splice(0);
  progress.refusedChars = 0;
  if (batch.length === 0) {
    return;
  }
  progress.isTouched = true;
  progress.batches += 1;
  const id = `${run.invocationId}${progress.batches === 1 ? "" : `-${progress.batches}`}`;
  const name = toSetAsideName(object.name, id);
  const lines = toLines(batch.map(({ text }) => text));
  const stored = await putObject(run.client, { bucket: run.bucket, name }, lines);
  for (const { index } of batch) {
    isGone[index] = stored.ok;
  }
  if (stored.ok) {
    run.lines.setAside(batch.length, name);
  } else {
    await leave(stored, object, run);
  }
}

/** Writes the object back without the delivered and set-aside lines, so that the next run does not produce them again. */
async function keepRest(progress: ObjectProgress, run: Run): Promise<void> {
  if (progress.failure !== undefined || !progress.isGone.some(Boolean)) {
    return;
  }
  const written = await writeRest(progress, run);
  if (!written.ok) {
    run.stop(written);
  }
}
