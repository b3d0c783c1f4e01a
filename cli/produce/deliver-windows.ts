import { deliverSized } from "../../lib/delivery/deliver-or-store.ts";
import { createFitMessage, readTextParts } from "../../lib/delivery/fit-message.ts";
import type { Effects } from "../../lib/effects/effects.ts";
import { notAttempted, type RecordResult } from "../../lib/model/result.ts";
import type { Config } from "../../lib/settings/stream-config.ts";
import { createSigningClocks } from "../../lib/signing/clock-skew.ts";
import type { InputError, Place } from "./input/input-error.ts";
import type { Placed, Window } from "./input/windows.ts";
import { interruptible } from "./interruption.ts";

export type Refusal = Place & { readonly code: string; readonly reason: string };

/** How far a run has come. */
export type Tally = {
  delivered: number;
  refused: number;
  /** Records of the last window that failed, and those that were not attempted for it. */
  failed: number;
  notAttempted: number;
  attempts: number;
  /** Attempts that were sent and whose outcome is unknown: each may have made a duplicate. */
  uncertain: number;
  /** The first ones. */
  readonly refusals: Refusal[];
  /** Every line before it was acknowledged or finally refused. */
  nextOffset: number;
  nextLine: number;
};

/** Why a run ended before its input did. */
export type Stop =
  | { readonly kind: "input"; readonly error: InputError }
  | { readonly kind: "interrupted" }
  | {
      readonly kind: "failed";
      readonly place: Place;
      readonly code: string;
      readonly reason: string;
    };

export type Running = {
  readonly config: Config;
  readonly effects: Effects;
  readonly signal: AbortSignal;
  readonly tally: Tally;
  /** After each window: for the checkpoint and the progress. */
  readonly onWindow: () => Promise<void>;
};

const refusalsMax = 100;
/** A window of one key only goes record by record: this long at most before it is begun anew. */
const windowMsMax = 600_000;

/** Window after window, each after all of the one before: a key's order holds across them. */
export async function deliverWindows(
  windows: AsyncIterable<Window>,
  running: Running,
): Promise<Stop | undefined> {
  const { config, effects, tally } = running;
  const clocks = {
    stream: createSigningClocks(effects.now),
    storage: createSigningClocks(effects.now),
  };
  const interrupted = interruptible(effects, running.signal);
  const toFitted = createFitMessage(readTextParts, config);
  const deliverSome = (placed: readonly Placed[]) =>
    deliverSized(
      placed.map(({ record }) => record),
      toFitted,
      {
        config,
        deadlineMs: effects.now() + windowMsMax,
        clocks: { stream: clocks.stream(), storage: clocks.storage() },
        effects: interrupted,
      },
    );
  for await (const window of windows) {
    const ended = await deliverWindow(window, deliverSome, running);
    if (ended === undefined || ended.kind === "input") {
      // What cannot be read at all may end before the byte that the run began from.
      tally.nextOffset = Math.max(tally.nextOffset, window.endOffset);
      tally.nextLine = Math.max(tally.nextLine, window.endLine);
    }
    await running.onWindow();
    // An input that was cut by the interruption can end in the middle of a line, which is no mistake.
    const stop = running.signal.aborted ? ({ kind: "interrupted" } as const) : ended;
    if (stop !== undefined) {
      return stop;
    }
  }
  return undefined;
}

type DeliverSome = (placed: readonly Placed[]) => ReturnType<typeof deliverSized>;

async function deliverWindow(
  { records, problem }: Window,
  deliverSome: DeliverSome,
  { signal, tally }: Running,
): Promise<Stop | undefined> {
  let left = records;
  while (left.length > 0) {
    const delivery = await deliverSome(left);
    tally.attempts += delivery.attempts;
    tally.uncertain += delivery.uncertain;
    const ended = left.map((one, index) => ({
      ...one,
      ending: delivery.endings[index] ?? notAttempted,
    }));
    count(ended, tally);
    const undone = ended.filter(({ ending }) => !isFinal(ending));
    const first = undone[0];
    if (first === undefined) {
      break;
    }
    // No time was left for some, and none failed: they are begun anew, as long as that leads on.
    const mayGoOn = undone.every(({ ending }) => ending.kind === "notAttempted");
    if (signal.aborted || !mayGoOn || undone.length === left.length) {
      [tally.nextOffset, tally.nextLine] = [first.place.offset, first.place.line];
      tally.failed = undone.filter(({ ending }) => "code" in ending).length;
      tally.notAttempted = undone.length - tally.failed;
      return toStop(undone);
    }
    left = undone;
  }
  return problem === undefined ? undefined : { kind: "input", error: problem };
}

type Ended = Placed & { readonly ending: RecordResult };

function isFinal({ kind }: RecordResult): boolean {
  return kind === "delivered" || kind === "refused";
}

function count(ended: readonly Ended[], tally: Tally): void {
  for (const { place, ending } of ended) {
    if (ending.kind === "delivered") {
      tally.delivered += 1;
    }
    if (ending.kind === "refused") {
      tally.refused += 1;
      if (tally.refusals.length < refusalsMax) {
        tally.refusals.push({ ...place, code: ending.code, reason: ending.reason });
      }
    }
  }
}

/** The worst reason, at the place of its record: what is ours to repair before what can pass. */
function toStop(undone: readonly Ended[]): Stop {
  const worst =
    undone.find(({ ending }) => ending.kind === "faulted") ??
    undone.find(({ ending }) => ending.kind === "unavailable") ??
    undone[0];
  const { place = { line: 0, offset: 0 }, ending = notAttempted } = worst ?? {};
  return "code" in ending
    ? { kind: "failed", place, code: ending.code, reason: ending.reason }
    : { kind: "failed", place, code: "NOT_ATTEMPTED", reason: "there was no time for it" };
}
