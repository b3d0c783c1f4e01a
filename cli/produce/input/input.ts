import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { errorCodeOf } from "../../shared/settings-source.ts";
import type { Terminal } from "../../shared/terminal.ts";
import { UsageError } from "../../shared/usage-error.ts";

export type Input = {
  /** The resolved path; `-` for standard input. */
  readonly name: string;
  /** Undefined if the size is not known, as with a pipe. */
  readonly bytes: number | undefined;
  readonly chunks: () => AsyncIterable<Uint8Array>;
};

/** Opens a file, or standard input for `-`. */
export async function openInput(file: string, terminal: Terminal): Promise<Input> {
  if (file === "-") {
    if (terminal.isInputTty) {
      throw new UsageError("nothing is piped in: give a value or a file, or pipe the input");
    }
    return { name: "-", bytes: undefined, chunks: terminal.input };
  }
  const facts = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read (${error.code})`);
  });
  if (facts.isDirectory()) {
    throw new UsageError(`${file} is a folder`);
  }
  return {
    name: resolve(file),
    bytes: facts.isFile() ? facts.size : undefined,
    chunks: () => createReadStream(file),
  };
}

/**
 * Ends where the input ends, or at once when the signal fires. A pipe is then closed, because the process
 * would wait for it.
 */
export async function* untilAborted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let end: () => void = () => undefined;
  signal.addEventListener("abort", () => end(), { once: true });
  // Promise.race with one promise for all chunks would keep every chunk until that promise is settled.
  const read = (): Promise<IteratorResult<Uint8Array> | undefined> =>
    new Promise((resolve, reject) => {
      end = () => resolve(undefined);
      iterator.next().then(resolve, reject);
    });
  try {
    while (!signal.aborted) {
      const next = await read();
      if (next === undefined || next.done === true) {
        return;
      }
      yield next.value;
    }
  } finally {
    if (chunks instanceof Readable) {
      chunks.destroy();
    }
  }
}

/** Reads a short input completely. Throws a UsageError if it exceeds the limit or cannot be read to its end. */
export async function readAll(input: Input, bytesMax: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of input.chunks()) {
      parts.push(chunk);
      bytes += chunk.length;
      if (bytes > bytesMax) {
        throw new UsageError(`the value is over ${bytesMax} bytes`);
      }
    }
  } catch (error) {
    const name = input.name === "-" ? "standard input" : input.name;
    throw error instanceof UsageError
      ? error
      : new UsageError(`${name} cannot be read (${errorCodeOf(error)})`);
  }
  return Buffer.concat(parts);
}
