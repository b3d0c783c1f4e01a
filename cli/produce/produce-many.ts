import { rm } from "node:fs/promises";
import type { Effects } from "../../lib/effects/effects.ts";
import type { StreamRecord } from "../../lib/model/record.ts";
import type { Config } from "../../lib/settings/stream-config.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import { writePages } from "../shared/page.ts";
import type { Terminal } from "../shared/terminal.ts";
import { UsageError } from "../shared/usage-error.ts";
import { readCheckpoint, type WriteResult, writeCheckpoint } from "./checkpoint.ts";
import { deliverWindows, type ProduceTally, type StopReason } from "./deliver-windows.ts";
import { type Input, untilAborted } from "./input/input.ts";
import { type Line, readLines } from "./input/lines.ts";
import {
  decode,
  type InputResult,
  type LineDefaults,
  parseMessage,
  toRecord,
} from "./input/message.ts";
import { toWindows, type Window, type WindowBounds } from "./input/windows.ts";
import type { ProduceOptions } from "./options.ts";
import { createProgressLine } from "./progress.ts";
import { pagesOf, toRemarks, toResult, toResumeCommand, toSummary } from "./report.ts";

export type ProduceCommandContext = {
  readonly options: ProduceOptions;
  readonly argv: readonly string[];
  readonly config: Config;
  readonly effects: Effects;
  readonly terminal: Terminal;
};

/** A message of 1 MB can be six times as long as JSON. A message for a claim check can be longer still. */
const lineBytesMax = 16 * 1024 * 1024;
const windowBounds = { linesMax: 1_000, bytesMax: 16 * 1024 * 1024 };

/** Produces the messages of an NDJSON input, window by window, from the place where the run begins. */
export async function produceMany(input: Input, context: ProduceCommandContext): Promise<ExitCode> {
  const { options, config, effects, terminal } = context;
  const { fromOffset, isNew } = await findStart(options, input);
  const stopper = new AbortController();
  terminal.onInterrupt(() => stopper.abort());
  const { signal } = stopper;
  const tally = createTally(fromOffset);
  const progress = createProgressLine(terminal, input.bytes, effects.now);
  const save = async (): Promise<WriteResult> =>
    options.checkpoint === undefined
      ? { ok: true }
      : writeCheckpoint(options.checkpoint, { input: input.name, nextOffset: tally.nextOffset });
  await startCheckpoint(save);
  warnAboutOrder(context);
  const onWindow = async (): Promise<void> => {
    const saved = await save();
    if (!saved.ok) {
      // An older checkpoint loses nothing: a run that begins from it sends some lines again.
      terminal.writeError(`warning: ${saved.problem}\n`);
    }
    progress.show(tally);
  };
  const windows = readWindows(untilAborted(input.chunks(), signal), fromOffset, context);
  const delivery = deliverWindows(windows, { config, effects, signal, tally, onWindow });
  const stop = await delivery.catch(async (error: unknown) => {
    // The offset was wrong, so nothing was sent. A checkpoint of this run would keep the wrong offset.
    if (isNew && error instanceof UsageError && options.checkpoint !== undefined) {
      await rm(options.checkpoint, { force: true });
    }
    throw error;
  });
  progress.clear();
  return writeResult(
    { input, tally, stop: stop ?? (signal.aborted ? { kind: "interrupted" } : undefined) },
    context,
  );
}

/**
 * Writes the checkpoint before anything is sent, so that a file that cannot be written is noticed in time.
 */
async function startCheckpoint(save: () => Promise<WriteResult>): Promise<void> {
  const saved = await save();
  if (!saved.ok) {
    throw new UsageError(saved.problem);
  }
}

function warnAboutOrder({ options, config, terminal }: ProduceCommandContext): void {
  if (options.partition === undefined && config.partitionsOf(config.topic ?? "") === undefined) {
    terminal.writeError(
      "warning: DATASTREAM_PARTITIONS has no count: a line without partition goes to a random one, " +
        "and keys lose their order\n",
    );
  }
}

type StartPoint = { readonly fromOffset: number; readonly isNew: boolean };

/** `isNew`: a checkpoint is to be kept, and no earlier run has left one. */
async function findStart(options: ProduceOptions, { name }: Input): Promise<StartPoint> {
  const { checkpoint, fromOffset = 0 } = options;
  if (checkpoint === undefined) {
    return { fromOffset, isNew: false };
  }
  const saved = await readCheckpoint(checkpoint, name);
  if (saved !== undefined && options.fromOffset !== undefined) {
    throw new UsageError(
      `${checkpoint} says where to begin: remove it, or leave --from-offset out`,
    );
  }
  return { fromOffset: saved ?? fromOffset, isNew: saved === undefined };
}

function createTally(nextOffset: number): ProduceTally {
  const endings = { delivered: 0, refused: 0, failed: 0, notAttempted: 0 };
  return { ...endings, attempts: 0, uncertain: 0, refusals: [], nextOffset, nextLine: 1 };
}

type ReadingOptions = Pick<ProduceCommandContext, "options" | "config"> & {
  readonly bounds?: WindowBounds;
};

export function readWindows(
  chunks: AsyncIterable<Uint8Array>,
  fromOffset: number,
  { options, config, bounds = windowBounds }: ReadingOptions,
): AsyncIterable<Window> {
  const { key, partition, jsonValues = false } = options;
  const parse = toParser({ key, partition, jsonValues }, config);
  return toWindows(readLines(chunks, { fromOffset, lineBytesMax }), parse, bounds);
}

function toParser(defaults: LineDefaults, config: Config) {
  return ({ bytes, line }: Line): InputResult<StreamRecord> | "blank" => {
    const text = decode(bytes);
    if (!text.ok) {
      return text;
    }
    if (text.value.trim() === "") {
      return "blank";
    }
    const message = parseMessage(text.value, defaults);
    return message.ok ? toRecord(message.value, config, `line-${line}`) : message;
  };
}

type RunEnd = {
  readonly input: Input;
  readonly tally: ProduceTally;
  readonly stop: StopReason | undefined;
};

function writeResult(
  { input, tally, stop }: RunEnd,
  { options, argv, terminal }: ProduceCommandContext,
): ExitCode {
  const goOn = stop === undefined ? undefined : toResumeCommand(argv, input, tally.nextOffset);
  if (options.json === true) {
    terminal.writeOut(`${JSON.stringify(toResult(tally, stop, goOn))}\n`);
  } else {
    terminal.writeError(toRemarks(tally, stop, goOn));
    terminal.writeOut(toSummary(tally));
    writePages(pagesOf(tally, stop), terminal);
  }
  return stop === undefined && tally.refused === 0 ? exitCodes.ok : exitCodes.failed;
}
