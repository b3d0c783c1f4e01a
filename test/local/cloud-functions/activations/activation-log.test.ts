import { expect, test } from "vitest";
import { parseActivationDelay } from "../../../../local/cloud-functions/activations/activation-delay.ts";
import { createActivationLog } from "../../../../local/cloud-functions/activations/activation-log.ts";
import type { Activation } from "../../../../local/cloud-functions/resources.ts";

const activation = (id: string, logs: readonly string[] = []): Activation => ({
  ...{ id, packageName: "-", action: "a", endedMs: 1, durationMs: 1, result: {} },
  ...{ isSuccess: true, logs },
});

test("an activation that is known already is not added again", () => {
  const kept: Activation[] = [];
  const add = createActivationLog(kept);

  add(activation("1", ["first"]));
  add(activation("1"));

  expect(kept.map(({ id, logs }) => [id, logs])).toEqual([["1", ["first"]]]);
});

test("the newest 1,000 activations are kept", () => {
  const kept: Activation[] = [];
  const add = createActivationLog(kept);

  for (let index = 0; index < 1_005; index += 1) {
    add(activation(String(index)));
  }

  expect([kept.length, kept[0]?.id, kept.at(-1)?.id]).toEqual([1_000, "5", "1004"]);
});

test("a log is cut at 1 MB, and says so", () => {
  const kept: Activation[] = [];
  const line = "x".repeat(400_000);

  createActivationLog(kept)(activation("1", [line, line, line]));

  expect(kept[0]?.logs).toEqual([line, line, expect.stringContaining("truncated")]);
});

test.each([
  [undefined, 0],
  ["", 0],
  ["35000", 35_000],
  ["120000", 120_000],
  ["120001", undefined],
  ["-1", undefined],
  ["1e3", undefined],
  ["soon", undefined],
])("STANDIN_ACTIVATION_DELAY_MS=%s is %s", (text, delayMs) => {
  expect(parseActivationDelay(text)).toBe(delayMs);
});
