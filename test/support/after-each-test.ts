import { afterEach, expect, vi } from "vitest";
import { secretsInUse, takeSpoken } from "./spoken.ts";

// Runs after every test of the suite: no output of the product may contain a secret in use.
// There is an assertion only for a leak: an assertion of Vitest takes 20 µs, and there are many thousands of tests.
afterEach(() => {
  const leaks = takeSpoken().flatMap((words) =>
    Object.entries(secretsInUse)
      .filter(([, secret]) => words.includes(secret))
      .map(([name]) => `the secret "${name}" was said: ${words.slice(0, 200)}`),
  );
  if (leaks.length > 0) {
    expect(leaks).toEqual([]);
  }
});

const ownSetTimeout = globalThis.setTimeout;

// Files share a process. Vitest itself cleans up before the next test, and so after the hooks of the next file: a clock that
// a test left behind would stop them, and a variable would be a setting of the programs that they start.
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  // Spies first: one on a fake timer would bring it back.
  vi.restoreAllMocks();
  vi.useRealTimers();
  if (globalThis.setTimeout !== ownSetTimeout) {
    throw new Error("the test left a setTimeout of its own behind");
  }
});
