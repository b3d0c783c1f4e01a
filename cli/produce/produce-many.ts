import { rm } from "node:fs/promises";
import type { Effects } from "../../lib/effects/effects.ts";
import type { StreamRecord } from "../../lib/model/record.ts";
import type { Config } from "../../lib/settings/stream-config.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import { writePages } from "../shared/page.ts";
import { UsageError } from "../shared/settings-source.ts";
import type { Terminal } from "../shared/terminal.ts";
import { readCheckpoint, type Written, writeCheckpoint } from "./checkpoint.ts";
import { deliverWindows, type Stop, type Tally } from "./deliver-windows.ts";
import { type Input, untilAborted } from "./input/input.ts";
import { type Line, readLines } from "./input/lines.ts";
import { type Defaults, decode, parseMessage, type Read, toRecord } from "./input/message.ts";
import { toWindows, type Window, type WindowBounds } from "./input/windows.ts";
import type { Options } from "./options.ts";
import { createProgress } from "./progress.ts";
import { pagesOf, toGoOn, toRemarks, toResult, toSummary } from "./report.ts";

export type ManyRunning = {
  readonly options: Options;
  readonly argv: readonly string[];
  readonly config: Config;
  readonly effects: Effects;
  readonly terminal: Terminal;
};

/** A message of 1 MB can be six times as long as JSON, and one for a claim check longer still. */
const lineBytesMax = 16 * 1024 * 1024;
const windowBounds = { linesMax: 1_000, bytesMax: 16 * 1024 * 1024 };

/** The messages of an NDJSON input, window by window, from where it is to begin. */
export async function produceMany(input: Input, running: ManyRunning): Promise<ExitCode> {
  const { options, config, effects, terminal } = running;
  const { fromOffset, isNew } = await findStart(options, input);
  const stopper = new AbortController();
  terminal.onInterrupt(() => stopper.abort());
  const { signal } = stopper;
  const tally = createTally(fromOffset);
  const progress = createProgress(terminal, input.bytes, effects.now);
  const save = async (): Promise<Written> =>
    options.checkpoint === undefined
      ? { ok: true }
      : writeCheckpoint(options.checkpoint, { input: input.name, nextOffset: tally.nextOffset });
  await startCheckpoint(save);
  warnAboutOrder(running);
  const onWindow = async (): Promise<void> => {
    const saved = await save();
    if (!saved.ok) {
      // An older checkpoint loses nothing: a run that begins from it sends some lines again.
      terminal.writeError(`warning: ${saved.problem}\n`);
    }
    progress.show(tally);
  };
  const windows = readWindows(untilAborted(input.chunks(), signal), fromOffset, running);
  const delivering = deliverWindows(windows, { config, effects, signal, tally, onWindow });
  const stop = await delivering.catch(async (error: unknown) => {
    // A wrong offset: nothing was sent, and the checkpoint of this run would go on from it.
    if (isNew && error instanceof UsageError && options.checkpoint !== undefined) {
      await rm(options.checkpoint, { force: true });
    }
    throw error;
  });
  progress.clear();
  return tell(
    { input, tally, stop: stop ?? (signal.aborted ? { kind: "interrupted" } : undefined) },
    running,
  );
}

/** Written before anything is sent: a place where nothing can be kept is found out in time. */
async function startCheckpoint(save: () => Promise<Written>): Promise<void> {
  const saved = await save();
  if (!saved.ok) {
    throw new UsageError(saved.problem);
  }
}

function warnAboutOrder({ options, config, terminal }: ManyRunning): void {
  if (options.partition === undefined && config.partitionsOf(config.topic ?? "") === undefined) {
    terminal.writeError(
      "warning: DATASTREAM_PARTITIONS has no count: a line without partition goes to a random one, " +
        "and keys lose their order\n",
    );
  }
}

type Start = { readonly fromOffset: number; readonly isNew: boolean };

/** `isNew`: there is a checkpoint to be kept, and none from an earlier run. */
async function findStart(options: Options, { name }: Input): Promise<Start> {
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

function createTally(nextOffset: number): Tally {
  const endings = { delivered: 0, refused: 0, failed: 0, notAttempted: 0 };
  return { ...endings, attempts: 0, uncertain: 0, refusals: [], nextOffset, nextLine: 1 };
}

type Reading = Pick<ManyRunning, "options" | "config"> & { readonly bounds?: WindowBounds };

export function readWindows(
  chunks: AsyncIterable<Uint8Array>,
  fromOffset: number,
  { options, config, bounds = windowBounds }: Reading,
): AsyncIterable<Window> {
  const { key, partition, jsonValues = false } = options;
  const parse = toParser({ key, partition, jsonValues }, config);
  return toWindows(readLines(chunks, { fromOffset, lineBytesMax }), parse, bounds);
}

function toParser(defaults: Defaults, config: Config) {
  return ({ bytes, line }: Line): Read<StreamRecord> | "blank" => {
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

type Told = { readonly input: Input; readonly tally: Tally; readonly stop: Stop | undefined };

function tell({ input, tally, stop }: Told, { options, argv, terminal }: ManyRunning): ExitCode {
  const goOn = stop === undefined ? undefined : toGoOn(argv, input, tally.nextOffset);
  if (options.json === true) {
    terminal.writeOut(`${JSON.stringify(toResult(tally, stop, goOn))}\n`);
  } else {
    terminal.writeError(toRemarks(tally, stop, goOn));
    terminal.writeOut(toSummary(tally));
    writePages(pagesOf(tally, stop), terminal);
  }
  return stop === undefined && tally.refused === 0 ? exitCodes.ok : exitCodes.failed;
}
