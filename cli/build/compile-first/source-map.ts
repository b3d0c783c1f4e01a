import { decode, encode, type SourceMapSegment } from "@jridgewell/sourcemap-codec";

/** A built file, and its source map in JSON. */
export type Built = { readonly code: string; readonly map: string };

type SourceMap = {
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
};

/** A part of the code that is kept, from one character to another, or new text without line ends. */
export type Piece = readonly [start: number, end: number] | string;

/** Tells what stood in the sources at a character of the code. */
export type OriginalCode = {
  readonly nameAt: (at: number) => string | undefined;
  readonly sourceAt: (at: number) => string | undefined;
};

/** A segment, with its place counted from the beginning of the code. */
type Mapping = { readonly at: number; readonly segment: SourceMapSegment };

export function readSourceMap({ code, map }: Built) {
  const parsed = JSON.parse(map) as SourceMap;
  const mappings = toMappings(code, parsed.mappings);
  const original: OriginalCode = {
    nameAt: (at) => {
      const mapping = mappings[indexBefore(mappings, at)];
      return mapping?.at === at ? parsed.names[mapping.segment[4] ?? -1] : undefined;
    },
    sourceAt: (at) => parsed.sources[mappings[indexBefore(mappings, at)]?.segment[1] ?? -1],
  };
  return {
    original,
    /** Joins pieces to a new file, with a source map that leads to the same sources. */
    join: (pieces: readonly Piece[]): Built => {
      const joined = joinPieces(code, mappings, pieces);
      const written = { ...parsed, mappings: toText(joined.code, joined.mappings) };
      return { code: joined.code, map: `${JSON.stringify(written, null, 2)}\n` };
    },
  };
}

function toMappings(code: string, text: string): readonly Mapping[] {
  const starts = lineStarts(code);
  return decode(text).flatMap((line, index) =>
    line.map((segment) => ({ at: (starts[index] ?? 0) + segment[0], segment })),
  );
}

function lineStarts(code: string): readonly number[] {
  return [0, ...[...code.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

/** Returns the index of the last mapping at or before a place. */
function indexBefore(mappings: readonly Mapping[], at: number): number {
  let [low, high] = [0, mappings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((mappings[middle]?.at ?? 0) <= at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

function joinPieces(code: string, mappings: readonly Mapping[], pieces: readonly Piece[]) {
  const texts: string[] = [];
  const moved: Mapping[] = [];
  let length = 0;
  for (const piece of pieces) {
    if (typeof piece === "string") {
      texts.push(piece);
    } else {
      const by = length - piece[0];
      moved.push(
        ...mappingsIn(mappings, piece).map(({ at, segment }) => ({ at: at + by, segment })),
      );
      texts.push(code.slice(...piece));
    }
    length += texts.at(-1)?.length ?? 0;
  }
  return { code: texts.join(""), mappings: moved };
}

/** Returns the mappings of a part. The first is the one that is valid where the part begins. */
function mappingsIn(
  mappings: readonly Mapping[],
  [start, end]: readonly [number, number],
): readonly Mapping[] {
  const first = Math.max(indexBefore(mappings, start), 0);
  const next = indexBefore(mappings, end - 1) + 1;
  return mappings
    .slice(first, next)
    .map((one) => (one.at < start ? { at: start, segment: withoutName(one.segment) } : one));
}

function withoutName(segment: SourceMapSegment): SourceMapSegment {
  return segment.slice(0, 4) as SourceMapSegment;
}

function toText(code: string, mappings: readonly Mapping[]): string {
  const starts = lineStarts(code);
  const lines: SourceMapSegment[][] = starts.map(() => []);
  let line = 0;
  for (const { at, segment } of mappings) {
    while ((starts[line + 1] ?? Infinity) <= at) {
      line += 1;
    }
    const [, ...fields] = segment;
    lines[line]?.push([at - (starts[line] ?? 0), ...fields] as SourceMapSegment);
  }
  return encode(lines);
}
