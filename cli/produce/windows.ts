import type { StreamRecord } from "../../lib/record.ts";
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

/** Blank lines are passed over. */
export async function* toWindows(
  lines: AsyncIterable<Line>,
  parse: (line: Line) => Read<StreamRecord> | "blank",
  { linesMax, bytesMax }: WindowBounds,
): AsyncGenerator<Window> {
  const iterator = lines[Symbol.asyncIterator]();
  let next = await takeNext(iterator, parse);
  while (next !== undefined) {
    const records: Placed[] = [];
    let bytes = 0;
    let [endOffset, endLine] = [next.place.offset, next.place.line];
    while (
      next !== undefined &&
      next.problem === undefined &&
      !(records.length >= linesMax || bytes >= bytesMax)
    ) {
      bytes += next.endOffset - next.place.offset;
      [endOffset, endLine] = [next.endOffset, next.place.line + 1];
      records.push(
        ...(next.record === undefined ? [] : [{ place: next.place, record: next.record }]),
      );
      next = await takeNext(iterator, parse);
    }
    yield { records, endOffset, endLine, problem: next?.problem };
    next = next?.problem === undefined ? next : undefined;
  }
}

type Taken = {
  readonly place: Place;
  readonly endOffset: number;
  readonly record?: StreamRecord;
  readonly problem?: InputError;
};

async function takeNext(
  lines: AsyncIterator<Line>,
  parse: (line: Line) => Read<StreamRecord> | "blank",
): Promise<Taken | undefined> {
  try {
    const { value, done } = await lines.next();
    return done === true ? undefined : take(value, parse(value));
  } catch (error) {
    if (error instanceof InputError) {
      return { place: error.place, endOffset: error.place.offset, problem: error };
    }
    throw error;
  }
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
