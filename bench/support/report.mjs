// Prints the results of every script: rows of figures, as a table for people or, with --json, as one object
// on standard output. `met` is null if a row has no target.
import { median, ratioOfMedians } from "./statistics.mjs";

/**
 * Makes the row of a ratio of medians. `ours` and `other` are numbers of the same rounds. `target` is {
 * atMost } or { atLeast } in times, or absent.
 */
export function toRatioRow({ name, ours, other, unit, digits = 1, target, note }) {
  const { ratio, low, high } = ratioOfMedians(ours, other);
  return {
    name,
    value: Number(ratio.toFixed(3)),
    unit: "times",
    interval: [Number(low.toFixed(3)), Number(high.toFixed(3))],
    ours: `${median(ours).toFixed(digits)} ${unit}`,
    other: `${median(other).toFixed(digits)} ${unit}`,
    ...toVerdict(ratio, target),
    ...(note === undefined ? {} : { note }),
  };
}

/** Makes a row whose ratio is the other's to ours, but which shows ours first. */
export function turned(row) {
  return { ...row, ours: row.other, other: row.ours };
}

/** Makes the row of a single figure. */
export function toValueRow({ name, value, unit, target, note }) {
  const verdict = toVerdict(value, target);
  return { name, value, unit, ...verdict, ...(note === undefined ? {} : { note }) };
}

function toVerdict(value, target) {
  if (target === undefined) {
    return { target: null, met: null };
  }
  return target.atMost === undefined
    ? { target: `at least ${target.atLeast}`, met: value >= target.atLeast }
    : { target: `at most ${target.atMost}`, met: value <= target.atMost };
}

export const wantsJson = process.argv.includes("--json");

/** Writes progress to standard error, where it does not mix with the results. */
export function say(text) {
  console.error(text);
}

/** Ends the script. The exit code is 1 if a target is missed. */
export function finish(title, rows) {
  if (wantsJson) {
    console.log(JSON.stringify({ rows }));
  } else {
    console.log(`${title}\n\n${toMarkdownTable(rows)}`);
  }
  process.exitCode = rows.some(({ met }) => met === false) ? 1 : 0;
}

/** Makes a Markdown table whose columns also line up as plain text. */
export function toMarkdownTable(rows) {
  const head = ["figure", "ours", "the other", "result (95 % interval)", "target", ""];
  const cells = [head, ...rows.map(toCells)];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length), 3));
  const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [line(head), rule, ...cells.slice(1).map(line)].join("\n");
}

function toCells({ name, value, unit, interval, ours = "", other = "", target, met, note }) {
  const spread = interval === undefined ? "" : ` (${interval.map(toNumber).join("–")})`;
  return [
    note === undefined ? name : `${name}: ${note}`,
    ours,
    other,
    `${toNumber(value)} ${unit}${spread}`,
    String(target ?? "–"),
    toWord(met),
  ];
}

function toNumber(value) {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function toWord(met) {
  if (met === null || met === undefined) {
    return "";
  }
  return met ? "met" : "**missed**";
}
