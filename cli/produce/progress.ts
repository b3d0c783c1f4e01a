import type { Terminal } from "../shared/terminal.ts";
import type { ProduceTally } from "./deliver-windows.ts";

/** Erases the line of a terminal and returns to its beginning. */
const eraseLine = "\r\u001B[2K";

/** Writes one line again and again, on a terminal only. */
export function createProgressLine(
  terminal: Terminal,
  bytes: number | undefined,
  now: () => number,
) {
  const startedMs = now();
  const show = ({ delivered, refused, nextOffset }: ProduceTally): void => {
    const lines = delivered + refused;
    const rate = Math.round(lines / Math.max(0.001, (now() - startedMs) / 1_000));
    const part = bytes === undefined || bytes === 0 ? "" : ` (${percent(nextOffset, bytes)} %)`;
    const size = `${(nextOffset / 1_000_000).toFixed(1)} MB${part}`;
    terminal.writeError(`${eraseLine}${lines} lines, ${size}, ${rate} lines/s`);
  };
  return terminal.isErrorTty
    ? { show, clear: () => terminal.writeError(eraseLine) }
    : { show: () => {}, clear: () => {} };
}

function percent(part: number, whole: number): number {
  return Math.floor((100 * Math.min(part, whole)) / whole);
}
