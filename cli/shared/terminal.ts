import { escapeHidden } from "../../lib/encoding/printable.ts";
import { exitCodes } from "./exit-codes.ts";

/** What a command reads and writes; tests pass their own. */
export type Terminal = {
  /** The result: for people a text, for machines one JSON document. */
  readonly writeOut: (text: string) => void;
  /** What is said beside the result: progress, warnings, errors. */
  readonly writeError: (text: string) => void;
  readonly isOutTty: boolean;
  readonly isErrorTty: boolean;
  readonly isInputTty: boolean;
  readonly input: () => AsyncIterable<Uint8Array>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Calls once, on the first Ctrl-C; a later one ends the process. */
  readonly onInterrupt: (listener: () => void) => void;
};

/** Terminal, npm and tsx each pass a Ctrl-C on: one press of it can come several times. */
const samePressMsMax = 500;

/** The process's own. What anybody's text could hide on it is escaped; line feeds and our own colors are not. */
export function openTerminal(): Terminal {
  process.stdout.on("error", endUnlessUnread);
  process.stderr.on("error", endUnlessUnread);
  return {
    writeOut: (text) => {
      process.stdout.write(escapeHidden(text));
    },
    writeError: (text) => {
      process.stderr.write(escapeHidden(text));
    },
    isOutTty: process.stdout.isTTY === true,
    isErrorTty: process.stderr.isTTY === true,
    isInputTty: process.stdin.isTTY === true,
    input: () => process.stdin,
    environment: process.env,
    onInterrupt,
  };
}

/** Whoever reads may go away (`| head`): what was begun is then ended all the same. A full disk is a failure. */
function endUnlessUnread({ code }: NodeJS.ErrnoException): void {
  if (code !== "EPIPE") {
    process.exit(exitCodes.failed);
  }
}

function onInterrupt(listener: () => void): void {
  let firstMs: number | undefined;
  process.on("SIGINT", () => {
    if (firstMs === undefined) {
      firstMs = Date.now();
      listener();
    } else if (Date.now() - firstMs > samePressMsMax) {
      process.exit(exitCodes.failed);
    }
  });
}
