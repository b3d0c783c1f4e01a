import { describe, expect, test } from "vitest";

type Row = { readonly name: string; readonly charged: number; readonly won: number | undefined };
type Numbers = Readonly<Record<string, number>>;
type Cost = {
  readonly costOf: (usage: Numbers, prices?: Numbers) => readonly Row[];
  readonly totalOf: (rows: readonly Row[]) => number | undefined;
};

// The benchmarks run without a compiler and therefore have no types.
const module = new URL("../../bench/cost.mjs", import.meta.url);
const { costOf, totalOf }: Cost = await import(module.href);

const chargedOf = (rows: readonly Row[]) => rows.map(({ charged }) => charged);

describe("the cost of events", () => {
  // Calculated by hand: 1,000,000 events, 20 ms are billed as 100 ms, 128 MB are an eighth of a GB.
  test.for([
    [128, 20, 12_500],
    [256, 20, 25_000],
    [128, 100, 12_500],
    [128, 101, 25_000],
    [256, 250, 75_000],
  ] as const)(
    "a million events at %i MB and %i ms take %i GB-seconds",
    ([memoryMb, durationMs, gbSeconds]) => {
      const rows = costOf({ memoryMb, durationMs });

      expect(chargedOf(rows)).toEqual([1_000_000, gbSeconds, 1_000_000, 730, 0]);
    },
  );

  test("durations that are not rounded up take less", () => {
    expect(costOf({ memoryMb: 128, durationMs: 20, roundMs: 1 })[1]?.charged).toBe(2_500);
  });

  test("prices make won, after the free quantities", () => {
    const usage = { ...{ events: 3_000_000, durationMs: 60, memoryMb: 256 }, partitions: 3 };
    // Made up, so that the sums can be followed. No price of NAVER Cloud.
    const prices = {
      ...{ requestMillion: 100, freeRequests: 1_000_000, gbSecond: 0.01, freeGbSeconds: 25_000 },
      ...{ gatewayMillion: 1_000, partitionHour: 10, storageGbMonth: 30 },
    };

    const rows = costOf({ ...usage, deadLetterGb: 2 }, prices);

    expect(rows.map(({ won }) => won)).toEqual([200, 500, 3_000, 21_900, 60]);
    expect(totalOf(rows)).toBe(25_660);
  });

  test("a price that is not known is no zero", () => {
    const rows = costOf({ durationMs: 20, memoryMb: 128 }, { requestMillion: 100 });

    expect(rows.map(({ won }) => won)).toEqual([100, undefined, undefined, undefined, undefined]);
    expect(totalOf(rows)).toBeUndefined();
  });

  test("a quantity of zero needs no price", () => {
    const prices = { requestMillion: 0, gbSecond: 0, gatewayMillion: 0, partitionHour: 1 };

    expect(totalOf(costOf({ durationMs: 20, memoryMb: 128 }, prices))).toBe(730);
  });
});
