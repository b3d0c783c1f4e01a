import type { StorageResult } from "../object-storage/client.ts";
import type { StoredObject } from "../object-storage/listing.ts";
import type { ObjectContent } from "../object-storage/object-content.ts";
import { putObject } from "../object-storage/operations.ts";
import { readLines } from "./content.ts";
import type { Run } from "./run.ts";

/** Size of the pieces in which the rest of a large object is written. The next run reads each in one request. */
const pieceCharsMax = 256 * 1024;

type Rest = {
  readonly object: StoredObject;
  readonly content: ObjectContent;
  /** True for each line that was delivered or set aside, by position. */
  readonly isGone: readonly boolean[];
};

/**
 * Writes the rest of an object. A large rest becomes several objects. The last one replaces the object after the others
 * are written, and sorts behind them by name.
 */
export async function writeRest(
  rest: Rest,
  { client, bucket }: Pick<Run, "client" | "bucket">,
): Promise<StorageResult<undefined>> {
  const { name } = rest.object;
  let last: string | undefined;
  let pieces = 0;
  for await (const piece of readRest(rest)) {
    if (!piece.ok) {
      return piece;
    }
    if (last !== undefined) {
      pieces += 1;
      const stored = await putObject(client, { bucket, name: toPieceName(name, pieces) }, last);
      if (!stored.ok) {
        return stored;
      }
    }
    last = piece.value;
  }
  return putObject(client, { bucket, name }, last ?? "");
}

/** Yields the lines that are left, as texts of bounded size. */
async function* readRest({ content, isGone }: Rest): AsyncGenerator<StorageResult<string>> {
  let index = 0;
  let piece = "";
  for await (const lines of readLines(content)) {
    if (!lines.ok) {
      yield lines;
      return;
    }
    const first = index;
    index += lines.value.length;
    for (const line of lines.value.filter((_, at) => isGone[first + at] !== true)) {
      if (piece !== "" && piece.length + line.length > pieceCharsMax) {
        yield { ok: true, value: piece };
        piece = "";
      }
      piece += `${line}\n`;
    }
  }
  yield { ok: true, value: piece };
}

function toPieceName(name: string, number: number): string {
  return name.replace(/\.ndjson$/, `.${String(number).padStart(4, "0")}.ndjson`);
}
