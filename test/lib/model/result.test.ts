import { expect, test } from "vitest";
import { countEndings, type Ending, endedEarly, worstOf } from "../../../lib/model/result.ts";

// From the best to the worst.
const endings: readonly Ending[] = [
  { kind: "healthy" },
  { kind: "ignored", reason: "filtered" },
  { kind: "delivered" },
  { kind: "refused", code: "RECORD_REFUSED", reason: "r" },
  { kind: "notAttempted" },
  { kind: "unavailable", code: "STREAM_TIMEOUT", reason: "u", retryAfterMs: 1 },
  { kind: "faulted", code: "STREAM_FORBIDDEN", reason: "f" },
];

test("each ending is counted under its name", () => {
  expect(countEndings([...endings, { kind: "delivered" }])).toEqual({
    delivered: 2,
    stored: 0,
    ignored: 1,
    refused: 1,
    failed: 2,
    notAttempted: 1,
  });
});

test("the worst ending is that of the call, wherever it is", () => {
  for (const [index, worst] of endings.entries()) {
    const upToHere = endings.slice(0, index + 1);

    expect(worstOf(upToHere)).toBe(worst);
    expect(worstOf(upToHere.toReversed())).toBe(worst);
  }
});

test("the first of equal endings is that of the call", () => {
  const first: Ending = { kind: "refused", code: "RECORD_TOO_LARGE", reason: "1" };

  expect(worstOf([first, { ...first, reason: "2" }])).toBe(first);
});

test("a call without records is ignored", () => {
  expect(worstOf([])).toEqual({ kind: "ignored", reason: "the event holds nothing to produce" });
});

test("an early ending sent nothing", () => {
  const ending: Ending = { kind: "refused", code: "UNAUTHENTICATED", reason: "r" };

  expect(endedEarly(ending)).toEqual({
    ending,
    counts: { delivered: 0, stored: 0, ignored: 0, refused: 1, failed: 0, notAttempted: 0 },
    ids: [],
    attempts: 0,
    uncertain: 0,
    neverSent: 0,
  });
});
