/** A smaller difference cannot be why a signature was refused; a larger one is no drift. */
const correctionMsMin = 4 * 60_000;
const correctionMsMax = 24 * 3_600_000;

/** An instant to sign with, and the correction that is in it. */
export type SigningTime = { readonly timestampMs: number; readonly offsetMs: number };

/** The time that outbound requests of one call are signed with. */
export type SigningClock = {
  readonly time: () => SigningTime;
  /**
   * Told of a request that was refused as unauthenticated: the instant it was signed with, and the
   * answer's `Date`. Says whether signing anew may help.
   */
  readonly onAuthFailure: (signed: SigningTime, date: string | undefined) => boolean;
};

/** One for each API: what the one refuses says nothing about the other. */
export type SigningClocks = { readonly stream: SigningClock; readonly storage: SigningClock };

/**
 * Clocks that correct themselves from the answers of an API, at most once per call; the correction is
 * kept while the function is warm and dropped when it did not help. Nothing but outbound signatures
 * reads them: no replay window moves with them.
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

/** What the clock has to be moved by, or undefined when the time is not why a signature was refused. */
function correctionFor(neededMs: number, offsetMs: number): number | undefined {
  const isWrong = Math.abs(neededMs - offsetMs) >= correctionMsMin;
  if (!isWrong || !(Math.abs(neededMs) <= correctionMsMax)) {
    return undefined;
  }
  return Math.abs(neededMs) < correctionMsMin ? 0 : neededMs;
}
