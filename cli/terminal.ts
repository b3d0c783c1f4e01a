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
  /** Calls once, on the first Ctrl-C; a second one ends the process. */
  readonly onInterrupt: (listener: () => void) => void;
};

export const systemTerminal: Terminal = {
  writeOut: (text) => {
    process.stdout.write(text);
  },
  writeError: (text) => {
    process.stderr.write(text);
  },
  isOutTty: process.stdout.isTTY === true,
  isErrorTty: process.stderr.isTTY === true,
  isInputTty: process.stdin.isTTY === true,
  input: () => process.stdin,
  environment: process.env,
  onInterrupt: (listener) => {
    process.once("SIGINT", listener);
  },
};
