import { createHash } from "node:crypto";
import type { Effects } from "./effects.ts";

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Facts of one line: names, counts, codes and reasons. Never bodies, headers, keys or values. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

/** A log that writes one JSON object a line; `common` fields stand on every line. */
export function createLog(effects: Effects, level: LogLevel, common: LogFields): Log {
  const least = logLevels.indexOf(level);
  const at = (name: LogLevel) => (message: string, fields?: LogFields) => {
    if (logLevels.indexOf(name) < least) {
      return;
    }
    const time = new Date(effects.now()).toISOString();
    effects.write(JSON.stringify({ level: name, at: time, message, ...common, ...fields }));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Message keys can name people: the log tells two keys apart and tells neither. */
export function keyHash(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 12);
}
