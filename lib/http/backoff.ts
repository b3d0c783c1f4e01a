/** Ceiling of the first wait. It doubles with each attempt. */
const backoffMsBase = 100;
const backoffMsMax = 5_000;
/** Time at the end of a call for the reply. */
export const replyReserveMs = 250;
/** Shortest attempt. With less time, the outcome would only be unknown. */
export const attemptMsMin = 200;

export type RetryState = {
  /** Number of attempts so far, at least 1. */
  readonly attempts: number;
  readonly attemptsMax: number;
  readonly retryAfterMs: number | undefined;
  readonly nowMs: number;
  readonly deadlineMs: number;
  /** In [0, 1). */
  readonly random: number;
};

/** Returns the wait before the next attempt in milliseconds, or undefined for no further attempt. */
export function nextWaitMs(state: RetryState): number | undefined {
  if (state.attempts >= state.attemptsMax) {
    return undefined;
  }
  const ceilingMs = Math.min(backoffMsMax, backoffMsBase * 2 ** (state.attempts - 1));
  // Full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). Retry-After is the minimum.
  const waitMs = Math.max(Math.ceil(state.random * ceilingMs), state.retryAfterMs ?? 0);
  return attemptTimeMs(state.nowMs + waitMs, state.deadlineMs) === 0 ? undefined : waitMs;
}

/** Returns the time for an attempt that starts at `nowMs`; 0 if it is too late to start one. */
export function attemptTimeMs(nowMs: number, deadlineMs: number): number {
  const leftMs = deadlineMs - replyReserveMs - nowMs;
  return leftMs < attemptMsMin ? 0 : leftMs;
}

type ResponseHeaders = Readonly<Record<string, string | undefined>>;

/**
 * Returns the wait that a response asks for, in milliseconds. A date in `Retry-After` is compared with the server's
 * own clock, which `Date` shows, or else with `nowMs`.
 */
export function retryAfterMsOf(headers: ResponseHeaders, nowMs: number): number | undefined {
  const { date = "", "retry-after": wait } = headers;
  if (wait === undefined) {
    return undefined;
  }
  const dateMs = parseHttpDate(date);
  return parseRetryAfter(wait, Number.isNaN(dateMs) ? nowMs : dateMs);
}

/** Reads `Retry-After` as milliseconds: seconds or an HTTP date (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3). */
export function parseRetryAfter(header: string, nowMs: number): number | undefined {
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) {
    return Number(text) * 1_000;
  }
  const dateMs = parseHttpDate(text);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .* \d\d:\d\d:\d\d (?:GMT|\d{4})$/;

/** Checks the form first, because Date.parse finds a date in "wait 9" and reads a date without zone as local time. */
function parseHttpDate(text: string): number {
  return httpDate.test(text) ? Date.parse(text.replace(/ \d{4}$/, "$& GMT")) : Number.NaN;
}
