/** First ceiling of a wait; it doubles with each attempt. */
const backoffMsBase = 100;
const backoffMsMax = 5_000;
/** Kept free at the end of a call for writing the reply. */
export const replyReserveMs = 250;
/** An attempt with less time than this would only end as an unknown outcome. */
export const attemptMsMin = 200;

export type RetryState = {
  /** Attempts made so far, at least 1. */
  readonly attempts: number;
  readonly attemptsMax: number;
  readonly retryAfterMs: number | undefined;
  readonly nowMs: number;
  readonly deadlineMs: number;
  /** In [0, 1). */
  readonly random: number;
};

/** How long to wait before the next attempt, or undefined to stop. */
export function nextWaitMs(state: RetryState): number | undefined {
  if (state.attempts >= state.attemptsMax) {
    return undefined;
  }
  const ceilingMs = Math.min(backoffMsMax, backoffMsBase * 2 ** (state.attempts - 1));
  // Full jitter; a server that says when to come back is not asked earlier.
  const waitMs = Math.max(Math.ceil(state.random * ceilingMs), state.retryAfterMs ?? 0);
  return attemptTimeMs(state.nowMs + waitMs, state.deadlineMs) === 0 ? undefined : waitMs;
}

/** Time that an attempt started at `nowMs` may take; 0 when it is too late to start one. */
export function attemptTimeMs(nowMs: number, deadlineMs: number): number {
  const leftMs = deadlineMs - replyReserveMs - nowMs;
  return leftMs < attemptMsMin ? 0 : leftMs;
}

type ResponseHeaders = Readonly<Record<string, string | undefined>>;

/**
 * How long an answer asks to wait, in milliseconds. A date of its server's is read by that server's clock, which
 * the answer's `Date` shows; without one by `nowMs`.
 */
export function retryAfterMsOf(headers: ResponseHeaders, nowMs: number): number | undefined {
  const dateMs = parseHttpDate(headers["date"] ?? "");
  return parseRetryAfter(headers["retry-after"], Number.isNaN(dateMs) ? nowMs : dateMs);
}

/** Reads `Retry-After`, seconds or an HTTP date (RFC 9110 section 10.2.3), as milliseconds. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) {
    return undefined;
  }
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) {
    return Number(text) * 1_000;
  }
  const dateMs = parseHttpDate(text);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .* \d\d:\d\d:\d\d (?:GMT|\d{4})$/;

/** Date.parse alone finds a date in "wait 9" too, and reads the form without a zone as local time. */
function parseHttpDate(text: string): number {
  return httpDate.test(text) ? Date.parse(text.replace(/ \d{4}$/, "$& GMT")) : Number.NaN;
}
