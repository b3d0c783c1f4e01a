import type { Readable } from "node:stream";

export type LogLine = Readonly<Record<string, unknown>>;

/** The log of an activation is at most 1 MB: https://guide.ncloud-docs.com/docs/en/cloudfunctions-spec (read 2026-11-30). */
const logBytesMax = 1_048_576;

/**
 * Collects what a process writes. The runner ends each activation's output with a marker on both streams, so that every
 * line is known to belong to one activation.
 */
export function collectLog(streams: readonly Readable[]) {
  let lines: string[] = [];
  let bytes = 0;
  let marker: string | undefined;
  let pending = 0;
  let onComplete: () => void = () => undefined;
  const add = (line: string) => {
    bytes += line.length;
    if (line !== "" && bytes <= logBytesMax) {
      lines.push(line);
    } else if (line !== "" && bytes - line.length <= logBytesMax) {
      lines.push("the log is over 1 MB: the rest is left out");
    }
  };
  const take = (line: string) => {
    if (marker === undefined || !line.endsWith(marker)) {
      add(line);
      return;
    }
    add(line.slice(0, -marker.length));
    pending -= 1;
    if (pending === 0) {
      onComplete();
    }
  };
  for (const stream of streams) {
    readLines(stream, take);
    // A process that ended shows no marker.
    stream.once("end", () => onComplete());
  }
  return {
    /** Resolves when every stream has shown the marker, or one has ended. */
    until(endMarker: string): Promise<void> {
      marker = endMarker;
      pending = streams.length;
      return new Promise((resolve) => {
        onComplete = resolve;
      });
    },
    /** Returns the lines since it was called last. */
    takeLines(): readonly LogLine[] {
      const taken = lines.map(toLogLine);
      lines = [];
      bytes = 0;
      return taken;
    },
  };
}

/** Splits a stream into lines. A line beyond the limit of a log is cut there. */
function readLines(stream: Readable, take: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = (parts.pop() ?? "").slice(-logBytesMax);
    for (const part of parts) {
      take(part);
    }
  });
  stream.on("end", () => take(rest));
}

function toLogLine(line: string): LogLine {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as LogLine)
      : { message: line };
  } catch {
    return { message: line };
  }
}
