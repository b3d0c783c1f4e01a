import { commerce } from "./commerce.ts";
import { communication } from "./communication.ts";
import { content } from "./content.ts";
import { developerTools } from "./developer-tools.ts";
import { models } from "./models.ts";
import type { Recipe } from "./recipe.ts";
import { scheduling } from "./scheduling.ts";

/** Every recipe, in the order of the names. */
export const recipes: readonly Recipe[] = [
  ...commerce,
  ...communication,
  ...content,
  ...developerTools,
  ...models,
  ...scheduling,
].toSorted((a, b) => (a.name < b.name ? -1 : 1));
