import { deliverSized } from "../../lib/delivery/deliver-or-store.ts";
import { createFitMessage, readTextParts } from "../../lib/delivery/fit-message.ts";
import type { Effects } from "../../lib/effects/effects.ts";
import { notAttempted, type RecordResult } from "../../lib/model/result.ts";
import type { Config } from "../../lib/settings/stream-config.ts";
import { createSigningClocks } from "../../lib/signing/clock-skew.ts";
import type { InputError, InputPosition } from "./input/input-error.ts";
import type { PositionedRecord, Window } from "./input/windows.ts";
import { interruptible } from "./interruption.ts";

export type LineRefusal = InputPosition & { readonly code: string; readonly reason: string };

/** Counts what a run has done so far. */
export type ProduceTally = {
  delivered: number;
  refused: number;
  /** Records of the last window that failed. `notAttempted` counts those that were left because of it. */
  failed: number;
  notAttempted: number;
  attempts: number;
  /** Attempts that were sent and whose outcome is unknown. Each may have made a duplicate. */
  uncertain: number;
  /** The first refusals, up to a limit. */
  readonly refusals: LineRefusal[];
  /** Every line before this byte was acknowledged or finally refused. */
  nextOffset: number;
  nextLine: number;
};

/** Says why a run ended before its input did. */
export type StopReason =
  | { readonly kind: "input"; readonly error: InputError }
  | { readonly kind: "interrupted" }
  | {
      readonly kind: "failed";
      readonly position: InputPosition;
      readonly code: string;
      readonly reason: string;
    };

export type WindowsContext = {
  readonly config: Config;
  readonly effects: Effects;
  readonly signal: AbortSignal;
  readonly tally: ProduceTally;
  /** Runs after each window and updates checkpoint and progress. */
  readonly onWindow: () => Promise<void>;
};

const refusalsMax = 100;
/**
 * The records of one key are delivered one by one. A window that takes longer than this is continued in a
 * new call.
 */
const windowMsMax = 600_000;

/**
 * Delivers one window after the other. A window begins when the one before it has ended, so a key keeps its
 * order across windows.
 */
export async function deliverWindows(
  windows: AsyncIterable<Window>,
  context: WindowsContext,
): Promise<StopReason | undefined> {
  const { config, effects, tally } = context;
  const clocks = {
    stream: createSigningClocks(effects.now),
    storage: createSigningClocks(effects.now),
  };
  const interrupted = interruptible(effects, context.signal);
  const fitMessage = createFitMessage(readTextParts, config);
  const deliverSome = (positioned: readonly PositionedRecord[]) =>
    deliverSized(
      positioned.map(({ record }) => record),
      fitMessage,
      {
        config,
        deadlineMs: effects.now() + windowMsMax,
        clocks: { stream: clocks.stream(), storage: clocks.storage() },
        effects: interrupted,
      },
    );
  for await (const window of windows) {
    const ended = await deliverWindow(window, deliverSome, context);
    if (ended === undefined || ended.kind === "input") {
      // An input that cannot be read may end before the byte from which the run began.
      tally.nextOffset = Math.max(tally.nextOffset, window.endOffset);
      tally.nextLine = Math.max(tally.nextLine, window.endLine);
    }
    await context.onWindow();
    // An interruption can cut the input in the middle of a line. That is no error of the input.
    const stop = context.signal.aborted ? ({ kind: "interrupted" } as const) : ended;
    if (stop !== undefined) {
      return stop;
    }
  }
  return undefined;
}

type RecordDelivery = (positioned: readonly PositionedRecord[]) => ReturnType<typeof deliverSized>;

async function deliverWindow(
  { records, problem }: Window,
  deliverSome: RecordDelivery,
  { signal, tally }: WindowsContext,
): Promise<StopReason | undefined> {
  let left = records;
  while (left.length > 0) {
    const delivery = await deliverSome(left);
    tally.attempts += delivery.attempts;
    tally.uncertain += delivery.uncertain;
    const ended = left.map((one, index) => ({
      ...one,
      ending: delivery.endings[index] ?? notAttempted,
    }));
    countResults(ended, tally);
    const undone = ended.filter(({ ending }) => !isFinal(ending));
    const first = undone[0];
    if (first === undefined) {
      break;
    }
    // Time ran out for some records and none failed. Deliver the rest again, as long as some records
    // succeed each time.
    const mayGoOn = undone.every(({ ending }) => ending.kind === "notAttempted");
    if (signal.aborted || !mayGoOn || undone.length === left.length) {
      [tally.nextOffset, tally.nextLine] = [first.position.offset, first.position.line];
      tally.failed = undone.filter(({ ending }) => "code" in ending).length;
      tally.notAttempted = undone.length - tally.failed;
      return toStop(undone);
    }
    left = undone;
  }
  return problem === undefined ? undefined : { kind: "input", error: problem };
}

type PositionedResult = PositionedRecord & { readonly ending: RecordResult };

function isFinal({ kind }: RecordResult): boolean {
  return kind === "delivered" || kind === "refused";
}

function countResults(ended: readonly PositionedResult[], tally: ProduceTally): void {
  for (const { position, ending } of ended) {
    if (ending.kind === "delivered") {
      tally.delivered += 1;
    }
    if (ending.kind === "refused") {
      tally.refused += 1;
      if (tally.refusals.length < refusalsMax) {
        tally.refusals.push({ ...position, code: ending.code, reason: ending.reason });
      }
    }
  }
}

/**
 * Reports the worst reason at the position of its record. A fault that a person has to repair counts more
 * than an outage that can pass.
 */
function toStop(undone: readonly PositionedResult[]): StopReason {
  const worst =
    undone.find(({ ending }) => ending.kind === "faulted") ??
    undone.find(({ ending }) => ending.kind === "unavailable") ??
    undone[0];
  const { position = { line: 0, offset: 0 }, ending = notAttempted } = worst ?? {};
  return "code" in ending
    ? { kind: "failed", position, code: ending.code, reason: ending.reason }
    : { kind: "failed", position, code: "NOT_ATTEMPTED", reason: "there was no time for it" };
}
