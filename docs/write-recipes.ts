// `npm run docs`: writes a page for each recipe, and the tables of docs/webhooks.md that list them.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { recipes } from "./recipes/recipes.ts";
import { unverifiable } from "./recipes/unverifiable.ts";
import { writeIndexes } from "./recipes/write-indexes.ts";
import { writePage } from "./recipes/write-page.ts";

for (const [folder, language] of [
  ["docs", "en"],
  ["docs/ko", "ko"],
] as const) {
  const index = `${folder}/webhooks.md`;
  const pages = `${folder}/webhooks`;
  writeFileSync(
    index,
    writeIndexes(readFileSync(index, "utf8"), { recipes, unverifiable }, language),
  );
  mkdirSync(pages, { recursive: true });
  for (const file of readdirSync(pages)) {
    rmSync(`${pages}/${file}`);
  }
  for (const recipe of recipes) {
    writeFileSync(`${pages}/${recipe.name}.md`, writePage(recipe, language));
  }
}
