import { expect, test } from "vitest";
import { parseWindow } from "../../../../local/cloud-functions/activations/window.ts";

const nowMs = Date.parse("2026-11-30T00:00:00Z");
const parse = (query: string, isText = false) =>
  parseWindow(new URLSearchParams(query), { isText, nowMs });

test("a list without a query is the first 20 of a month", () => {
  expect(parse("")).toEqual({
    pageSize: 20,
    pageNo: 1,
    startMs: Date.parse("2026-10-30T00:00:00Z"),
    endMs: nowMs,
  });
});

test("times are epoch milliseconds, and in version 2.0 Korean time as text", () => {
  const startMs = Date.parse("2026-11-29T12:00:00Z");

  expect(parse(`start=${startMs}`)?.startMs).toBe(startMs);
  expect(parse("start=2026-11-29T21:00:00", true)?.startMs).toBe(startMs);
});

test("nothing older than a month is listed", () => {
  expect(parse("start=0")?.startMs).toBe(Date.parse("2026-10-30T00:00:00Z"));
});

test.each([
  "pageSize=0",
  "pageSize=1001",
  "pageSize=x",
  "pageNo=0",
  "pageNo=-1",
  "start=yesterday",
  "start=2026-11-29T21:00:00",
  "end=1e3",
])("%s is refused", (query) => {
  expect(parse(query)).toBeUndefined();
});
