/** What a command ends with, the same for every command; each one's `--help` lists them. */
export const exitCodes = {
  /** All that was asked for is done, or every check passed. */
  ok: 0,
  /** Something failed: the output says what, and what to do about it. */
  failed: 1,
  /** The command was not understood, or a settings file or configuration is wrong: nothing was done. */
  usage: 2,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
