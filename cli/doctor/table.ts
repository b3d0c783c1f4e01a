import type { Check, CheckVerdict } from "./checks/check.ts";

const colors: Readonly<Record<CheckVerdict, number>> = {
  ok: 32,
  warning: 33,
  failed: 31,
  skipped: 90,
};

/** Prints one row for each check. A second line says what to do, if there is something to do. */
export function toCheckTable(checks: readonly Check[], isColored: boolean): string {
  const names = checks.map(({ check, subject = "" }) => printable(`${check} ${subject}`.trim()));
  const width = Math.max(...names.map((name) => name.length), 0) + 2;
  const verdictWidth = "warning".length + 2;
  const head = `${"check".padEnd(width)}${"verdict".padEnd(verdictWidth)}found\n`;
  const indent = " ".repeat(width + verdictWidth);
  const rows = checks.map(({ verdict, found, todo }, index) => {
    const name = (names[index] ?? "").padEnd(width);
    const padded = verdict.padEnd(verdictWidth);
    const shown = isColored ? `\u001B[${colors[verdict]}m${padded}\u001B[0m` : padded;
    return `${name}${shown}${printable(found)}\n${todo === undefined ? "" : `${indent}-> ${printable(todo)}\n`}`;
  });
  return `${head}${rows.join("")}\n${toSummary(checks)}\n`;
}

/** Replaces control characters, so that no foreign escape sequence reaches the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "?");
}

function toSummary(checks: readonly Check[]): string {
  const verdicts = Object.keys(colors) as CheckVerdict[];
  return verdicts
    .map((verdict) => `${checks.filter((one) => one.verdict === verdict).length} ${verdict}`)
    .join(", ");
}
