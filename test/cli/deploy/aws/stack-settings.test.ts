import { expect, test } from "vitest";
import { toStackSetting } from "../../../../cli/deploy/aws/stack-settings.ts";

test.for([
  ["WEBHOOK_THROTTLE_RATE", "", 500],
  ["WEBHOOK_THROTTLE_RATE", "20", 20],
  ["WEBHOOK_THROTTLE_BURST", undefined, 1_000],
  ["WEBHOOK_RESERVED_CONCURRENCY", "", undefined],
  ["WEBHOOK_RESERVED_CONCURRENCY", "0", 0],
] as const)("%s of %j is %j", ([name, given, value]) => {
  expect(toStackSetting(name, given)).toBe(value);
});

test.for(["-1", "1.5", "many", "100001", "1e3"])(
  "a concurrency of %s is wrong by name",
  (given) => {
    expect(() => toStackSetting("WEBHOOK_RESERVED_CONCURRENCY", given)).toThrow(
      "WEBHOOK_RESERVED_CONCURRENCY must be a whole number from 0 to 100000",
    );
  },
);
