import {
  type DeadLetter,
  parseLine,
  toLine,
  toLines,
  toSetAsideName,
} from "../model/dead-letter.ts";
import { notAttempted, type RecordResult, type Refusal } from "../model/result.ts";
import type { StorageFailure, StorageResult } from "../object-storage/client.ts";
import type { StoredObject } from "../object-storage/listing.ts";
import { putObject } from "../object-storage/operations.ts";
import type { ObjectContent } from "../object-storage/read-object.ts";
import { isOverTime } from "../object-storage/retrying-client.ts";
import { leave, readLines } from "./content.ts";
import type { Run } from "./run.ts";
import { createTally } from "./tally.ts";

/** Records that were taken out of objects and have not ended yet. */
const pendingMax = 2_000;
/** Of one object: with more lines that are no records it is somebody else's, and none of them is moved aside. */
const foreignLinesMax = 1_000;
/** Refused records that are written down together. */
const asideCharsMax = 1024 * 1024;
/** What is left of a large object is written in pieces, which the next run reads at once. */
const pieceCharsMax = 256 * 1024;

/** An object whose records were handed over, and what became of its lines so far. */
type Redriven = {
  readonly object: StoredObject;
  readonly content: ObjectContent;
  /** By the line's place: whether it is on the stream, or aside. */
  readonly isGone: boolean[];
  readonly tally: ReturnType<typeof createTally>;
  /** Refused, and not aside yet. */
  readonly refused: { readonly index: number; readonly text: string }[];
  refusedChars: number;
  pending: number;
  asides: number;
  foreignLines: number;
  /** Whether something was tried with one of its records, or one may go to no topic. */
  isTouched: boolean;
  /** Whether lines are left that were not looked at. */
  isCut: boolean;
  failure: StorageFailure | undefined;
  ended: () => void;
};

/**
 * Hands an object's records over, in order, behind those of the objects before it; resolves when all of them
 * wait their turn. `settled` says later whether the object is gone.
 */
export async function redriveObject(
  object: StoredObject,
  content: ObjectContent,
  run: Run,
): Promise<{ readonly settled: Promise<boolean> }> {
  const redriven: Redriven = {
    ...{ object, content, isGone: [], tally: createTally(), refused: [] },
    ...{ refusedChars: 0, pending: 1, asides: 0, foreignLines: 0, isTouched: false, isCut: false },
    ...{ failure: undefined, ended: () => undefined },
  };
  const ended = new Promise<void>((resolve) => {
    redriven.ended = resolve;
  });
  for await (const lines of readLines(content)) {
    if (!lines.ok) {
      redriven.failure = lines;
      break;
    }
    await addLines(lines.value, redriven, run);
    if (redriven.isCut) {
      break;
    }
  }
  endOne(redriven);
  return { settled: ended.then(() => settle(redriven, run)) };
}

function endOne(redriven: Redriven): void {
  redriven.pending -= 1;
  if (redriven.pending === 0) {
    redriven.ended();
  }
}

async function addLines(lines: readonly string[], redriven: Redriven, run: Run): Promise<void> {
  for (const line of lines) {
    if (run.pending.count() >= pendingMax) {
      await run.pending.fewer();
    }
    if (run.queue.isOver() || isForeign(redriven)) {
      redriven.isCut = true;
      return;
    }
    addLine(line, redriven, run);
    if (redriven.refusedChars > asideCharsMax) {
      await setAside(redriven, run);
    }
  }
}

function isForeign({ foreignLines }: Redriven): boolean {
  return foreignLines > foreignLinesMax;
}

const noRecord: Refusal = {
  kind: "refused",
  code: "RECORD_REFUSED",
  reason: "a dead letter that is no record",
};

function addLine(line: string, redriven: Redriven, run: Run): void {
  const index = redriven.isGone.push(false) - 1;
  const letter = parseLine(line);
  if (!letter.ok) {
    redriven.foreignLines += 1;
    end({ index, letter, ending: noRecord }, redriven);
  } else if (!run.isAllowed(letter.record)) {
    redriven.isTouched = true;
    run.lines.topic(letter.record.topic);
    end({ index, letter, ending: notAttempted }, redriven);
  } else {
    const record = run.repartition(letter.record);
    redriven.pending += 1;
    void run.deliver(record).then((ending) => {
      if (ending.kind !== "delivered" && !isUntouched(ending, run)) {
        run.lines.record(record, ending);
      }
      redriven.isTouched ||= !isUntouched(ending, run);
      end({ index, letter: { ok: true, record }, ending }, redriven);
      endOne(redriven);
    });
  }
}

/** Whether a record was not attempted because the run was over, and for no reason of its own. */
function isUntouched({ kind }: RecordResult, { queue }: Run): boolean {
  return kind === "notAttempted" && queue.isOver();
}

type Ended = {
  readonly index: number;
  readonly letter: DeadLetter;
  readonly ending: RecordResult;
};

function end({ index, letter, ending }: Ended, redriven: Redriven): void {
  redriven.tally.add([ending]);
  redriven.isGone[index] = ending.kind === "delivered";
  if (ending.kind === "refused") {
    const { reason } = ending;
    const what = letter.ok ? { ...toLine(letter.record), reason } : { line: letter.line, reason };
    const text = JSON.stringify(what);
    redriven.refused.push({ index, text });
    redriven.refusedChars += text.length;
  }
}

/** Writes down what became of an object; says whether it is gone. */
async function settle(redriven: Redriven, run: Run): Promise<boolean> {
  const { object, isGone, tally, failure, isCut } = redriven;
  if (isForeign(redriven)) {
    run.leave(object, `more than ${foreignLinesMax} of its lines are no records`);
  } else {
    await setAside(redriven, run);
  }
  if (!redriven.isTouched && !isGone.some(Boolean)) {
    // The run was over before its turn came.
    return isGone.length === 0 && !isCut && failure === undefined
      ? removeObject(object, run)
      : false;
  }
  run.tally.addAll(tally);
  if (failure !== undefined) {
    await leave(failure, object, run);
  }
  if (isCut || failure !== undefined || isGone.includes(false)) {
    await keepRest(redriven, run);
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

/** Moves final refusals aside, in order; what cannot be moved stays in the object. */
async function setAside(redriven: Redriven, run: Run): Promise<void> {
  const { object, refused, isGone } = redriven;
  const batch = refused.splice(0);
  redriven.refusedChars = 0;
  if (batch.length === 0) {
    return;
  }
  redriven.isTouched = true;
  redriven.asides += 1;
  const id = `${run.invocationId}${redriven.asides === 1 ? "" : `-${redriven.asides}`}`;
  const name = toSetAsideName(object.name, id);
  const lines = toLines(batch.map(({ text }) => text));
  const stored = await putObject(run.ask, { bucket: run.bucket, name }, lines);
  for (const { index } of batch) {
    isGone[index] = stored.ok;
  }
  if (!stored.ok) {
    await leave(stored, object, run);
  }
}

/** Without what was delivered or moved aside, so that the next run does not produce it again. */
async function keepRest(redriven: Redriven, run: Run): Promise<void> {
  if (redriven.failure !== undefined || !redriven.isGone.some(Boolean)) {
    return;
  }
  const written = await writeRest(redriven, run);
  if (!written.ok) {
    run.stop(written);
  }
}

/**
 * The rest of a large object becomes several, which come before the last one by name; that one takes the object's
 * place when the others are there.
 */
async function writeRest(
  redriven: Redriven,
  { ask, bucket }: Run,
): Promise<StorageResult<undefined>> {
  const { name } = redriven.object;
  let last: string | undefined;
  let pieces = 0;
  for await (const piece of readRest(redriven)) {
    if (!piece.ok) {
      return piece;
    }
    if (last !== undefined) {
      pieces += 1;
      const stored = await putObject(ask, { bucket, name: toPieceName(name, pieces) }, last);
      if (!stored.ok) {
        return stored;
      }
    }
    last = piece.value;
  }
  return putObject(ask, { bucket, name }, last ?? "");
}

/** The lines that are left, as texts of a bounded size. */
async function* readRest({ content, isGone }: Redriven): AsyncGenerator<StorageResult<string>> {
  let index = 0;
  let piece = "";
  for await (const lines of readLines(content)) {
    if (!lines.ok) {
      yield lines;
      return;
    }
    const first = index;
    index += lines.value.length;
    for (const line of lines.value.filter((_, at) => isGone[first + at] !== true)) {
      if (piece !== "" && piece.length + line.length > pieceCharsMax) {
        yield { ok: true, value: piece };
        piece = "";
      }
      piece += `${line}\n`;
    }
  }
  yield { ok: true, value: piece };
}

function toPieceName(name: string, number: number): string {
  return name.replace(/\.ndjson$/, `.${String(number).padStart(4, "0")}.ndjson`);
}
