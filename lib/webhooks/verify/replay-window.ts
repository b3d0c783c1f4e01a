/** How far a signed time may lie from ours, limits included. */
export type ReplayWindow = {
  readonly toleranceSeconds: number;
  readonly futureToleranceSeconds: number;
};

/** Why a signed time lies outside the window, or undefined when it lies within. */
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

/** Most senders sign whole seconds: what lies behind the second is not counted against them. */
function toSeconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
