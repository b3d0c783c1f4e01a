import type { Exchange, Invocation } from "./ledger.ts";
import type { Mark } from "./marks.ts";
import type { Scenario } from "./scenario.ts";

/** Of one key at most one record is in flight, and of a call no more than it is allowed. */
export function checkLanes(attempts: readonly Exchange[], { concurrency }: Scenario): string[] {
  const found: string[] = [];
  for (const attempt of attempts) {
    const { startMs, n } = attempt;
    const before = attempts.filter((one) => one.n < n && (one.endMs ?? Infinity) > startMs);
    const same = before.some(({ key, topic }) => key === attempt.key && topic === attempt.topic);
    found.push(...(same ? [`lanes: attempt #${n} overlaps one of its key`] : []));
    found.push(...(before.length >= concurrency ? [`lanes: ${before.length + 1} in flight`] : []));
  }
  return found;
}

/** A record of a call is sent only after each one of its key ahead of it was taken or refused. */
export function checkOvertaking(
  { happening }: Invocation,
  attempts: readonly Exchange[],
  { hasClaims, isLimitOurs }: Scenario,
): string[] {
  const marks = happening?.marks ?? [];
  const isSettled = ({ mark, poison, large }: Mark, atMs: number) =>
    (large && !hasClaims && isLimitOurs) ||
    attempts.some(
      ({ mark: sent, known, endMs = Infinity }) =>
        sent === mark &&
        endMs <= atMs &&
        (known === "done" || ((poison || (large && !hasClaims)) && known === "notDone")),
    );
  return attempts.flatMap(({ mark, key, startMs, n }) => {
    const place = marks.findIndex((one) => one.mark === mark);
    const ahead = marks.slice(0, Math.max(0, place)).filter((one) => one.key === key);
    return ahead
      .filter((one) => !isSettled(one, startMs))
      .map((one) => `order: attempt #${n} of ${mark} overtakes ${one.mark}`);
  });
}
