import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { parseObject } from "../shared/parse-object.ts";
import { errorCodeOf } from "../shared/settings-source.ts";
import { UsageError } from "../shared/usage-error.ts";

/** Records how far an input has been delivered. */
export type Checkpoint = {
  /** The resolved path of the input; `-` for standard input. */
  readonly input: string;
  /** Every line before this byte was acknowledged or finally refused. */
  readonly nextOffset: number;
};

/** A checkpoint contains a path and a number only. */
const checkpointBytesMax = 64 * 1024;

export type WriteResult = { readonly ok: true } | { readonly ok: false; readonly problem: string };

/** Returns undefined if there is no checkpoint yet. */
export async function readCheckpoint(file: string, input: string): Promise<number | undefined> {
  const text = await readText(file).catch((error: unknown) => {
    if (errorCodeOf(error) === "ENOENT") {
      return undefined;
    }
    throw new UsageError(`${file} cannot be read (${errorCodeOf(error)})`);
  });
  return text === undefined ? undefined : parseCheckpoint(text, { file, input });
}

/** Returns an empty text, which is no checkpoint, if the file is larger than a checkpoint can be. */
async function readText(file: string): Promise<string> {
  const { size } = await stat(file);
  return size > checkpointBytesMax ? "" : readFile(file, "utf8");
}

function parseCheckpoint(text: string, { file, input }: { file: string; input: string }): number {
  const { input: own, nextOffset } = parseObject(text) ?? {};
  if (!Number.isSafeInteger(nextOffset) || Number(nextOffset) < 0) {
    throw new UsageError(`${file} is not a checkpoint`);
  }
  if (own !== input) {
    throw new UsageError(`${file} is the checkpoint of another input`);
  }
  return Number(nextOffset);
}

/** Writes the whole checkpoint or nothing. A run that is killed meanwhile leaves the earlier checkpoint. */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<WriteResult> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(checkpoint)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    return { ok: true };
  } catch (error) {
    await rm(temporary, { force: true });
    return { ok: false, problem: `${file} cannot be written (${errorCodeOf(error)})` };
  }
}
