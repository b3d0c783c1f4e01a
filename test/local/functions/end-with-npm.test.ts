import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endWithNpm } from "../../../local/functions/end-with-npm.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const script = "node cli/bin.mjs start";
const byNpm = { npm_lifecycle_event: "start", npm_lifecycle_script: script };
const shell = `   50 sh -c ${script}\n`;

/** Process 50 is the parent of this process's parent. */
function watch(environment: Readonly<Record<string, string>>, described: string | undefined) {
  const state = { parent: process.ppid, running: [50, process.ppid] };
  const end = vi.fn();
  endWithNpm(environment, end, {
    parent: () => state.parent,
    describe: () => described,
    isRunning: (id) => state.running.includes(id),
  });
  return { state, end };
}

test.for([
  ["npm, its parent", "   50 npm start\n", { parent: 1 }],
  ["npm, its parent, where orphans are given to another process", undefined, { parent: 400 }],
  ["the shell between it and npm", shell, { parent: 1 }],
  ["npm behind that shell", shell, { running: [process.ppid] }],
] as const)(
  "a process that npm started ends once, within a second of %s",
  ([, described, change]) => {
    const { state, end } = watch(byNpm, described);
    vi.advanceTimersByTime(60_000);
    expect(end).not.toHaveBeenCalled();

    Object.assign(state, change);
    vi.advanceTimersByTime(1_000);
    expect(end).toHaveBeenCalledOnce();

    vi.advanceTimersByTime(60_000);
    expect(end).toHaveBeenCalledOnce();
  },
);

test("npm run offline ends with npm too", () => {
  const offline = "node cli/bin.mjs offline";
  const environment = { npm_lifecycle_event: "offline", npm_lifecycle_script: offline };
  const { state, end } = watch(environment, "   50 npm run offline\n");

  state.parent = 1;
  vi.advanceTimersByTime(1_000);

  expect(end).toHaveBeenCalledOnce();
});

// The variables and the command line are those of npm 11.19.1.
test("npx datastream-relay start ends with npx", () => {
  const environment = { npm_lifecycle_event: "npx", npm_lifecycle_script: "'datastream-relay'" };
  const { state, end } = watch(environment, "   50 sh -c 'datastream-relay' start --watch\n");

  state.running = [process.ppid];
  vi.advanceTimersByTime(1_000);

  expect(end).toHaveBeenCalledOnce();
});

test.for([
  ["no npm", {}],
  ["npx for another package", { npm_lifecycle_event: "npx", npm_lifecycle_script: "vite" }],
  ["another script of npm", { ...byNpm, npm_lifecycle_event: "dev" }],
  ["a start of another project", { ...byNpm, npm_lifecycle_script: "node server.js" }],
] as const)("a process that %s started goes on without its parent", ([, environment]) => {
  const { state, end } = watch(environment, shell);

  Object.assign(state, { parent: 1, running: [] });
  vi.advanceTimersByTime(60_000);

  expect(end).not.toHaveBeenCalled();
});

test("a process whose parent is not npm's shell does not wait for that parent's parent", () => {
  const { state, end } = watch(byNpm, "   50 npm start\n");

  state.running = [process.ppid];
  vi.advanceTimersByTime(60_000);

  expect(end).not.toHaveBeenCalled();
});
