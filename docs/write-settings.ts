// `npm run docs`: writes the tables of both settings pages from settings.ts.
import { readFileSync, writeFileSync } from "node:fs";
import { writeSettings } from "./settings.ts";

for (const [path, language] of [
  ["docs/settings.md", "en"],
  ["docs/ko/settings.md", "ko"],
] as const) {
  writeFileSync(path, writeSettings(readFileSync(path, "utf8"), language));
}
