/** A position in the input. Offsets are bytes from its beginning; lines count from 1. */
export type InputPosition = { readonly line: number; readonly offset: number };

/** Reports what is wrong with a line. The message names fields and limits, and never quotes the line. */
export class InputError extends Error {
  override name = "InputError";
  readonly position: InputPosition;
  /** The start of the next line. Undefined if that is not known. */
  readonly endOffset: number | undefined;

  constructor(problem: string, position: InputPosition, endOffset?: number) {
    super(`line ${position.line} (byte ${position.offset}): ${problem}`);
    this.position = position;
    this.endOffset = endOffset;
  }
}
