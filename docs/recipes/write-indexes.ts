import type { Language } from "../settings.ts";
import { headerOf, isTimed } from "./describe-proof.ts";
import type { Recipe, UnverifiableProvider } from "./recipe.ts";

type Rows = {
  readonly recipes: readonly Recipe[];
  readonly unverifiable: readonly UnverifiableProvider[];
};

const columns = {
  recipes: {
    en: ["provider", "`verifier`", "header", "signed time"],
    ko: ["제공자", "`verifier`", "헤더", "서명된 시각"],
  },
  unverifiable: {
    en: ["provider", "why", "instead"],
    ko: ["제공자", "이유", "대안"],
  },
} as const;
const timed = { en: ["yes", "no"], ko: ["있음", "없음"] } as const;
const marks = {
  recipes: "<!-- from docs/recipes/recipes.ts -->",
  unverifiable: "<!-- from docs/recipes/unverifiable.ts -->",
  end: "<!-- end -->",
} as const;

/** Puts the table of recipes and that of unverifiable providers into docs/webhooks.md or its twin. */
export function writeIndexes(page: string, rows: Rows, language: Language): string {
  const recipes = rows.recipes.map((recipe) => [
    `[${recipe.title}](webhooks/${recipe.name}.md)`,
    `\`${recipe.source.verifier}\``,
    `\`${headerOf(recipe)}\``,
    timed[language][isTimed(recipe.source) ? 0 : 1],
  ]);
  const others = rows.unverifiable.map(({ title, document, reason, instead }) => [
    `[${title}](${document.url}) (${document.read})`,
    reason[language],
    instead[language],
  ]);
  const filled = putTable(page, marks.recipes, [columns.recipes[language], ...recipes]);
  return putTable(filled, marks.unverifiable, [columns.unverifiable[language], ...others]);
}

function putTable(page: string, begin: string, rows: readonly (readonly string[])[]): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(marks.end, from);
  if (from < 0 || to < 0) {
    throw new Error(`the page has no ${begin} with ${marks.end} after it`);
  }
  const [head = [], ...others] = rows;
  const lines = [head, head.map(() => "---"), ...others].map((cells) => `| ${cells.join(" | ")} |`);
  return `${page.slice(0, from + begin.length)}\n\n${lines.join("\n")}\n\n${page.slice(to)}`;
}
