import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findViolations, parseAllowList, readSources } from "./rooms.ts";

const allowed = parseAllowList(readFileSync("docs/architecture.md", "utf8"));
const files = (...entries: readonly (readonly [string, string])[]) => new Map(entries);

describe("the fence", () => {
  test("the fence holds: every import, folder and cycle is as docs/architecture.md says", () => {
    const sources = readSources(".", ["lib", "functions", "cli", "local", "package"]);

    expect(sources.size).toBeGreaterThan(200);
    expect(findViolations(sources, allowed)).toEqual([]);
  });

  test("the table has one row for each of the sixteen rooms", () => {
    expect([...allowed.keys()]).toHaveLength(16);
    expect(allowed.get("model")).toEqual(["encoding"]);
    expect(allowed.get("encoding")).toEqual([]);
  });

  test.each([
    [
      "a new folder of lib/",
      "lib/extra/a.ts",
      "",
      "lib/extra/ is not in the table of docs/architecture.md",
    ],
    ["a code file in the root of lib/", "lib/a.ts", "", "lib/ holds 1 code files"],
    [
      "an arrow that is not listed",
      "lib/model/a.ts",
      'import type { B } from "../http/b.ts";',
      "lib/model/a.ts may not import lib/http/b.ts",
    ],
    [
      "an import of the product by the emulators",
      "local/a.ts",
      'const { b } = await import("../lib/http/b.ts");',
      "local/a.ts may not import lib/http/b.ts",
    ],
    [
      "an import of a command by the product",
      "lib/http/a.ts",
      'export { b } from "../../cli/b.ts";',
      "lib/http/a.ts may not import cli/b.ts",
    ],
    [
      "an import of a test by a command",
      "cli/a.ts",
      'import "../test/support/b.ts";',
      "cli/a.ts may not import test/support/b.ts",
    ],
    [
      "an import of an emulator by a function",
      "functions/a.ts",
      'import { b } from "../local/b.ts";',
      "functions/a.ts may not import local/b.ts",
    ],
    [
      "an import of a command by the package",
      "package/a.ts",
      'import { b } from "../cli/b.ts";',
      "package/a.ts may not import cli/b.ts",
    ],
    [
      "an import of the package by a function",
      "functions/a.ts",
      'import { b } from "../package/b.ts";',
      "functions/a.ts may not import package/b.ts",
    ],
    [
      "a file that imports itself by a type",
      "lib/http/a.ts",
      'import type { A } from "./a.ts";',
      "an import cycle: lib/http/a.ts → lib/http/a.ts",
    ],
  ] as const)("refuses %s", (...[, path, source, violation]) => {
    expect(findViolations(files([path, source]), allowed)).toEqual([violation]);
  });

  test("refuses a cycle of several files, types included", () => {
    const sources = files(
      ["cli/deploy/a.ts", 'import { b } from "./b.ts";'],
      ["cli/deploy/b.ts", 'import type { C } from "./c.ts";'],
      ["cli/deploy/c.ts", 'import { a } from "./a.ts";'],
    );

    expect(findViolations(sources, allowed)).toEqual([
      "an import cycle: cli/deploy/a.ts → cli/deploy/b.ts → cli/deploy/c.ts → cli/deploy/a.ts",
    ]);
  });

  test.each([
    ["lib/http", 12],
    ["local/page", 12],
    ["cli", 8],
    ["local", 3],
  ])("lets %s hold %i code files and no more", (folder, max) => {
    const named = (count: number) =>
      files(...Array.from({ length: count }, (_, i) => [`${folder}/f${i}.ts`, ""] as const));

    expect(findViolations(named(max), allowed)).toEqual([]);
    expect(findViolations(named(max + 1), allowed)).toEqual([
      `${folder}/ holds ${max + 1} code files`,
    ]);
  });
});
