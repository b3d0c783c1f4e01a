export const logLevels = ["debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof logLevels)[number];

/** Facts of one line: names, counts, codes and reasons. Never a body, key or value, nor a header but a word about retries. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

/** Fields that cost something to collect come as a function, which is asked when the line is written. */
export type Log = Readonly<
  Record<LogLevel, (message: string, fields?: LogFields | (() => LogFields)) => void>
>;
