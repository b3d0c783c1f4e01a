import { describe, expect, test } from "vitest";
import { switches } from "../../../../local/page/faults/fault-switches.ts";

const find = (name: string) => {
  const found = switches.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`no switch ${name}`);
  }
  return found;
};

describe("the switches of common faults", () => {
  test("two lasting faults share a step, because a request meets only one", () => {
    const both = find("skew").turnOn(find("slow").turnOn({ steps: [] }));

    expect(both).toEqual({ steps: [{ times: 1_000_000, firstByteMs: 3000, skewMs: 600_000 }] });
    expect(find("slow").turnOff(both)).toEqual({ steps: [{ times: 1_000_000, skewMs: 600_000 }] });
    expect(find("skew").turnOff(find("slow").turnOff(both))).toEqual({ steps: [] });
  });

  test("a counted fault is on while some of its times are left, and goes before the others", () => {
    const own = { times: 1, status: 500 };
    const on = find("unavailable503").turnOn({ steps: [own] });
    const usedOnce = { steps: [{ ...on.steps[0], times: 2 }, own] };

    expect(on.steps).toEqual([{ times: 3, status: 503, headers: { "retry-after": "2" } }, own]);
    expect(find("unavailable503").isOn(usedOnce)).toBe(true);
    expect(find("unavailable503").turnOff(usedOnce)).toEqual({ steps: [own] });
  });

  test.each(switches.map(({ name }) => name))("%s leaves the rest of a script as it is", (name) => {
    const script = {
      steps: [{ times: 5, status: 500, when: { key: "a" } }],
      rate: { probability: 0.1, step: { status: 429 } },
    };
    const { turnOn, turnOff, isOn } = find(name);

    expect([isOn(script), isOn(turnOn(script))]).toEqual([false, true]);
    expect(turnOff(turnOn(script))).toEqual(script);
  });
});
