import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endWithNpm } from "../../../local/functions/end-with-npm.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const byNpm = {
  npm_lifecycle_event: "start",
  npm_lifecycle_script: "node --import tsx local/start.ts --build",
};

function watch(environment: Readonly<Record<string, string>>) {
  const state = { parent: process.ppid };
  const end = vi.fn();
  endWithNpm(environment, end, () => state.parent);
  return { state, end };
}

test.for([1, 400])(
  "a process that npm started ends once, within a second of npm (new parent %i)",
  (parent) => {
    const { state, end } = watch(byNpm);
    vi.advanceTimersByTime(60_000);
    expect(end).not.toHaveBeenCalled();

    state.parent = parent;
    vi.advanceTimersByTime(1_000);
    expect(end).toHaveBeenCalledOnce();

    vi.advanceTimersByTime(60_000);
    expect(end).toHaveBeenCalledOnce();
  },
);

test.for([
  ["no npm", {}],
  ["another script of npm", { ...byNpm, npm_lifecycle_event: "dev" }],
  ["a start of another project", { ...byNpm, npm_lifecycle_script: "node server.js" }],
] as const)("a process that %s started goes on without its parent", ([, environment]) => {
  const { state, end } = watch(environment);

  state.parent = 1;
  vi.advanceTimersByTime(60_000);

  expect(end).not.toHaveBeenCalled();
});
