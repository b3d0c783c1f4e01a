/** The request or one of its records is not acceptable. A retry cannot help. */
export type RefusalCode =
  | "METHOD_NOT_ALLOWED"
  | "NOT_FOUND"
  | "BODY_TOO_LARGE"
  | "BODY_NOT_BASE64"
  | "BODY_NOT_JSON"
  | "BODY_NOT_TEXT"
  | "BODY_NOT_SPLIT"
  | "BODY_INVALID"
  | "UNAUTHENTICATED"
  | "UNKNOWN_EVENT"
  | "RECORD_TOO_LARGE"
  | "RECORD_REFUSED";

/** A setting, the deployment or the account is wrong. Every record would end the same way. */
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
  | "SCHEMA_FAILED"
  | "UNEXPECTED";

/** The stream or the storage is down, slow or throttling. A later retry can help. */
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
  /** Text for the log and the reply. It names the field and the limit, never a value. */
  readonly reason: string;
  /** Value of the header `Allow`, if the served methods are not GET, HEAD and POST. */
  readonly allow?: string;
};

export type Fault = {
  readonly kind: "faulted";
  readonly code: FaultCode;
  /** Text for the log only: the problem and the remedy. */
  readonly reason: string;
  /** True if the stream says that the topic has no such partition. */
  readonly lacksPartition?: boolean;
};

export type Outage = {
  readonly kind: "unavailable";
  readonly code: OutageCode;
  readonly reason: string;
  /** Value of the stream's `Retry-After`, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
};

/** Makes the ending of what is not acceptable. */
/* @__NO_SIDE_EFFECTS__ */
export function refusal(code: RefusalCode, reason: string): Refusal {
  return { kind: "refused", code, reason };
}

/** Makes the ending of what is wrong here. */
/* @__NO_SIDE_EFFECTS__ */
export function fault(code: FaultCode, reason: string): Fault {
  return { kind: "faulted", code, reason };
}

/** Makes the ending of what can be tried again. */
/* @__NO_SIDE_EFFECTS__ */
export function outage(code: OutageCode, reason: string, retryAfterMs?: number): Outage {
  return { kind: "unavailable", code, reason, retryAfterMs };
}

/** The result of one record. `notAttempted`: an earlier record of its key, or of the call, failed. */
export type RecordResult =
  | { readonly kind: "delivered" }
  /** The record was stored as a dead letter, which a later run delivers, or set aside. */
  | {
      readonly kind: "stored";
      readonly reason: string;
      /** True if a fault is the cause: the next call would be stored too. */
      readonly isFault: boolean;
    }
  | Refusal
  | Fault
  | Outage
  | { readonly kind: "notAttempted" };

export const notAttempted: RecordResult = { kind: "notAttempted" };

/** Turns an exception into a fault. Its message can hold foreign text, so only its name is kept. */
export function unexpected(error: unknown): Fault {
  return fault("UNEXPECTED", `an unexpected ${nameOf(error)}: please report it`);
}

/** Returns an exception's name, which is all of it that a log may hold. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** The response to a sender that verifies the endpoint. Nothing is produced. */
export type ChallengeResponse = {
  readonly kind: "answered";
  readonly status: number;
  /** Text as it is sent, or the members of a JSON object. Absent: the response has no body. */
  readonly body: string | Readonly<Record<string, string>> | undefined;
  /** Headers beside the content type. */
  readonly headers: Readonly<Record<string, string>>;
};

/** The responses that a sender takes. */
export type ReplyForm = {
  /** Status of a success. */
  readonly status: number;
  /** `none`: no response has a body. */
  readonly body: "json" | "none";
};

/** The ending of a whole call: the worst of its records, or an ending before there were any. */
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

/** The result of a whole call. */
export type CallResult = {
  readonly ending: Ending;
  readonly counts: Counts;
  /** Ids of the records in order, for the reply. */
  readonly ids: readonly string[];
  /** Number of produce requests. */
  readonly attempts: number;
  /** Attempts that were sent and have an unknown outcome. Each may have made a duplicate. */
  readonly uncertain: number;
  /** Attempts that failed before a byte was sent. */
  readonly neverSent: number;
  /** Age of the oldest dead letter that is left, in milliseconds (redrive only). */
  readonly oldestAgeMs?: number | undefined;
  /** Absent: 200, and JSON. */
  readonly reply?: ReplyForm | undefined;
  /** Ids of the messages of a queue's batch that the platform shall repeat; absent if it takes the batch as one. */
  readonly batchItemFailures?: readonly string[] | undefined;
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

/** Counts endings by the names that replies and log lines use. */
export function countEndings(endings: readonly Ending[]): Counts {
  const counts = { delivered: 0, stored: 0, ignored: 0, refused: 0, failed: 0, notAttempted: 0 };
  for (const ending of endings) {
    const name = countOf[ending.kind];
    if (name !== undefined) {
      counts[name] += 1;
    }
  }
  return counts;
}

/** Returns the numbers of a call, as the log and replies show them. */
export function toCounts(result: CallResult): Readonly<Record<string, number>> {
  const { counts, attempts, uncertain, neverSent, oldestAgeMs } = result;
  // A listing can omit the time of an object.
  const age = Number.isFinite(oldestAgeMs)
    ? { oldestAgeSeconds: Math.floor(Number(oldestAgeMs) / 1_000) }
    : {};
  return Object.assign({}, counts, { attempts, uncertain, neverSent }, age);
}

/** Returns the reason why a call without HTTP counts as failed; undefined if it succeeded. */
export function toErrorText({ ending, counts }: CallResult): string | undefined {
  const { refused, failed, notAttempted } = counts;
  if (refused + failed + notAttempted === 0) {
    return undefined;
  }
  const code = "code" in ending ? `${ending.code}: ` : "";
  return `${code}${refused} refused, ${failed} failed, ${notAttempted} not attempted`;
}

/** Returns the result of a call that sent nothing to the stream. */
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

/** Tells whether another call may still deliver: nothing was delivered, stored or refused for good. */
export function isFailure({ kind }: Ending): boolean {
  return severity[kind] >= severity.notAttempted;
}

/** Tells whether the event would be lost if its platform did not keep it: a failure, or a refusal that was not set aside. */
export function isLost(ending: Ending): boolean {
  return ending.kind === "refused" || isFailure(ending);
}

/** Returns the most severe ending; `ignored` if there is none. */
export function worstOf(endings: readonly Ending[]): Ending {
  const nothing: Ending = { kind: "ignored", reason: "the event holds nothing to produce" };
  return endings.reduce(
    (worst, ending) => (severity[ending.kind] > severity[worst.kind] ? ending : worst),
    endings[0] ?? nothing,
  );
}
