import { UsageError } from "../../shared/usage-error.ts";
import { InputError, type InputPosition } from "./input-error.ts";

/** One line of the input, without its line feed. */
export type Line = InputPosition & {
  readonly bytes: Buffer;
  /** The start of the next line. */
  readonly endOffset: number;
};

export type LineBounds = {
  /** Lines before this byte are counted and skipped. It has to be the beginning of a line. */
  readonly fromOffset: number;
  readonly lineBytesMax: number;
};

const lineFeed = 0x0a;

/**
 * Reads an input line by line, and holds at most one line and one chunk. Lines before `fromOffset` are read
 * and dropped, so that line numbers refer to the whole input, even of a pipe.
 */
export async function* readLines(
  input: AsyncIterable<Uint8Array>,
  bounds: LineBounds,
): AsyncGenerator<Line> {
  const reader = createReader(bounds);
  for await (const chunk of input) {
    yield* reader.linesOf(Buffer.from(chunk));
  }
  yield* reader.end();
}

/** Collects the line that is being read. */
function createReader({ fromOffset, lineBytesMax }: LineBounds) {
  let line = 1;
  let offset = 0;
  let parts: Buffer[] = [];
  let length = 0;

  const add = (part: Buffer): void => {
    length += part.length;
    if (length > lineBytesMax) {
      throw new InputError(`it is longer than ${lineBytesMax} bytes`, { line, offset });
    }
    parts.push(part);
  };
  const close = (feedBytes: 0 | 1): readonly Line[] => {
    const endOffset = offset + length + feedBytes;
    const ended = { line, offset, endOffset, bytes: Buffer.concat(parts) };
    [line, offset, parts, length] = [line + 1, endOffset, [], 0];
    return isWanted(ended, fromOffset) ? [ended] : [];
  };
  return {
    *linesOf(chunk: Buffer): Generator<Line> {
      let at = 0;
      for (let feed = chunk.indexOf(lineFeed); feed !== -1; feed = chunk.indexOf(lineFeed, at)) {
        add(chunk.subarray(at, feed));
        at = feed + 1;
        yield* close(1);
      }
      add(chunk.subarray(at));
    },
    *end(): Generator<Line> {
      const endOffset = offset + length;
      if (fromOffset > endOffset) {
        throw new UsageError(`the input ends at byte ${endOffset}, before byte ${fromOffset}`);
      }
      yield* length === 0 ? [] : close(0);
    },
  };
}

/**
 * Returns whether a line still has to be delivered. An earlier run may have delivered the last line without
 * a line feed. If the input has grown since, the offset is just before that line feed.
 */
function isWanted({ offset, endOffset, bytes }: Line, fromOffset: number): boolean {
  if (offset >= fromOffset || endOffset <= fromOffset) {
    return offset >= fromOffset;
  }
  if (bytes.toString("latin1", fromOffset - offset).trim() !== "") {
    throw new UsageError(`byte ${fromOffset} is not the beginning of a line of this input`);
  }
  return false;
}
