/** How far a signed time may lie from ours, limits included. */
export type ReplayWindow = { readonly pastSecondsMax: number; readonly futureSecondsMax: number };

/** Why a signed time lies outside the window, or undefined when it lies within. */
export function findOutOfWindow(
  timestampMs: number,
  { pastSecondsMax, futureSecondsMax }: ReplayWindow,
  nowMs: number,
): string | undefined {
  const ageSeconds = toSeconds(nowMs) - toSeconds(timestampMs);
  if (ageSeconds > pastSecondsMax) {
    return `the signed time is over ${pastSecondsMax} s old (pastSecondsMax)`;
  }
  return -ageSeconds > futureSecondsMax
    ? `the signed time is over ${futureSecondsMax} s ahead (futureSecondsMax)`
    : undefined;
}

/** Most senders sign whole seconds: what lies behind the second is not counted against them. */
function toSeconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
