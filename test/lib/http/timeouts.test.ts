import { beforeEach, expect, test, vi } from "vitest";
import { createTimeouts } from "../../../lib/http/timeouts.ts";

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

/** Notes the names of what expired, and when. */
function setAll(all: Readonly<Record<string, number>>) {
  const startedMs = performance.now();
  const expired: (readonly [string, number])[] = [];
  const timeouts = createTimeouts<string>(
    () => performance.now(),
    (name) => void expired.push([name, performance.now() - startedMs]),
  );
  for (const [name, ms] of Object.entries(all)) {
    timeouts.set(name, ms);
  }
  return { timeouts, expired, clear: timeouts.clear };
}

test("each timeout expires at its own time", () => {
  const { expired } = setAll({ third: 300, first: 100, second: 200, again: 200 });

  vi.advanceTimersByTime(1_000);

  expect(expired).toEqual([
    ["first", 100],
    ["second", 200],
    ["again", 200],
    ["third", 300],
  ]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a cleared timeout never expires, and the others do at their time", () => {
  const { expired, clear } = setAll({ first: 100, second: 200, third: 300 });

  clear("first");
  clear("third");
  vi.advanceTimersByTime(1_000);

  expect(expired).toEqual([["second", 200]]);
});

test("a thousand timeouts share one timer, and leave none behind", () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `${index}`);
  const set = vi.spyOn(globalThis, "setTimeout");
  const { expired, clear } = setAll(Object.fromEntries(names.map((name) => [name, 500])));

  expect(set).toHaveBeenCalledTimes(1);
  // Before the real timers are back: a spy that is restored later would bring this test's timer with it.
  set.mockRestore();
  names.forEach(clear);
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(expired).toEqual([]);
});

test("a timeout that is set while another expires has its whole time", () => {
  const expired: string[] = [];
  const expire = (name: string): void => {
    expired.push(name);
    if (name === "first") {
      timeouts.set("later", 50);
    }
  };
  const timeouts = createTimeouts(() => performance.now(), expire);
  timeouts.set("first", 100);

  vi.advanceTimersByTime(149);
  expect(expired).toEqual(["first"]);
  vi.advanceTimersByTime(1);
  expect(expired).toEqual(["first", "later"]);
});
