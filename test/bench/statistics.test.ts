import { describe, expect, it } from "vitest";

type Values = readonly number[];
type Statistics = {
  readonly median: (values: Values) => number;
  readonly quantile: (values: Values, part: number) => number;
  readonly ratioOfMedians: (
    ours: Values,
    theirs: Values,
  ) => { readonly ratio: number; readonly low: number; readonly high: number };
};

// The benchmarks run without a compiler, and so without types.
const module = new URL("../../bench/statistics.mjs", import.meta.url);
const { median, quantile, ratioOfMedians }: Statistics = await import(module.href);

describe("statistics of the benchmarks", () => {
  it("takes the middle of an odd number of values and the mean of the two middle ones of an even", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  // R 4: quantile(c(15, 20, 35, 40, 50), c(0, 0.05, 0.3, 0.4, 0.5, 1)), type 7.
  it.each([
    [0, 15],
    [0.05, 16],
    [0.3, 23],
    [0.4, 29],
    [0.5, 35],
    [1, 50],
  ])("interpolates the %d quantile between ranks as R does", (part, expected) => {
    expect(quantile([50, 15, 40, 20, 35], part)).toBeCloseTo(expected, 10);
  });

  it("tells the ratio of the medians, not the median of the ratios", () => {
    expect(ratioOfMedians([1, 10, 12], [5, 2, 40]).ratio).toBe(2);
  });

  it("gives an interval that holds the ratio, that is wide where rounds differ and the same each time", () => {
    const even = ratioOfMedians([10, 10, 10, 10, 10], [5, 5, 5, 5, 5]);
    const uneven = ratioOfMedians([6, 14, 8, 12, 10], [5, 5, 5, 5, 5]);

    expect(even).toEqual({ ratio: 2, low: 2, high: 2 });
    expect(uneven.low).toBeLessThan(2);
    expect(uneven.high).toBeGreaterThan(2);
    expect(ratioOfMedians([6, 14, 8, 12, 10], [5, 5, 5, 5, 5])).toEqual(uneven);
  });

  it("keeps what happened in one round together", () => {
    // A machine that is slow in some rounds is slow for both: the ratio is not uncertain for that.
    const times = [10, 40, 20, 80, 30];
    const halves = times.map((ms) => ms / 2);

    expect(ratioOfMedians(times, halves)).toEqual({ ratio: 2, low: 2, high: 2 });
  });
});
