export const logLevels = ["debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof logLevels)[number];

/** Facts of one line: names, counts, codes and reasons. Never a body, key, value or header, except a word about retries. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

/** Writes log lines. Expensive fields come as a function, which is called only when the line is written. */
export type Log = Readonly<
  Record<LogLevel, (message: string, fields?: LogFields | (() => LogFields)) => void>
>;
