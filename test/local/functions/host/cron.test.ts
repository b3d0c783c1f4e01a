import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startCron } from "../../../../local/functions/host/cron.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const minuteMs = 60_000;

test("an expression ticks in its zone", async () => {
  // 08:59:30 in Seoul.
  vi.setSystemTime(Date.parse("2026-11-30T23:59:30Z"));
  const ticks: string[] = [];
  const cron = startCron("0 9 * * *", {
    timezone: "Asia/Seoul",
    onTick: async () => ticks.push(new Date().toISOString()),
    report: () => undefined,
  });

  await vi.advanceTimersByTimeAsync(2 * minuteMs);
  cron.stop();
  await vi.advanceTimersByTimeAsync(24 * 60 * minuteMs);

  expect(ticks.map((tick) => tick.slice(0, 16))).toEqual(["2026-12-01T00:00"]);
});

test("a tick during the call before is left out and reported", async () => {
  vi.setSystemTime(Date.parse("2026-11-30T00:00:30Z"));
  const state = { ticks: 0, finish: () => {} };
  const reports: string[] = [];
  const cron = startCron("* * * * *", {
    timezone: "UTC",
    onTick() {
      state.ticks += 1;
      return new Promise<void>((resolve) => {
        state.finish = resolve;
      });
    },
    report: (line) => reports.push(line),
  });

  await vi.advanceTimersByTimeAsync(2 * minuteMs);
  state.finish();
  await vi.advanceTimersByTimeAsync(minuteMs);
  cron.stop();

  expect(state.ticks).toBe(2);
  expect(reports).toEqual(["a tick of * * * * * was left out: the call before still runs"]);
});
