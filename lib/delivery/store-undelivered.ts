import type { Effects } from "../effects/effects.ts";
import { type Folder, toLines, toObjectName } from "../model/dead-letter.ts";
import { outage, type RecordResult } from "../model/result.ts";
import type { StorageResult } from "../object-storage/client.ts";
import { putObject } from "../object-storage/operations.ts";
import { createRetryingClient } from "../object-storage/retrying-client.ts";
import type { Config } from "../settings/stream-config.ts";
import type { SigningClocks } from "../signing/clock-skew.ts";

/** The ending of a record or a body, and the line to store, if any. */
export type EndedRecord = {
  readonly ending: RecordResult;
  readonly kept?: { readonly folder: Folder; readonly line: object } | undefined;
};

export type StoreContext = {
  readonly bucket: string;
  readonly config: Config;
  readonly invocationId: string;
  readonly deadlineMs: number;
  readonly clocks: SigningClocks;
  readonly effects: Effects;
};

type StoreResult = {
  readonly endings: readonly RecordResult[];
  readonly warnings: readonly string[];
};

/** Writes the lines of each folder as one object, in order. Both objects are written at the same time. */
export async function storeUndelivered(
  results: readonly EndedRecord[],
  context: StoreContext,
): Promise<StoreResult> {
  const { bucket, config, invocationId, deadlineMs, clocks, effects } = context;
  const client = createRetryingClient(config, { ...effects, clock: clocks.storage }, deadlineMs);
  const store = async (folder: Folder) => {
    const lines = results.flatMap(({ kept }) => (kept?.folder === folder ? [kept.line] : []));
    if (lines.length === 0) {
      return { stored: nothing, warnings: [] };
    }
    const name = toObjectName(folder, effects.now(), invocationId);
    const stored = await putObject(client, { bucket, name }, toLines(lines));
    const { many, failed } = texts[folder];
    const text = stored.ok ? `${lines.length} ${many} as ${name}` : `${failed}: ${stored.reason}`;
    return { stored, warnings: [text] };
  };
  const [deadLetters, setAside] = await Promise.all([store("deadLetters"), store("setAside")]);
  const stored = { deadLetters: deadLetters.stored, setAside: setAside.stored };
  return {
    endings: results.map(({ ending, kept }) =>
      kept === undefined ? ending : toEnding(ending, kept.folder, stored[kept.folder]),
    ),
    warnings: [...deadLetters.warnings, ...setAside.warnings],
  };
}

const nothing: StorageResult<undefined> = { ok: true, value: undefined };
const texts = {
  deadLetters: { many: "dead letters stored", failed: "dead letters could not be stored" },
  setAside: { many: "set aside", failed: "what was refused could not be set aside" },
} as const satisfies Record<Folder, object>;

/** Returns the ending after storing. A refusal that could not be set aside is not final, so that the sender keeps the event. */
function toEnding(
  ending: RecordResult,
  folder: Folder,
  stored: StorageResult<undefined>,
): RecordResult {
  const reason = toReason(ending);
  if (stored.ok) {
    return { kind: "stored", reason, isFault: ending.kind === "faulted" };
  }
  return folder === "deadLetters"
    ? ending
    : outage("STORAGE_UNAVAILABLE", `${stored.reason}: not set aside (${reason})`);
}

/** Returns the reason of storing, for the log and for readers of the line. */
export function toReason(ending: RecordResult): string {
  return "code" in ending ? `${ending.code}: ${ending.reason}` : "not attempted";
}
