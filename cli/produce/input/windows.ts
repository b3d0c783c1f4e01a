import type { StreamRecord } from "../../../lib/model/record.ts";
import { errorCodeOf } from "../../shared/settings-source.ts";
import { UsageError } from "../../shared/usage-error.ts";
import { InputError, type InputPosition } from "./input-error.ts";
import type { Line } from "./lines.ts";
import type { InputResult } from "./message.ts";

export type PositionedRecord = { readonly position: InputPosition; readonly record: StreamRecord };

/** Lines that are delivered together. */
export type Window = {
  readonly records: readonly PositionedRecord[];
  /** The start of the next window if every record of this one is acknowledged. */
  readonly endOffset: number;
  readonly endLine: number;
  /** Why the input cannot be read further. */
  readonly problem: InputError | undefined;
};

export type WindowBounds = { readonly linesMax: number; readonly bytesMax: number };

type LineParser = (line: Line) => InputResult<StreamRecord> | "blank";

/** Groups lines into windows and skips blank lines. Ending the iteration closes the input. */
export async function* toWindows(
  lines: AsyncIterable<Line>,
  parse: LineParser,
  bounds: WindowBounds,
): AsyncGenerator<Window> {
  const iterator = lines[Symbol.asyncIterator]();
  try {
    yield* gather(iterator, parse, bounds);
  } finally {
    await iterator.return?.(undefined);
  }
}

async function* gather(
  iterator: AsyncIterator<Line>,
  parse: LineParser,
  { linesMax, bytesMax }: WindowBounds,
): AsyncGenerator<Window> {
  let position: InputPosition = { line: 1, offset: 0 };
  const takeOne = async (): Promise<ParsedLine | undefined> => {
    try {
      const { value, done } = await iterator.next();
      return done === true ? undefined : toParsedLine(value, parse(value));
    } catch (error) {
      return toUnreadableLine(error, position);
    }
  };
  let next = await takeOne();
  while (next !== undefined) {
    const records: PositionedRecord[] = [];
    let bytes = 0;
    position = next.position;
    while (
      next !== undefined &&
      next.problem === undefined &&
      !(records.length >= linesMax || bytes >= bytesMax)
    ) {
      bytes += next.endOffset - next.position.offset;
      position = { line: next.position.line + 1, offset: next.endOffset };
      records.push(
        ...(next.record === undefined ? [] : [{ position: next.position, record: next.record }]),
      );
      next = await takeOne();
    }
    yield { records, endOffset: position.offset, endLine: position.line, problem: next?.problem };
    next = next?.problem === undefined ? next : undefined;
  }
}

type ParsedLine = {
  readonly position: InputPosition;
  readonly endOffset: number;
  readonly record?: StreamRecord;
  readonly problem?: InputError;
};

/** `position` is the position after the last line that was read. */
function toUnreadableLine(error: unknown, position: InputPosition): ParsedLine {
  if (error instanceof UsageError) {
    throw error;
  }
  const problem =
    error instanceof InputError
      ? error
      : new InputError(`the input cannot be read on (${errorCodeOf(error)})`, position);
  return { position: problem.position, endOffset: problem.position.offset, problem };
}

function toParsedLine(
  { line, offset, endOffset }: Line,
  read: InputResult<StreamRecord> | "blank",
): ParsedLine {
  const position = { line, offset };
  if (read === "blank") {
    return { position, endOffset };
  }
  return read.ok
    ? { position, endOffset, record: read.value }
    : { position, endOffset, problem: new InputError(read.problem, position, endOffset) };
}
