/** A request as the host received it. Its headers have lower-case names. */
export type FunctionRequest = {
  readonly method: string;
  /** The path as it was sent, such as `/webhook/github`. */
  readonly path: string;
  /** The query as it was sent, without `?`. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

export type FunctionReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

/** The cause of a call. `deployed-trigger` is a trigger of the Cloud Functions emulator. */
export type CallTrigger = "http" | "object-storage" | "cron" | "by-hand" | "deployed-trigger";

/** Why a call has no result of the function. */
export type CallFailure = "crashed" | "timed-out" | "too-large" | "too-many-calls" | "not-started";

/** One finished call of a function: what came in, what was answered, and what it did meanwhile. */
export type FunctionCall = {
  /** The activation id: 32 hexadecimal digits. */
  readonly id: string;
  readonly startedMs: number;
  readonly durationMs: number;
  readonly function: string;
  readonly trigger: CallTrigger;
  /** The webhook source that the path names. */
  readonly source?: string;
  /** The request of an HTTP call. */
  readonly request?: FunctionRequest;
  /** The event of any other call. */
  readonly event?: unknown;
  readonly reply: FunctionReply | { readonly result: unknown };
  /** Present if the function returned nothing: the reply is then the host's own. */
  readonly failure?: CallFailure;
  /** Lines that are no JSON object have the form `{ message: line }`. */
  readonly logLines: readonly Readonly<Record<string, unknown>>[];
  /** True if the caller hung up before it had the reply. */
  readonly callerGone: boolean;
  /** Ids of the emulator's request log: the requests to Data Stream that this call made. */
  readonly requestIds: readonly string[];
  /** The records that these requests left, such as `local-events/0/3`. */
  readonly cursors: readonly string[];
};
