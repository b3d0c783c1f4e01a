import { expect, test } from "vitest";
import { quotePath, toTarget } from "../../../cli/init/target.ts";

test.each(["", "  "])("the name %j is told to be empty, and not another one", (name) => {
  expect(() => toTarget(name)).toThrow(
    'the name is empty: give that of a new folder, or "." for this one',
  );
});

test.each([
  ["my-relay", "linux", "my-relay"],
  ["it's here", "linux", "'it'\\''s here'"],
  ["내 릴레이", "darwin", "'내 릴레이'"],
  ["it's here", "win32", '"it\'s here"'],
  ["..\\my-relay", "win32", '"..\\my-relay"'],
] as const)("the path %j on %s is written as %s", (path, platform, quoted) => {
  expect(quotePath(path, platform)).toBe(quoted);
});
