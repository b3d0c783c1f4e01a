import { startMs } from "../support/harness.ts";
import type { Mark } from "./marks.ts";

/** What the answer that the product got tells of a request. */
export type Known = "done" | "notDone" | "unknown" | "neverSent";

export type ExchangeKind = "produce" | "put" | "get" | "list" | "remove";

/** One HTTP request of the product, as the world saw it. */
export type Exchange = {
  readonly n: number;
  readonly kind: ExchangeKind;
  readonly invocation: Invocation;
  readonly startMs: number;
  readonly timeoutMs: number;
  readonly bytes: number;
  readonly fate: string;
  /** What a produce request carries. */
  readonly mark: string;
  readonly key: string;
  readonly topic: string;
  /** The instant it is signed with, and that of the container's clock. */
  readonly signedMs: number;
  readonly containerMs: number;
  /** Of a storage request; a batch of removals is one of its bucket. */
  readonly object: string;
  /** What it removes, or the one object that it is about. */
  readonly objects: readonly string[];
  /** Letters in an object that was read, and what each of them carries. */
  letters: number;
  lettersRead: readonly LetterRead[];
  endMs: number | undefined;
  known: Known | undefined;
  /** The status that the product heard. */
  status: number | undefined;
};

export type LetterRead = { readonly mark: string; readonly topic: string; readonly key: string };

export type FunctionName = "webhook" | "bucket" | "heartbeat" | "redrive";

/** How a call ended for whoever called; `none`: no answer ever came. */
export type Answer = {
  readonly kind: "delivered" | "stored" | "ignored" | "refused" | "failed" | "none";
  readonly status: number;
  readonly text: string;
};

/** One activation of a function. */
export type Invocation = {
  readonly n: number;
  readonly name: FunctionName;
  readonly startMs: number;
  /** In the world's time: the soonest of the platform's, the setting's and the sender's. */
  readonly deadlineMs: number;
  readonly hasReserve: boolean;
  /** The happening behind it; absent for `redrive`. */
  readonly happening: Happening | undefined;
  readonly clockOffMs: number;
  readonly lines: string[];
  readonly exchanges: Exchange[];
  alive: boolean;
  killed: boolean;
  /** The effect at which it is killed. */
  readonly killAtStep: number;
  /** It is killed when it has done all but answer. */
  readonly losesAnswer: boolean;
  kill: () => void;
  steps: number;
  endMs: number | undefined;
  answer: Answer | undefined;
};

/** Something that happened outside and wakes a function, once or more often. */
export type Happening = {
  readonly n: number;
  readonly source: string;
  readonly marks: readonly Mark[];
  /** What it has to be refused with. */
  readonly bad: 400 | 401 | 413 | undefined;
  readonly signsTime: boolean;
  /** Must not be in a log line or an answer. */
  readonly secrets: string[];
  tries: number;
};

/** One message on a topic. */
export type Message = {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  readonly mark: string;
  readonly exchange: Exchange;
  readonly atMs: number;
};

/** Everything that happened in one run. */
export type Ledger = {
  readonly invocations: Invocation[];
  readonly happenings: Happening[];
  readonly exchanges: Exchange[];
  readonly messages: Message[];
  /** Marks that ever lay in a dead-letter object, or were set aside. */
  readonly everStored: Set<string>;
  readonly setAside: Set<string>;
  readonly violations: string[];
  /** What happened, for whoever reads it; absent where nobody does. */
  readonly trace: string[] | undefined;
};

export function createLedger(isTold: boolean): Ledger {
  return {
    invocations: [],
    happenings: [],
    exchanges: [],
    messages: [],
    everStored: new Set(),
    setAside: new Set(),
    violations: [],
    trace: isTold ? [] : undefined,
  };
}

export function told({ trace }: Ledger, nowMs: number, toText: () => string): void {
  trace?.push(`${((nowMs - startMs) / 1_000).toFixed(3).padStart(9)}s  ${toText()}`);
}
