import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readBudgets } from "../../../cli/project/budgets.ts";

function folderWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "budgets-"));
  writeFileSync(join(folder, "artifact-budgets.json"), text);
  return folder;
}

describe("artifact-budgets.json of a project", () => {
  test.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["a limit that is no number", '{ "kibibytes": { "webhook": "48" } }'],
    ["a limit of nothing", '{ "kibibytesDefault": 0 }'],
    ["one limit for all in the wrong field", '{ "kibibytes": 48 }'],
    ["a list of limits", '{ "kibibytes": [48] }'],
    ["a field that nothing reads", '{ "kibibyte": { "webhook": 48 } }'],
  ])("%s is an error, and no limit that nobody keeps", async (_, text) => {
    await expect(readBudgets(folderWith(text))).rejects.toThrow(
      'artifact-budgets.json must be { "kibibytes": { "<function>": 48 }, "kibibytesDefault": 48 }',
    );
  });

  test("limits are in KiB, and a function without one has the default", async () => {
    const budgetOf = await readBudgets(
      folderWith('{ "kibibytes": { "mine": 2 }, "kibibytesDefault": 3 }'),
    );

    expect([budgetOf("mine"), budgetOf("other")]).toEqual([2_048, 3_072]);
  });
});
