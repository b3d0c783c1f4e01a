import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  attemptMsMin,
  attemptTimeMs,
  nextWaitMs,
  parseRetryAfter,
  type RetryState,
  replyReserveMs,
  retryAfterMsOf,
} from "../../../lib/http/backoff.ts";

const state: RetryState = {
  attempts: 1,
  attemptsMax: 5,
  retryAfterMs: undefined,
  nowMs: 0,
  deadlineMs: 60_000,
  random: 0.5,
};

describe("the wait before the next attempt", () => {
  test.for([
    ["is half of 100 ms after the first", {}, 50],
    ["is rounded up", { random: 0.001 }, 1],
    ["is none for the smallest random number", { random: 0 }, 0],
    ["doubles with each attempt", { attempts: 3 }, 200],
    ["doubles again", { attempts: 4 }, 400],
    ["is capped at 5 s", { attempts: 7, attemptsMax: 20 }, 2_500],
    ["stays capped", { attempts: 19, attemptsMax: 20, random: 0.999_999 }, 5_000],
    ["is what Retry-After asks for", { retryAfterMs: 7_000 }, 7_000],
    ["is the jitter where Retry-After asks for less", { attempts: 4, retryAfterMs: 10 }, 400],
    ["ends with the attempts", { attempts: 5 }, undefined],
    ["is not for one attempt", { attemptsMax: 1 }, undefined],
    ["ends where 450 ms are not left after it", { deadlineMs: 499 }, undefined],
    ["is taken where they are", { deadlineMs: 500 }, 50],
    ["ends where Retry-After passes the deadline", { retryAfterMs: 59_551 }, undefined],
    ["is taken up to there", { retryAfterMs: 59_550 }, 59_550],
  ] as const)("the wait %s", ([, change, waitMs]) => {
    expect(nextWaitMs({ ...state, ...change })).toBe(waitMs);
  });

  const states = fc.record({
    attempts: fc.integer({ min: 1, max: 25 }),
    attemptsMax: fc.integer({ min: 1, max: 20 }),
    retryAfterMs: fc.option(fc.nat(1_000_000), { nil: undefined }),
    nowMs: fc.nat(100_000),
    deadlineMs: fc.nat(200_000),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });

  test("the wait keeps its bounds in every state", () => {
    fc.assert(
      fc.property(states, (any) => {
        const waitMs = nextWaitMs(any);
        const { retryAfterMs = 0 } = any;
        const ok =
          waitMs === undefined ||
          (any.attempts < any.attemptsMax &&
            Number.isInteger(waitMs) &&
            waitMs >= retryAfterMs &&
            waitMs <= Math.max(5_000, retryAfterMs) &&
            any.nowMs + waitMs + 200 + 250 <= any.deadlineMs);
        expect(ok).toBe(true);
      }),
    );
  });

  test("a wait is returned whenever attempts and time are left", () => {
    fc.assert(
      fc.property(states, (any) => {
        const roomy = { ...any, attempts: 1, attemptsMax: 2, deadlineMs: 2_000_000 };
        expect(nextWaitMs(roomy)).toBeDefined();
      }),
    );
  });
});

describe("the time of an attempt", () => {
  test.for([
    [10_000, 0, 9_750],
    [10_000, 9_550, 200],
    [10_000, 9_551, 0],
    [10_000, 10_000, 0],
    [10_000, 99_999, 0],
  ] as const)("an attempt with a deadline of %i at %i has %i ms", ([deadlineMs, nowMs, timeMs]) => {
    expect(attemptTimeMs(nowMs, deadlineMs)).toBe(timeMs);
  });

  test("an attempt leaves a quarter of a second for the reply and has never under a fifth", () => {
    expect([replyReserveMs, attemptMsMin]).toEqual([250, 200]);
  });
});

describe("Retry-After", () => {
  // Half a minute before the time that RFC 9110 shows in all three forms of a date.
  const nowMs = Date.UTC(1994, 10, 6, 8, 49, 7);

  test.for([
    ["120", 120_000],
    ["0", 0],
    [" 5 ", 5_000],
    ["999999999", 999_999_999_000],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 30_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 30_000],
    ["Sun Nov  6 08:49:37 1994", 30_000],
    ["Sun, 06 Nov 1994 08:49:06 GMT", 0],
    ["Sun, 06 Nov 1970 08:49:37 GMT", 0],
    ["", undefined],
    ["   ", undefined],
    ["wait until Sun, 06 Nov 1994 08:49:37 GMT", undefined],
    ["Sun, 06 Nov 1994 08:49:37 GMT (a guess)", undefined],
    ["Sun, 06 Nov 1994 08:49:37 +0900", undefined],
    ["-1", undefined],
    ["1.5", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    ["1234567890", undefined],
    ["1994", 1_994_000],
    ["12 seconds", undefined],
    ["wait 9", undefined],
    ["try 9999", undefined],
    ["Sun, 99 Nov 1994 08:49:37 GMT", undefined],
    ["Sun, 06 Nov 1994", undefined],
    ["1994-11-06T08:49:37Z", undefined],
  ] as const)("Retry-After of %j is %s ms", ([header, waitMs]) => {
    expect(parseRetryAfter(header, nowMs)).toBe(waitMs);
  });

  test("a date is compared with the Date of the response, if there is one", () => {
    const header = "Sun, 06 Nov 1994 08:49:37 GMT";
    const read = (date: string | undefined) =>
      retryAfterMsOf({ "retry-after": header, date }, nowMs);

    expect(read("Sun, 06 Nov 1994 08:49:30 GMT")).toBe(7_000);
    expect(read("Sun, 06 Nov 1994 08:49:38 GMT")).toBe(0);
    expect([read(undefined), read("now"), read("")]).toEqual([30_000, 30_000, 30_000]);
  });

  test("seconds need no clock", () => {
    const date = "Sun, 06 Nov 1994 18:49:37 GMT";

    expect(retryAfterMsOf({ "retry-after": "7", date }, nowMs)).toBe(7_000);
  });

  test("the header may be absent", () => {
    expect(retryAfterMsOf({ date: "Sun, 06 Nov 1994 18:49:37 GMT" }, nowMs)).toBeUndefined();
  });

  test.for(["Asia/Seoul", "America/New_York"])("a date in %s is read as GMT too", (zone) => {
    vi.stubEnv("TZ", zone);

    expect(parseRetryAfter("Sun Nov  6 08:49:37 1994", nowMs)).toBe(30_000);
    expect(parseRetryAfter("Sunday, 06-Nov-94 08:49:37 GMT", nowMs)).toBe(30_000);
  });

  test("any text is a wait of 0 or more, or none", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      fc.stringMatching(/^(Mon|Sunday),? [\d:A-Za-z -]{0,30} \d\d:\d\d:\d\d (GMT|\d{4})$/),
    );

    fc.assert(
      fc.property(texts, (header) => {
        expect(parseRetryAfter(header, nowMs) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
