import { developerTools } from "./developer-tools.ts";
import type { Recipe } from "./recipe.ts";

/** Every recipe, in the order of the names. */
export const recipes: readonly Recipe[] = [...developerTools].toSorted((a, b) =>
  a.name < b.name ? -1 : 1,
);
