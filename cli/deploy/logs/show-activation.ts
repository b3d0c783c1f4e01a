import { type LogLine, readLogLine } from "./log-line.ts";
import { toPrintable } from "./printable-text.ts";
import type { FoundRun } from "./read-newest.ts";

/** One run with its lines, as `--json` prints it. */
export type ShownActivation = {
  readonly activationId: string;
  readonly function: string;
  readonly action: string;
  /** ISO 8601, in UTC; null if the API does not tell. */
  readonly start: string | null;
  readonly durationMs: number | null;
  readonly status: string | null;
  readonly isError: boolean;
  /** Null if the API does not find the activation yet. */
  readonly lines: readonly LogLine[] | null;
};

const linesMax = 1_000;

export function toShown(
  { logged: { function: name, action }, activation, hasDetail }: FoundRun,
  hide: (text: string) => string,
): ShownActivation {
  const { id, startMs, durationMs, status, isFailure, logs } = activation;
  return {
    activationId: id,
    function: name,
    action,
    start: startMs === undefined ? null : new Date(startMs).toISOString(),
    durationMs: durationMs ?? null,
    status: status === undefined ? null : toPrintable(status, hide),
    isError: isFailure,
    lines: hasDetail ? toLines(logs, hide) : null,
  };
}

function toLines(logs: readonly unknown[], hide: (text: string) => string): readonly LogLine[] {
  const lines = logs.slice(0, linesMax).map((line) => readLogLine(line, hide));
  return logs.length <= linesMax
    ? lines
    : [...lines, { text: `… and ${logs.length - linesMax} lines more`, isError: false }];
}

const errorMark = "!";

/** Returns the text of a run: what ran, then its lines. Errors begin with `!`. */
export function toText({ start, function: name, status, durationMs, ...shown }: ShownActivation) {
  const parts = [
    start ?? "time unknown",
    name,
    status ?? "status unknown",
    ...(durationMs === null ? [] : [`${durationMs} ms`]),
    shown.activationId,
  ];
  const first = `${shown.isError ? errorMark : " "} ${parts.join("  ")}`;
  const lines = shown.lines?.map(lineText) ?? [
    "      its log is not there yet: ask again in a minute",
  ];
  return `${[first, ...lines].join("\n")}\n`;
}

function lineText({ text, isError, explained, page }: LogLine): string {
  const meaning =
    explained === undefined ? "" : ` (${explained}${page === undefined ? "" : `: ${page}`})`;
  return `${isError ? errorMark : " "}     ${text}${meaning}`;
}
