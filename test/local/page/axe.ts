import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string }[] };

/** Loads axe into the page. The returned function checks what the page shows now. */
export async function loadAxe(page: Page): Promise<() => Promise<readonly Violation[]>> {
  await page.evaluate(axe);
  // All that axe found to be right as well is large, and would take most of the time on its way here.
  return () => page.evaluate("axe.run().then(({ violations }) => violations)");
}
