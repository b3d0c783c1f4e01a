import { expect, test } from "vitest";
import { createRequestLog } from "../../../../local/data-stream/control/request-log.ts";

const request = { at: 0, method: "POST", path: "/", status: 200, verdict: "accepted" } as const;

test("the log shows the newest requests first, as many as it may keep", () => {
  const log = createRequestLog(3);
  const shown = Array.from({ length: 10 }, () => {
    log.add(request);
    return log.recentFirst().map(({ id }) => id);
  });

  expect(shown).toEqual([
    ["1"],
    ["2", "1"],
    ["3", "2", "1"],
    ["4", "3", "2"],
    ["5", "4", "3"],
    ["6", "5", "4"],
    ["7", "6", "5"],
    ["8", "7", "6"],
    ["9", "8", "7"],
    ["10", "9", "8"],
  ]);
});

test("a log that may keep nothing shows nothing", () => {
  const log = createRequestLog(0);
  log.add(request);

  expect(log.recentFirst()).toEqual([]);
});
