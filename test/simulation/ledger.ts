import { startMs } from "../support/harness.ts";
import type { ExpectedRecord } from "./expected-records.ts";

/** The knowledge of the product about a request from its response. */
export type KnownOutcome = "done" | "notDone" | "unknown" | "neverSent";

export type ExchangeKind = "produce" | "put" | "get" | "list" | "remove";

/** Describes one HTTP request of the product, as the simulation saw it. */
export type Exchange = {
  readonly n: number;
  readonly kind: ExchangeKind;
  readonly invocation: Invocation;
  readonly startMs: number;
  readonly timeoutMs: number;
  readonly bytes: number;
  readonly outcome: string;
  /** The record that a produce request carries. */
  readonly recordId: string;
  readonly key: string;
  readonly topic: string;
  /** The time with which the request is signed, and the time of the container's clock. */
  readonly signedMs: number;
  readonly containerMs: number;
  /** The object of a storage request. A batch of removals has its bucket here. */
  readonly object: string;
  /** The objects that the request removes, or the one object that it is about. */
  readonly objects: readonly string[];
  /** The number of dead letters in an object that was read, and the dead letters themselves. */
  deadLetters: number;
  deadLettersRead: readonly ReadDeadLetter[];
  endMs: number | undefined;
  known: KnownOutcome | undefined;
  /** The status that the product received. */
  status: number | undefined;
};

export type ReadDeadLetter = {
  readonly recordId: string;
  readonly topic: string;
  readonly key: string;
};

export type SimulatedFunction = "webhook" | "bucket" | "heartbeat" | "redrive";

/** The end of a call for its caller. `none`: the caller got no reply. */
export type CallReply = {
  readonly kind: "delivered" | "stored" | "ignored" | "refused" | "failed" | "none";
  readonly status: number;
  readonly text: string;
};

/** Describes one activation of a function. */
export type Invocation = {
  readonly n: number;
  readonly name: SimulatedFunction;
  readonly startMs: number;
  /** In simulated time: the earliest of the platform's, the setting's and the sender's deadline. */
  readonly deadlineMs: number;
  readonly hasReserve: boolean;
  /** The event behind the call. Undefined for `redrive`. */
  readonly workloadEvent: WorkloadEvent | undefined;
  readonly clockOffMs: number;
  readonly lines: string[];
  readonly exchanges: Exchange[];
  alive: boolean;
  killed: boolean;
  /** The number of the effect at which the call is killed. */
  readonly killAtStep: number;
  /** True if the call is killed when everything but its reply is done. */
  readonly losesReply: boolean;
  kill: () => void;
  steps: number;
  endMs: number | undefined;
  answer: CallReply | undefined;
};

/** An event outside the functions that calls one of them, once or more often. */
export type WorkloadEvent = {
  readonly n: number;
  readonly source: string;
  readonly expected: readonly ExpectedRecord[];
  /** The status with which it has to be refused. */
  readonly bad: 400 | 401 | 413 | undefined;
  readonly signsTime: boolean;
  /** Texts that must not be in a log line or a reply. */
  readonly secrets: string[];
  tries: number;
};

/** Describes one message on a topic. */
export type TopicMessage = {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  readonly recordId: string;
  readonly exchange: Exchange;
  readonly atMs: number;
};

/** Records everything that happened in one run. */
export type Ledger = {
  readonly invocations: Invocation[];
  readonly workloadEvents: WorkloadEvent[];
  readonly exchanges: Exchange[];
  readonly messages: TopicMessage[];
  /** The ids of records that ever were in a dead-letter object, or were set aside. */
  readonly everStored: Set<string>;
  readonly setAside: Set<string>;
  readonly violations: string[];
  /** The story of the run, line by line. Undefined if nobody reads it. */
  readonly trace: string[] | undefined;
};

export function createLedger(isTraced: boolean): Ledger {
  return {
    invocations: [],
    workloadEvents: [],
    exchanges: [],
    messages: [],
    everStored: new Set(),
    setAside: new Set(),
    violations: [],
    trace: isTraced ? [] : undefined,
  };
}

export function addToTrace({ trace }: Ledger, nowMs: number, toText: () => string): void {
  trace?.push(`${((nowMs - startMs) / 1_000).toFixed(3).padStart(9)}s  ${toText()}`);
}
