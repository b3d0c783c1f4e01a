import type { ShownReply, ShownRequest } from "../../deliveries/shown-body.ts";

/** A call whose caller had hung up is not green, whatever became of its records. */
const tones = {
  delivered: "good",
  stored: "warn",
  ignored: "neutral",
  answered: "neutral",
  refused: "bad",
  failed: "bad",
  callerGone: "warn",
} as const;

export type Outcome = keyof typeof tones;

/** A call of a function, as `GET /_/deliveries` has it. Secrets and signatures are hidden there. */
export type Delivery = {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly durationMs: number;
  readonly function: string;
  readonly trigger: "http" | "object-storage" | "cron" | "by-hand" | "deployed-trigger";
  readonly source: string | null;
  readonly status: number | null;
  readonly outcome: Outcome;
  readonly code: string | null;
  readonly reason: string;
  /** The page that explains the code. */
  readonly page: string | null;
  readonly diagnosis: { readonly likelyMistake: string; readonly fix: string } | null;
  readonly request: ShownRequest | null;
  /** The event of a call without a request. */
  readonly event: unknown;
  readonly reply: ShownReply | { readonly result: unknown };
  /** Ids of the request log. */
  readonly requests: readonly string[];
  /** Cursors of the records that the call left. */
  readonly records: readonly number[];
  readonly duplicate: boolean;
  /** The cursor of the record that had the event before. */
  readonly duplicateOf: number | null;
  /** The id of the call that this one repeats. */
  readonly replayOf: string | null;
  /** The log of the function. Only a call that was asked for by its id has it. */
  readonly log?: readonly unknown[];
};

/** An outcome of a later emulator has no tone of its own. */
export function toneOf({ outcome }: Delivery): (typeof tones)[Outcome] {
  return Object.hasOwn(tones, outcome) ? tones[outcome] : "neutral";
}

/** Returns the name of what was called: a function, and the source of a webhook. */
export function nameOf({ function: name, source }: Delivery): string {
  return source === null ? name : `${name}/${source}`;
}

/** Returns why a call ended so, without the diagnosis that the list has behind it. */
export function ownReason({ reason, diagnosis }: Delivery): string {
  return diagnosis === null
    ? reason
    : reason.replace(` ${diagnosis.likelyMistake} ${diagnosis.fix}`, "");
}
