import type { CallTrigger } from "../functions/host/function-call.ts";
import type { ShownReply, ShownRequest } from "./shown-body.ts";

export const outcomes = [
  "delivered",
  "stored",
  "ignored",
  "answered",
  "refused",
  "failed",
  "callerGone",
] as const;

/** `answered`: a health check, a challenge, or a function of one's own that logs no ending. */
export type Outcome = (typeof outcomes)[number];

/** The explanation of a refused signature. It never holds a secret or a signature. */
export type WebhookDiagnosis = { readonly likelyMistake: string; readonly fix: string };

/** One call of a function, as the control API shows it. */
export type Delivery = {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly durationMs: number;
  readonly function: string;
  readonly trigger: CallTrigger;
  readonly source: string | null;
  /** The status of the HTTP reply. */
  readonly status: number | null;
  readonly outcome: Outcome;
  /** The code of the ending, which docs/troubleshooting.md explains. */
  readonly code: string | null;
  readonly reason: string;
  readonly page: string | null;
  readonly diagnosis: WebhookDiagnosis | null;
  readonly request: ShownRequest | null;
  /** The event of a call without a request. */
  readonly event: unknown;
  readonly reply: ShownReply | { readonly result: unknown };
  /** Ids of GET /_/requests. */
  readonly requests: readonly string[];
  /** Cursors of the records that the call left, as in GET /_/records/{cursor}. */
  readonly records: readonly number[];
  /** True if the event of one of the records was on its topic before. */
  readonly duplicate: boolean;
  /** The cursor of the record that has that event. */
  readonly duplicateOf: number | null;
  /** The id of the delivery that was sent again. */
  readonly replayOf: string | null;
};
