import type { Effects } from "../effects/effects.ts";
import { escapeHidden } from "../encoding/printable.ts";
import { sha256Hex } from "../encoding/sha256.ts";
import { type Log, type LogFields, type LogLevel, logLevels } from "../model/log.ts";

/** Creates a log that writes one JSON object per line. Every line has the `common` fields. */
export function createLog(effects: Effects, level: LogLevel, common: LogFields): Log {
  const least = logLevels.indexOf(level);
  const at = (name: LogLevel) => (message: string, fields?: LogFields | (() => LogFields)) => {
    if (logLevels.indexOf(name) < least) {
      return;
    }
    const time = new Date(effects.now()).toISOString();
    const own = typeof fields === "function" ? fields() : fields;
    const line = JSON.stringify({ level: name, at: time, message, ...common, ...own });
    effects.write(escapeHidden(line));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Returns a short hash of a message key. Keys can name people, so the log shows only whether two keys are equal. */
export function keyHash(key: string): string {
  return sha256Hex(key).slice(0, 12);
}
