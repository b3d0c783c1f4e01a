/** A place in the input: offsets are bytes from its beginning, lines count from 1. */
export type Place = { readonly line: number; readonly offset: number };

/** What is wrong with a line; names fields and limits, and never quotes the line. */
export class InputError extends Error {
  override name = "InputError";
  readonly place: Place;
  /** Where the next line begins; absent where that is not known. */
  readonly endOffset: number | undefined;

  constructor(problem: string, place: Place, endOffset?: number) {
    super(`line ${place.line} (byte ${place.offset}): ${problem}`);
    this.place = place;
    this.endOffset = endOffset;
  }
}
