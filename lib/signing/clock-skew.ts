/**
 * Bounds of a correction. NAVER Cloud refuses a timestamp that differs by more than 5 minutes
 * (https://api.ncloud-docs.com/docs/en/datastream-overview, read 2026-11-30), so a smaller skew is not the cause of a
 * refusal. A skew above the maximum is not drift.
 */
const correctionMsMin = 4 * 60_000;
const correctionMsMax = 24 * 3_600_000;

/** A time to sign with, in epoch milliseconds, and the correction that it includes. */
export type SigningTime = { readonly timestampMs: number; readonly offsetMs: number };

/** Gives the time with which outbound requests of one call are signed. */
export type SigningClock = {
  readonly time: () => SigningTime;
  /**
   * Handles a request that was refused as unauthenticated. Takes the time it was signed with and the
   * response's `Date`. Returns whether a retry with a new signature may help.
   */
  readonly onAuthFailure: (signed: SigningTime, date: string | undefined) => boolean;
};

/** One clock for each API, because a refusal by one says nothing about the other. */
export type SigningClocks = { readonly stream: SigningClock; readonly storage: SigningClock };

/**
 * Creates clocks that correct themselves by the `Date` of an API's responses, at most once per call. The correction
 * is kept while the function is warm and dropped if it did not help. Only outbound signatures use these clocks:
 * the replay window of webhooks does not move with them.
 */
export function createSigningClocks(now: () => number): () => SigningClock {
  let offsetMs = 0;
  return () => {
    let isCorrected = false;
    let isDropped = false;
    const correct = (date: string | undefined): boolean => {
      const toMs = correctionFor(Date.parse(date ?? "") - now(), offsetMs);
      isCorrected = toMs !== undefined;
      offsetMs = toMs ?? offsetMs;
      return isCorrected;
    };
    const drop = (): boolean => {
      isDropped = true;
      offsetMs = 0;
      return false;
    };
    return {
      time: () => ({ timestampMs: now() + offsetMs, offsetMs }),
      onAuthFailure: (signed, date) => {
        if (signed.offsetMs !== offsetMs) {
          // Another request of this call has corrected the clock since this one was signed.
          return !isDropped;
        }
        return isCorrected ? drop() : correct(date);
      },
    };
  };
}

/** Returns the needed correction in milliseconds, or undefined if the clock is not the cause of the refusal. */
function correctionFor(neededMs: number, offsetMs: number): number | undefined {
  const isWrong = Math.abs(neededMs - offsetMs) >= correctionMsMin;
  if (!isWrong || !(Math.abs(neededMs) <= correctionMsMax)) {
    return undefined;
  }
  return Math.abs(neededMs) < correctionMsMin ? 0 : neededMs;
}
