import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseSettingsFile } from "../../../cli/shared/settings-file.ts";
import { recipes } from "../../../docs/recipes/recipes.ts";
import { unverifiable } from "../../../docs/recipes/unverifiable.ts";
import { writeIndexes } from "../../../docs/recipes/write-indexes.ts";
import { writePage } from "../../../docs/recipes/write-page.ts";
import { isPlaceholder } from "../../../lib/settings/placeholder.ts";
import { parseSources } from "../../../lib/webhooks/sources/sources.ts";
import { codeBlocks, read } from "../markdown.ts";

const names = recipes.map(({ name }) => name);

describe.each([
  ["docs", "en"],
  ["docs/ko", "ko"],
] as const)("the recipes in %s", (folder, language) => {
  test("the pages are those of the recipes", () => {
    const files = readdirSync(`${folder}/webhooks`).map((file) => file.replace(/\.md$/, ""));

    expect(files.toSorted()).toEqual(names.toSorted());
  });

  test.each(recipes)("the page of $name is what npm run docs writes", (recipe) => {
    expect(read(`${folder}/webhooks/${recipe.name}.md`)).toBe(writePage(recipe, language));
  });

  test("the tables of webhooks.md are what npm run docs writes", () => {
    const page = read(`${folder}/webhooks.md`);

    expect(page).toBe(writeIndexes(page, { recipes, unverifiable }, language));
  });
});

describe.each(recipes)("the recipe of $name", (recipe) => {
  test("the settings to paste contain its source, with a placeholder as its secret", () => {
    const { settings, problems } = settingsOn(`docs/webhooks/${recipe.name}.md`);
    const { WEBHOOK_SOURCES, WEBHOOK_SECRETS, ...others } = settings;
    const secrets = Object.values(JSON.parse(WEBHOOK_SECRETS ?? "") as Record<string, string[]>);

    expect([problems, others]).toEqual([[], {}]);
    expect(JSON.parse(WEBHOOK_SOURCES ?? "")).toEqual({ [recipe.name]: recipe.source });
    expect(secrets.flat().filter((secret) => !isPlaceholder(secret))).toEqual([]);
  });

  test("its options are well formed, and its secret is the only thing to put in", () => {
    const parsed = parseSources(settingsOn(`docs/webhooks/${recipe.name}.md`).settings);

    const faults = parsed.ok ? [...parsed.value.byName.values()].flatMap((one) => one.faults) : [];
    expect(parsed.ok ? [] : parsed.problems).toEqual([]);
    expect(faults.map(({ text }) => text)).toEqual([expect.stringContaining("a placeholder")]);
  });

  test("names the document that it follows", () => {
    expect(recipe.document.url).toMatch(/^https:\/\/[a-z0-9.-]+\//);
    expect(recipe.document.read).toBe("2026-11-30");
  });
});

/** Reads the settings that a page shows, as a settings file that holds only them. */
function settingsOn(path: string) {
  const block = codeBlocks(read(path)).find((one) => one.includes("WEBHOOK_SOURCES")) ?? "";
  const { settings, problems } = parseSettingsFile(block.replaceAll(/^ *```.*$/gm, ""));
  const values: Record<string, string> = {};
  for (const { name, value } of settings) {
    values[name] = value;
  }
  return { settings: values, problems };
}
