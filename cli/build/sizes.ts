import type { BudgetOf } from "../project/budgets.ts";
import type { BuildRoots, BuiltArtifact } from "./bundle-function.ts";
import { findImportAdvice, largestParts } from "./bundled-files.ts";

const firstWidth = 12;
const width = 9;

export function toSizeTable(built: readonly BuiltArtifact[], budgetOf: BudgetOf): string {
  const rows = built.map(({ name, bytes, gzip, zip }) => [
    name,
    bytes,
    gzip,
    zip.length,
    budgetOf(name),
  ]);
  return [["function", "bytes", "gzip", "zip", "budget"], ...rows]
    .map(([first, ...others]) => [
      String(first).padEnd(firstWidth),
      ...others.map((cell) => String(cell).padStart(width)),
    ])
    .map((cells) => `${cells.join("")}\n`)
    .join("");
}

/** Names the artifacts that are over their budgets, with their largest parts; an empty text if none is. */
export function findOverBudget(
  built: readonly BuiltArtifact[],
  { budgetOf, roots }: { readonly budgetOf: BudgetOf; readonly roots: BuildRoots },
): string {
  return built
    .filter(({ name, bytes }) => bytes > budgetOf(name))
    .flatMap(({ name, bytes, metafile }) => [
      `${name}: ${bytes} bytes are over its budget of ${budgetOf(name)}. Its largest parts:`,
      ...largestParts(metafile, roots).map(
        ([part, partBytes]) => `${String(partBytes).padStart(width)}  ${part}`,
      ),
      ...findImportAdvice(metafile).map((advice) => `-> ${advice}`),
    ])
    .map((line) => `${line}\n`)
    .join("");
}
