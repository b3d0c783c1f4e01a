import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codeBlocks, read } from "../documents/markdown.ts";

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
      const rows = costOf({ memoryMb, durationMs, eventBytes: 0 });

      expect(chargedOf(rows)).toEqual([1_000_000, gbSeconds, 1_000_000, 730, 0, 0, 0, 0]);
    },
  );

  test("durations that are not rounded up take less", () => {
    expect(costOf({ memoryMb: 128, durationMs: 20, roundMs: 1 })[1]?.charged).toBe(2_500);
  });

  // https://guide.ncloud-docs.com/docs/en/datastream-spec (read 2026-12-01): Data Stream charges for what is sent, received
  // and stored, too. By hand: 1,073,742 events of 1,000 bytes are 1 GB; 10 days are 240 of the 730 hours of a month.
  test("a topic is charged for the bytes that are sent, received and stored", () => {
    const usage = { events: 1_073_741.824, durationMs: 20, memoryMb: 128, eventBytes: 1_000 };
    const rows = costOf({ ...usage, consumers: 2, retentionDays: 10 });

    expect(rows.slice(4, 7).map(({ name }) => name)).toEqual([
      "stream, GB sent",
      "stream, GB received",
      "stream, GB-months stored",
    ]);
    expect(rows[4]?.charged).toBe(1);
    expect(rows[5]?.charged).toBe(2);
    expect(rows[6]?.charged).toBeCloseTo(0.328_767, 6);
  });

  test("prices make won, after the free quantities", () => {
    const usage = { ...{ events: 3_000_000, durationMs: 60, memoryMb: 256 }, partitions: 3 };
    // Made up, so that the sums can be followed. No price of NAVER Cloud.
    const prices = {
      ...{ requestMillion: 100, freeRequests: 1_000_000, gbSecond: 0.01, freeGbSeconds: 25_000 },
      ...{ gatewayMillion: 1_000, partitionHour: 10, storageGbMonth: 30 },
      ...{ streamGbSent: 50, streamGbReceived: 20, streamGbMonth: 7.3 },
    };
    const bytes = { eventBytes: 1_073.741_824, consumers: 3, retentionDays: 2.5 };

    const rows = costOf({ ...usage, ...bytes, deadLetterGb: 2 }, prices);

    expect(rows.map(({ won = 0 }) => Number(won.toFixed(2)))).toEqual([
      ...[200, 500, 3_000, 21_900],
      ...[150, 180, 1.8, 60],
    ]);
    expect(totalOf(rows)).toBeCloseTo(25_991.8, 6);
  });

  test("a price that is not known is no zero", () => {
    const rows = costOf({ durationMs: 20, memoryMb: 128 }, { requestMillion: 100 });

    expect(rows.map(({ won }) => won)).toEqual([
      100,
      ...Array.from({ length: 7 }, () => undefined),
    ]);
    expect(totalOf(rows)).toBeUndefined();
  });

  test("a quantity of zero needs no price", () => {
    const prices = { requestMillion: 0, gbSecond: 0, gatewayMillion: 0, partitionHour: 1 };

    expect(totalOf(costOf({ durationMs: 20, memoryMb: 128, eventBytes: 0 }, prices))).toBe(730);
  });
});

test("the example in docs/cost.md prints what the page says", () => {
  const blocks = codeBlocks(read("docs/cost.md")).map((block) =>
    block.replaceAll(/^ *```.*$/gm, ""),
  );
  const prices = blocks.find((block) => block.includes('"partitionHour"')) ?? "";
  const command = blocks.find((block) => block.includes("bench/cost.mjs")) ?? "";
  const output = blocks.find((block) => block.includes("together")) ?? "";
  const folder = mkdtempSync(join(tmpdir(), "cost-"));
  writeFileSync(join(folder, "prices.json"), prices);

  const words = command.trim().replace("prices.json", join(folder, "prices.json")).split(" ");
  const printed = execFileSync(process.execPath, words.slice(1), { encoding: "utf8" });
  rmSync(folder, { recursive: true });

  expect(linesOf(printed)).toEqual(linesOf(output));
});

function linesOf(text: string): readonly string[] {
  return text
    .trim()
    .split("\n")
    .map((line) => line.trim().replaceAll(/ +/g, " "));
}
