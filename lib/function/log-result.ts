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

type Mapping = {
  readonly notes?: readonly string[];
  readonly warnings: readonly string[];
  readonly endings: readonly RecordResult[];
};

/** A line for each record that was not delivered: which, where to and why, never what it says. */
export function logRecords(
  log: Log,
  records: readonly StreamRecord[],
  { notes = [], warnings, endings }: Mapping,
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
      const place = { id, keyHash: keyHash(key), topic, partition };
      log.warn("record not delivered", { ...toFields(ending), ...place });
    }
  }
}

/** Ids can come from a sender, at any length. */
const idCharsMax = 200;
const unwanted: readonly Ending["kind"][] = ["refused", "stored"];

/** The one line that every call ends with. */
export function logResult(log: Log, outcome: CallResult, ms: number): void {
  const { ending } = outcome;
  const warnOrInfo = unwanted.includes(ending.kind) ? "warn" : "info";
  const isFault = ending.kind === "stored" && ending.isFault;
  const level = isFault || isFailure(ending) ? "error" : warnOrInfo;
  log[level]("call ended", () => ({ ...toFields(ending), ...toCounts(outcome), ms }));
}

function toFields(ending: Ending) {
  const { kind, ...facts } = ending;
  const { code, reason } = { code: undefined, reason: undefined, ...facts };
  return { ending: kind, code, reason, page: code && `docs/troubleshooting.md#${code}` };
}
