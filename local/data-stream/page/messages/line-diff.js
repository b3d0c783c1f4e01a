/** The most lines to compare after equal beginnings and ends are removed. */
const linesMax = 800;
const contextLines = 3;

/** Returns the lines, each as same, added or removed. Returns undefined if there are too many to compare. */
export function diffLines(before, after) {
  const old = before.split("\n");
  const now = after.split("\n");
  const head = equalCount(old, now, (lines, index) => lines[index]);
  const tail = Math.min(
    equalCount(old, now, (lines, index) => lines[lines.length - 1 - index]),
    Math.min(old.length, now.length) - head,
  );
  const middle = [old, now].map((lines) => lines.slice(head, lines.length - tail));
  if (middle.some((lines) => lines.length > linesMax)) {
    return undefined;
  }
  return [
    ...now.slice(0, head).map(same),
    ...compare(...middle),
    ...now.slice(now.length - tail).map(same),
  ];
}

const same = (text) => ({ kind: "same", text });

function equalCount(old, now, lineOf) {
  const max = Math.min(old.length, now.length);
  let count = 0;
  while (count < max && lineOf(old, count) === lineOf(now, count)) {
    count += 1;
  }
  return count;
}

/** Compares lines by the longest common subsequence, with a table of lengths. */
function compare(old, now) {
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        old[i] === now[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  return walk(old, now, (i, j) => lengths[i * width + j]);
}

function walk(old, now, lengthAt) {
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push(same(now[j]));
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && lengthAt(i + 1, j) >= lengthAt(i, j + 1))) {
      lines.push({ kind: "removed", text: old[i] });
      i += 1;
    } else {
      lines.push({ kind: "added", text: now[j] });
      j += 1;
    }
  }
  return lines;
}

/** Leaves out equal lines that are far from any change, and marks each gap. */
export function withContext(lines) {
  const changed = lines.flatMap(({ kind }, index) => (kind === "same" ? [] : [index]));
  const near = new Set(
    changed.flatMap((index) =>
      Array.from({ length: contextLines * 2 + 1 }, (_, step) => index - contextLines + step),
    ),
  );
  return lines.flatMap((line, index) => {
    if (near.has(index)) {
      return [line];
    }
    return near.has(index - 1) || index === 0 ? [{ kind: "gap", text: "⋯" }] : [];
  });
}
