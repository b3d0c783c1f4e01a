import { deliverSized } from "../../lib/delivery/deliver-or-store.ts";
import { createFitMessage, partsOfText } from "../../lib/delivery/fit-message.ts";
import type { Effects } from "../../lib/effects/effects.ts";
import { notAttempted, type RecordResult } from "../../lib/model/result.ts";
import type { Config } from "../../lib/settings/stream-config.ts";
import { createSigningClocks } from "../../lib/signing/clock-skew.ts";
import type { InputError, InputPosition } from "./input/input-error.ts";
import type { PositionedRecord, Window } from "./input/windows.ts";
import { interruptible } from "./interruption.ts";

export type LineRefusal = InputPosition & { readonly code: string; readonly reason: string };

/** How far a run has come. */
export type ProduceTally = {
  delivered: number;
  refused: number;
  /** Records of the last window that failed, and those that were not attempted for it. */
  failed: number;
  notAttempted: number;
  attempts: number;
  /** Attempts that were sent and whose outcome is unknown: each may have made a duplicate. */
  uncertain: number;
  /** The first ones. */
  readonly refusals: LineRefusal[];
  /** Every line before it was acknowledged or finally refused. */
  nextOffset: number;
  nextLine: number;
};

/** Why a run ended before its input did. */
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
  /** After each window: for the checkpoint and the progress. */
  readonly onWindow: () => Promise<void>;
};

const refusalsMax = 100;
/** A window of one key only goes record by record: this long at most before it is begun anew. */
const windowMsMax = 600_000;

/** Window after window, each after all of the one before: a key's order holds across them. */
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
  const fitMessage = createFitMessage(partsOfText, config);
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
      // What cannot be read at all may end before the byte that the run began from.
      tally.nextOffset = Math.max(tally.nextOffset, window.endOffset);
      tally.nextLine = Math.max(tally.nextLine, window.endLine);
    }
    await context.onWindow();
    // An input that was cut by the interruption can end in the middle of a line, which is no mistake.
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
    // No time was left for some, and none failed: they are begun anew, as long as that leads on.
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

/** The worst reason, at the place of its record: what is ours to repair before what can pass. */
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
