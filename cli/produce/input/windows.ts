import type { StreamRecord } from "../../../lib/model/record.ts";
import { codeOf, UsageError } from "../../shared/settings-source.ts";
import { InputError, type Place } from "./input-error.ts";
import type { Line } from "./lines.ts";
import type { Read } from "./message.ts";

export type Placed = { readonly place: Place; readonly record: StreamRecord };

/** Lines that are delivered together. */
export type Window = {
  readonly records: readonly Placed[];
  /** Where the next window begins, if all of this one is acknowledged. */
  readonly endOffset: number;
  readonly endLine: number;
  /** Why the input cannot be read on. */
  readonly problem: InputError | undefined;
};

export type WindowBounds = { readonly linesMax: number; readonly bytesMax: number };

type Parse = (line: Line) => Read<StreamRecord> | "blank";

/** Blank lines are passed over. Whoever wants no more windows closes the input with them. */
export async function* toWindows(
  lines: AsyncIterable<Line>,
  parse: Parse,
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
  parse: Parse,
  { linesMax, bytesMax }: WindowBounds,
): AsyncGenerator<Window> {
  let place: Place = { line: 1, offset: 0 };
  const takeOne = async (): Promise<Taken | undefined> => {
    try {
      const { value, done } = await iterator.next();
      return done === true ? undefined : take(value, parse(value));
    } catch (error) {
      return toUnreadable(error, place);
    }
  };
  let next = await takeOne();
  while (next !== undefined) {
    const records: Placed[] = [];
    let bytes = 0;
    place = next.place;
    while (
      next !== undefined &&
      next.problem === undefined &&
      !(records.length >= linesMax || bytes >= bytesMax)
    ) {
      bytes += next.endOffset - next.place.offset;
      place = { line: next.place.line + 1, offset: next.endOffset };
      records.push(
        ...(next.record === undefined ? [] : [{ place: next.place, record: next.record }]),
      );
      next = await takeOne();
    }
    yield { records, endOffset: place.offset, endLine: place.line, problem: next?.problem };
    next = next?.problem === undefined ? next : undefined;
  }
}

type Taken = {
  readonly place: Place;
  readonly endOffset: number;
  readonly record?: StreamRecord;
  readonly problem?: InputError;
};

/** `place`: what comes after the last line that was read. */
function toUnreadable(error: unknown, place: Place): Taken {
  if (error instanceof UsageError) {
    throw error;
  }
  const problem =
    error instanceof InputError
      ? error
      : new InputError(`the input cannot be read on (${codeOf(error)})`, place);
  return { place: problem.place, endOffset: problem.place.offset, problem };
}

function take({ line, offset, endOffset }: Line, read: Read<StreamRecord> | "blank"): Taken {
  const place = { line, offset };
  if (read === "blank") {
    return { place, endOffset };
  }
  return read.ok
    ? { place, endOffset, record: read.value }
    : { place, endOffset, problem: new InputError(read.problem, place, endOffset) };
}
