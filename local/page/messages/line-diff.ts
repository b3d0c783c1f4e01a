export type DiffLine = {
  readonly kind: "same" | "added" | "removed" | "gap";
  readonly text: string;
};

/** The most lines to compare after equal beginnings and ends are removed. */
const linesMax = 800;
const contextLines = 3;

/** Returns the lines, each as same, added or removed. Returns undefined if there are too many to compare. */
export function diffLines(before: string, after: string): readonly DiffLine[] | undefined {
  const old = before.split("\n");
  const now = after.split("\n");
  const head = equalCount(old, now, (lines, index) => lines[index]);
  const tail = Math.min(
    equalCount(old, now, (lines, index) => lines[lines.length - 1 - index]),
    Math.min(old.length, now.length) - head,
  );
  const middleOf = (lines: readonly string[]) => lines.slice(head, lines.length - tail);
  if (Math.max(old.length, now.length) - head - tail > linesMax) {
    return undefined;
  }
  return [
    ...now.slice(0, head).map(same),
    ...compare(middleOf(old), middleOf(now)),
    ...now.slice(now.length - tail).map(same),
  ];
}

const same = (text: string): DiffLine => ({ kind: "same", text });

type Lines = readonly string[];

function equalCount(
  old: Lines,
  now: Lines,
  lineOf: (lines: Lines, index: number) => string | undefined,
): number {
  const max = Math.min(old.length, now.length);
  let count = 0;
  while (count < max && lineOf(old, count) === lineOf(now, count)) {
    count += 1;
  }
  return count;
}

/** Compares lines by the longest common subsequence, with a table of lengths. */
function compare(old: Lines, now: Lines): readonly DiffLine[] {
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const lengthAt = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        old[i] === now[j]
          ? lengthAt(i + 1, j + 1) + 1
          : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
    }
  }
  return walk(old, now, lengthAt);
}

function walk(old: Lines, now: Lines, lengthAt: (i: number, j: number) => number) {
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    const [before, after] = [old[i], now[j]];
    const line = nextLine({ before, after, isRemoval: lengthAt(i + 1, j) >= lengthAt(i, j + 1) });
    lines.push(line);
    i += Number(line.kind !== "added");
    j += Number(line.kind !== "removed");
  }
  return lines;
}

type Pair = {
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly isRemoval: boolean;
};

function nextLine({ before, after, isRemoval }: Pair): DiffLine {
  if (before === undefined) {
    return { kind: "added", text: after ?? "" };
  }
  if (before === after) {
    return same(before);
  }
  return after === undefined || isRemoval
    ? { kind: "removed", text: before }
    : { kind: "added", text: after };
}

/** Leaves out equal lines that are far from any change, and marks each gap. */
export function withContext(lines: readonly DiffLine[]): readonly DiffLine[] {
  const changed = lines.flatMap(({ kind }, index) => (kind === "same" ? [] : [index]));
  const near = new Set(
    changed.flatMap((index) =>
      Array.from({ length: contextLines * 2 + 1 }, (_, step) => index - contextLines + step),
    ),
  );
  return lines.flatMap((line, index): readonly DiffLine[] => {
    if (near.has(index)) {
      return [line];
    }
    return near.has(index - 1) || index === 0 ? [{ kind: "gap", text: "⋯" }] : [];
  });
}
