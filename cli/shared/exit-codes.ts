/** Lists the exit codes. The first three are the same for every command. Each `--help` lists them too. */
export const exitCodes = {
  /** Everything that was asked for is done, or every check passed. */
  ok: 0,
  /** Something failed. The output says what failed and what to do about it. */
  failed: 1,
  /** The command was not understood, or a settings file or the configuration is wrong. Nothing was done. */
  usage: 2,
  /** `deploy --plan --exit-code` found a difference. */
  differs: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
