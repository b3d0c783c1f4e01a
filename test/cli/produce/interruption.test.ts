import { expect, test } from "vitest";
import { interruptible } from "../../../cli/produce/interruption.ts";
import { systemEffects } from "../../../lib/adapters/system-effects.ts";

test("a long wait starts no further timer after the signal, and no long one before it", async () => {
  const stop = new AbortController();
  const asked: number[] = [];
  const sleep = async (ms: number) => {
    asked.push(ms);
    if (asked.length === 3) {
      stop.abort();
    }
  };

  await interruptible({ ...systemEffects, sleep }, stop.signal).sleep(600_000);

  expect(asked).toEqual([100, 100, 100]);
});

test("a wait without a signal lasts as long as it should", async () => {
  let sleptMs = 0;
  const sleep = async (ms: number) => {
    sleptMs += ms;
  };
  const effects = { ...systemEffects, sleep };

  await interruptible(effects, new AbortController().signal).sleep(2_345.5);

  expect(sleptMs).toBe(2_345.5);
});
