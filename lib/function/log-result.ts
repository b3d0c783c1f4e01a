import type { Log } from "../model/log.ts";
import { idOf, type StreamRecord } from "../model/record.ts";
import {
  type CallResult,
  type Ending,
  isFailure,
  type RecordResult,
  toCounts,
} from "../model/result.ts";
import { keyHash } from "./log.ts";

type RecordNotes = {
  readonly notes?: readonly string[] | undefined;
  readonly warnings?: readonly string[] | undefined;
  readonly endings: readonly RecordResult[];
};

/** Logs a line for each record that was not delivered: its id, address and reason, never its content. */
export function logRecords(
  log: Log,
  records: readonly StreamRecord[],
  { notes = [], warnings = [], endings }: RecordNotes,
): void {
  for (const note of notes) {
    log.info(note);
  }
  for (const warning of warnings) {
    log.warn(warning);
  }
  for (const [index, record] of records.entries()) {
    const ending = endings[index];
    if (ending !== undefined && ending.kind !== "delivered") {
      const { key, topic, partition } = record;
      const id = idOf(record).slice(0, idCharsMax);
      const address = { id, keyHash: keyHash(key), topic, partition };
      log.warn("record not delivered", { ...toFields(ending), ...address });
    }
  }
}

/** Limit of an id in the log. A sender chooses the length of ids. */
const idCharsMax = 200;
const warnedKinds: readonly Ending["kind"][] = ["refused", "stored"];

/** Logs the last line of a call. */
export function logResult(log: Log, result: CallResult, ms: number): void {
  const { ending } = result;
  const warnOrInfo = warnedKinds.includes(ending.kind) ? "warn" : "info";
  const isFault = ending.kind === "stored" && ending.isFault;
  const level = isFault || isFailure(ending) ? "error" : warnOrInfo;
  log[level]("call ended", () => ({ ...toFields(ending), ...toCounts(result), ms }));
}

function toFields(ending: Ending) {
  const { kind, ...facts } = ending;
  const { code, reason } = { code: undefined, reason: undefined, ...facts };
  return { ending: kind, code, reason, page: code && `docs/troubleshooting.md#${code}` };
}
