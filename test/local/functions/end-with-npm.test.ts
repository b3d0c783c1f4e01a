import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endWithNpm } from "../../../local/functions/end-with-npm.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const script = "node build.mjs && node --import tsx local/start.ts";
const byNpm = { npm_lifecycle_event: "start", npm_lifecycle_script: script };

/** Process 70 is the parent, 50 is that one's, and a system may tell of the latter or not. */
function watch(environment: Readonly<Record<string, string>>, parentsCommand: string) {
  const state = { parent: 70, parents: 50 as number | undefined };
  const end = vi.fn();
  endWithNpm(environment, end, {
    parent: () => state.parent,
    parentOf: () => state.parents,
    commandLineOf: () => parentsCommand,
  });
  return { state, end };
}

test.for([
  ["npm, whose child it is", "npm start", { parent: 1 }],
  ["npm, whose child it is, on a system that gives orphans to another", "", { parent: 400 }],
  ["the shell between it and npm", `sh\0-c\0${script}\0`, { parent: 1 }],
  ["npm behind that shell", `sh\0-c\0${script}\0`, { parents: 1 }],
] as const)("what npm started ends, once, within a second of %s", ([, command, change]) => {
  const { state, end } = watch(byNpm, command);
  vi.advanceTimersByTime(60_000);
  expect(end).not.toHaveBeenCalled();

  Object.assign(state, change);
  vi.advanceTimersByTime(1_000);
  expect(end).toHaveBeenCalledOnce();

  vi.advanceTimersByTime(60_000);
  expect(end).toHaveBeenCalledOnce();
});

test("what npm started in the background outlives the shell that started npm", () => {
  const { state, end } = watch(byNpm, "npm start");

  state.parents = 1;
  vi.advanceTimersByTime(60_000);

  expect(end).not.toHaveBeenCalled();
});

test("what npm started goes on where the system no longer tells of npm", () => {
  const { state, end } = watch(byNpm, `sh\0-c\0${script}\0`);

  state.parents = undefined;
  vi.advanceTimersByTime(60_000);

  expect(end).not.toHaveBeenCalled();
});

test.for([
  {},
  { npm_lifecycle_event: "watch", npm_lifecycle_script: script },
  // Inherited, through a terminal, from another project.
  { npm_lifecycle_event: "start", npm_lifecycle_script: "electron ." },
])("what a shell has put into the background outlives that shell (%j)", (environment) => {
  const { state, end } = watch(environment, `sh\0-c\0${script}\0`);

  Object.assign(state, { parent: 1, parents: 1 });
  vi.advanceTimersByTime(60_000);

  expect(end).not.toHaveBeenCalled();
});
