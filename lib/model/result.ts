/** The request, or one of its records, is not acceptable. Trying again cannot help. */
export type RefusalCode =
  | "METHOD_NOT_ALLOWED"
  | "NOT_FOUND"
  | "BODY_TOO_LARGE"
  | "BODY_NOT_BASE64"
  | "BODY_NOT_JSON"
  | "BODY_NOT_TEXT"
  | "BODY_NOT_SPLIT"
  | "UNAUTHENTICATED"
  | "UNKNOWN_EVENT"
  | "RECORD_TOO_LARGE"
  | "RECORD_REFUSED";

/** Ours to repair: a setting, the deployment, the account. Every record would end the same way. */
export type FaultCode =
  | "BAD_SETTINGS"
  | "RAW_HTTP_OFF"
  | "WRONG_DOOR"
  | "STREAM_UNAUTHENTICATED"
  | "STREAM_FORBIDDEN"
  | "STREAM_NOT_FOUND"
  | "STREAM_REJECTED"
  | "STREAM_REDIRECTED"
  | "STORAGE_REJECTED"
  | "DEAD_LETTER_UNREADABLE"
  | "UNEXPECTED";

/** The stream, or the storage, is down, slow or throttling. Trying again later can help. */
export type OutageCode =
  | "STREAM_THROTTLED"
  | "STREAM_UNAVAILABLE"
  | "STREAM_UNREACHABLE"
  | "STREAM_TIMEOUT"
  | "STREAM_NOT_THE_API"
  | "STREAM_FOREIGN_REFUSAL"
  | "STORAGE_UNAVAILABLE";

export type Refusal = {
  readonly kind: "refused";
  readonly code: RefusalCode;
  /** For the log and the reply: names the field and the limit, never a value. */
  readonly reason: string;
  /** Methods that are served, where one was refused and not the usual ones are. */
  readonly allow?: string;
};

export type Fault = {
  readonly kind: "faulted";
  readonly code: FaultCode;
  /** For the log only: what is wrong and what to do. */
  readonly reason: string;
  /** The stream says that the topic has no such partition. */
  readonly lacksPartition?: boolean;
};

export type Outage = {
  readonly kind: "unavailable";
  readonly code: OutageCode;
  readonly reason: string;
  /** What the stream asked for in `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined;
};

/** How one record ended. `notAttempted`: an earlier record of its key, or of the call, failed. */
export type RecordResult =
  | { readonly kind: "delivered" }
  /** Kept as a dead letter, which a later run delivers. */
  | {
      readonly kind: "stored";
      readonly reason: string;
      /** Whether it is ours to repair: another call would be stored too. */
      readonly isFault: boolean;
    }
  | Refusal
  | Fault
  | Outage
  | { readonly kind: "notAttempted" };

export const notAttempted: RecordResult = { kind: "notAttempted" };

/** A bug of ours. Its message can hold foreign text, so the log gets its kind only. */
export function unexpected(error: unknown): Fault {
  const name = error instanceof Error ? error.name : typeof error;
  return { kind: "faulted", code: "UNEXPECTED", reason: `an unexpected ${name}: please report it` };
}

/** A handshake of the sender's: it gets the answer that it asked for, and nothing is produced. */
export type ChallengeResponse = {
  readonly kind: "answered";
  readonly status: number;
  /** Absent: the answer has no body. */
  readonly body: Readonly<Record<string, string>> | undefined;
};

/** How a whole call ended: the worst of its records, or an ending before there were any. */
export type Ending =
  | RecordResult
  | { readonly kind: "healthy" }
  | ChallengeResponse
  | { readonly kind: "ignored"; readonly reason: string };

export type Counts = {
  readonly delivered: number;
  readonly stored: number;
  readonly ignored: number;
  readonly refused: number;
  readonly failed: number;
  readonly notAttempted: number;
};

export type CallResult = {
  readonly ending: Ending;
  readonly counts: Counts;
  /** Of the records, in order, for a sender that is told them. */
  readonly ids: readonly string[];
  /** Produce calls made. */
  readonly attempts: number;
  /** Attempts that were sent and whose outcome is unknown: each may have made a duplicate. */
  readonly uncertain: number;
  /** Attempts of which no byte left. */
  readonly neverSent: number;
  /** How long ago the oldest dead letter that is left was stored; redrive only. */
  readonly oldestAgeMs?: number | undefined;
  /** Whether a good answer over HTTP is one without a body. */
  readonly expectsNoContent?: boolean;
};

const noCounts: Counts = {
  delivered: 0,
  stored: 0,
  ignored: 0,
  refused: 0,
  failed: 0,
  notAttempted: 0,
};

const countOf = {
  delivered: "delivered",
  stored: "stored",
  healthy: undefined,
  answered: "ignored",
  ignored: "ignored",
  refused: "refused",
  faulted: "failed",
  unavailable: "failed",
  notAttempted: "notAttempted",
} as const satisfies Record<Ending["kind"], keyof Counts | undefined>;

export function countEndings(endings: readonly Ending[]): Counts {
  const counts = { ...noCounts };
  for (const ending of endings) {
    const name = countOf[ending.kind];
    if (name !== undefined) {
      counts[name] += 1;
    }
  }
  return counts;
}

/** What a call comes to, in numbers. */
export function toCounts(result: CallResult): Readonly<Record<string, number>> {
  const { counts, attempts, uncertain, neverSent, oldestAgeMs } = result;
  // A listing can leave the time of an object out.
  const age = Number.isFinite(oldestAgeMs)
    ? { oldestAgeSeconds: Math.floor(Number(oldestAgeMs) / 1_000) }
    : {};
  return Object.assign({}, counts, { attempts, uncertain, neverSent }, age);
}

/** An outcome of a call in which nothing was sent to the stream. */
export function endedEarly(ending: Ending): CallResult {
  return {
    ending,
    counts: countEndings([ending]),
    ids: [],
    attempts: 0,
    uncertain: 0,
    neverSent: 0,
  };
}

const severity = {
  healthy: 0,
  answered: 0,
  ignored: 1,
  delivered: 2,
  stored: 3,
  refused: 4,
  notAttempted: 5,
  unavailable: 6,
  faulted: 7,
} as const satisfies Record<Ending["kind"], number>;

/** Neither delivered, nor kept, nor refused for good: another call may deliver it. */
export function isFailure({ kind }: Ending): boolean {
  return severity[kind] >= severity.notAttempted;
}

export function worstOf(endings: readonly Ending[]): Ending {
  const nothing: Ending = { kind: "ignored", reason: "the event holds nothing to produce" };
  return endings.reduce(
    (worst, ending) => (severity[ending.kind] > severity[worst.kind] ? ending : worst),
    endings[0] ?? nothing,
  );
}
