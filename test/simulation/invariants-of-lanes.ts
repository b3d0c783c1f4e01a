import type { Exchange, Invocation } from "./ledger.ts";
import { isPoison, type Mark } from "./marks.ts";
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

/** Letters of objects go out in the order of the objects' names, and within an object in that of its lines. */
export function checkOrderOfObjects(
  { exchanges, name }: Invocation,
  attempts: readonly Exchange[],
  { hasClaims }: Scenario,
): string[] {
  const reads = exchanges
    .filter(({ kind, known }) => name === "redrive" && kind === "get" && known === "done")
    .sort((a, b) => (a.object < b.object ? -1 : 1));
  const letters = reads.flatMap(({ lettersRead }) => lettersRead);
  const settled = (mark: string, atMs: number) =>
    attempts.filter(
      ({ mark: sent, known, status, endMs = Infinity }) =>
        sent === mark &&
        endMs <= atMs &&
        (known === "done" ||
          (known === "notDone" &&
            ((status === 413 && !hasClaims) || (status === 400 && isPoison(mark))))),
    ).length;
  return attempts.flatMap(({ mark, key, topic, startMs, n }) => {
    // A mark can lie in several objects: as many of them are behind it as were settled.
    const places = letters.flatMap((one, at) => (one.mark === mark ? [at] : []));
    const place = places[Math.min(settled(mark, startMs), places.length - 1)] ?? 0;
    const ahead = letters.slice(0, place).filter((one) => one.key === key && one.topic === topic);
    return ahead
      .filter((one) => one.mark !== mark && settled(one.mark, startMs) === 0)
      .map((one) => `objects: attempt #${n} of ${mark} overtakes ${one.mark} of an older object`);
  });
}
