import { type ExpectedRecord, isPoison } from "./expected-records.ts";
import type { Exchange, Invocation } from "./ledger.ts";
import type { Scenario } from "./scenario.ts";

/** At most one record of a key is in flight, and a call keeps to its concurrency. */
export function checkInFlight(attempts: readonly Exchange[], { concurrency }: Scenario): string[] {
  const found: string[] = [];
  for (const attempt of attempts) {
    const { startMs, n } = attempt;
    const before = attempts.filter((one) => one.n < n && (one.endMs ?? Infinity) > startMs);
    const same = before.some(({ key, topic }) => key === attempt.key && topic === attempt.topic);
    found.push(...(same ? [`in flight: attempt #${n} overlaps one of its key`] : []));
    found.push(
      ...(before.length >= concurrency ? [`in flight: ${before.length + 1} in flight`] : []),
    );
  }
  return found;
}

/** A record is sent only after every earlier record of its key was delivered or refused. */
export function checkOvertaking(
  { workloadEvent }: Invocation,
  attempts: readonly Exchange[],
  { hasClaims, isLimitOurs }: Scenario,
): string[] {
  const expected = workloadEvent?.expected ?? [];
  const isSettled = ({ recordId, poison, large }: ExpectedRecord, atMs: number) =>
    (large && !hasClaims && isLimitOurs) ||
    attempts.some(
      ({ recordId: sent, known, endMs = Infinity }) =>
        sent === recordId &&
        endMs <= atMs &&
        (known === "done" || ((poison || (large && !hasClaims)) && known === "notDone")),
    );
  return attempts.flatMap(({ recordId, key, startMs, n }) => {
    const place = expected.findIndex((one) => one.recordId === recordId);
    const ahead = expected.slice(0, Math.max(0, place)).filter((one) => one.key === key);
    return ahead
      .filter((one) => !isSettled(one, startMs))
      .map((one) => `order: attempt #${n} of ${recordId} overtakes ${one.recordId}`);
  });
}

/**
 * Dead letters are sent in the order of their objects' names, and within an object in the order of its
 * lines.
 */
export function checkOrderOfObjects(
  { exchanges, name }: Invocation,
  attempts: readonly Exchange[],
  { hasClaims }: Scenario,
): string[] {
  const reads = exchanges
    .filter(({ kind, known }) => name === "redrive" && kind === "get" && known === "done")
    .sort((a, b) => (a.object < b.object ? -1 : 1));
  const deadLetters = reads.flatMap(({ deadLettersRead }) => deadLettersRead);
  const settled = (recordId: string, atMs: number) =>
    attempts.filter(
      ({ recordId: sent, known, status, endMs = Infinity }) =>
        sent === recordId &&
        endMs <= atMs &&
        (known === "done" ||
          (known === "notDone" &&
            ((status === 413 && !hasClaims) || (status === 400 && isPoison(recordId))))),
    ).length;
  return attempts.flatMap(({ recordId, key, topic, startMs, n }) => {
    // A record can lie in several objects. Each settled attempt leaves one of them behind.
    const places = deadLetters.flatMap((one, at) => (one.recordId === recordId ? [at] : []));
    const place = places[Math.min(settled(recordId, startMs), places.length - 1)] ?? 0;
    const ahead = deadLetters
      .slice(0, place)
      .filter((one) => one.key === key && one.topic === topic);
    return ahead
      .filter((one) => one.recordId !== recordId && settled(one.recordId, startMs) === 0)
      .map(
        (one) =>
          `objects: attempt #${n} of ${recordId} overtakes ${one.recordId} of an older object`,
      );
  });
}
