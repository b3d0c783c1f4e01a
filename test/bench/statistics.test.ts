import { describe, expect, test } from "vitest";

type Values = readonly number[];
type Statistics = {
  readonly median: (values: Values) => number;
  readonly quantile: (values: Values, part: number) => number;
  readonly ratioOfMedians: (
    ours: Values,
    theirs: Values,
  ) => { readonly ratio: number; readonly low: number; readonly high: number };
};

// The benchmarks run without a compiler and therefore have no types.
const module = new URL("../../bench/support/statistics.mjs", import.meta.url);
const { median, quantile, ratioOfMedians }: Statistics = await import(module.href);

describe("the statistics of the benchmarks", () => {
  test("the median is the middle of an odd number of values and the mean of the two middle ones of an even number", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  // The values come from R 4: quantile(c(15, 20, 35, 40, 50), c(0, 0.05, 0.3, 0.4, 0.5, 1)), type 7.
  test.each([
    [0, 15],
    [0.05, 16],
    [0.3, 23],
    [0.4, 29],
    [0.5, 35],
    [1, 50],
  ])("the %d quantile is interpolated between ranks as R does it", (part, expected) => {
    expect(quantile([50, 15, 40, 20, 35], part)).toBeCloseTo(expected, 10);
  });

  test("the ratio is that of the medians, not the median of the ratios", () => {
    expect(ratioOfMedians([1, 10, 12], [5, 2, 40]).ratio).toBe(2);
  });

  test("the interval contains the ratio, is wide if the rounds differ, and is the same each time", () => {
    const even = ratioOfMedians([10, 10, 10, 10, 10], [5, 5, 5, 5, 5]);
    const uneven = ratioOfMedians([6, 14, 8, 12, 10], [5, 5, 5, 5, 5]);

    expect(even).toEqual({ ratio: 2, low: 2, high: 2 });
    expect(uneven.low).toBeLessThan(2);
    expect(uneven.high).toBeGreaterThan(2);
    expect(ratioOfMedians([6, 14, 8, 12, 10], [5, 5, 5, 5, 5])).toEqual(uneven);
  });

  test("the values of one round stay together", () => {
    // A machine that is slow in some rounds is slow for both sides, so the ratio stays certain.
    const times = [10, 40, 20, 80, 30];
    const halves = times.map((ms) => ms / 2);

    expect(ratioOfMedians(times, halves)).toEqual({ ratio: 2, low: 2, high: 2 });
  });
});
