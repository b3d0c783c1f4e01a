import { escapeHidden } from "../../lib/encoding/printable.ts";
import { exitCodes } from "./exit-codes.ts";

/** Contains what a command reads and writes. Tests pass their own. */
export type Terminal = {
  /** Writes the result: a text for people, or one JSON document for machines. */
  readonly writeOut: (text: string) => void;
  /** Writes everything beside the result: progress, warnings, errors. */
  readonly writeError: (text: string) => void;
  readonly isOutTty: boolean;
  readonly isErrorTty: boolean;
  readonly isInputTty: boolean;
  readonly input: () => AsyncIterable<Uint8Array>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Calls the listener once, on the first Ctrl-C. A later Ctrl-C ends the process. */
  readonly onInterrupt: (listener: () => void) => void;
};

/** Terminal, npm and tsx each forward a Ctrl-C, so one press can arrive several times. */
const samePressMsMax = 500;

/**
 * Opens the process's own terminal. Hidden characters in foreign text are escaped; line feeds and our own
 * colors are not.
 */
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

/**
 * A reader may go away (`| head`); the command then still finishes what it began. A full disk is a failure.
 */
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
