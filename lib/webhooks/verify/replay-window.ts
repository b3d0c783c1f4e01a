/** The largest accepted differences between a signed time and the own clock, inclusive. */
export type ReplayWindow = {
  readonly toleranceSeconds: number;
  readonly futureToleranceSeconds: number;
};

/** Returns the reason why a signed time is outside the window; undefined if it is inside. */
export function findOutOfWindow(
  timestampMs: number,
  { toleranceSeconds, futureToleranceSeconds }: ReplayWindow,
  nowMs: number,
): string | undefined {
  const ageSeconds = toSeconds(nowMs) - toSeconds(timestampMs);
  if (ageSeconds > toleranceSeconds) {
    return `the signed time is over ${toleranceSeconds} s old (toleranceSeconds)`;
  }
  return -ageSeconds > futureToleranceSeconds
    ? `the signed time is over ${futureToleranceSeconds} s ahead (futureToleranceSeconds)`
    : undefined;
}

/** Drops fractions of a second, because most senders sign whole seconds. */
function toSeconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
