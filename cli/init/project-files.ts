import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProjectFile } from "./write-project.ts";

export const languages = ["en", "ko"] as const;
export type Language = (typeof languages)[number];

export type Project = {
  readonly packageName: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly language: Language;
};

const templates = fileURLToPath(new URL("templates/", import.meta.url));
/** The name that the project has in the templates. */
const templateName = "my-relay";
/** npm packs no file with the name .gitignore. */
const gitignore = "gitignore";
const readmes: Readonly<Record<Language, string>> = { en: "README.md", ko: "README.ko.md" };

/** Returns the files of a project, made from the templates. */
export function toProjectFiles(project: Project): readonly ProjectFile[] {
  return readdirSync(templates, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => statSync(join(templates, path)).isFile() && isInLanguage(path, project))
    .map((path) => ({ path: toPath(path), text: toText(path, project) }))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

function isInLanguage(path: string, { language }: Project): boolean {
  return !Object.values(readmes).includes(path) || path === readmes[language];
}

function toPath(template: string): string {
  if (template.startsWith("README")) {
    return "README.md";
  }
  return template === gitignore ? ".gitignore" : template;
}

function toText(path: string, { packageName, dependencies }: Project): string {
  const text = readFileSync(join(templates, path), "utf8");
  if (path === "package.json") {
    return `${JSON.stringify({ ...JSON.parse(text), name: packageName, dependencies }, null, 2)}\n`;
  }
  return path.startsWith("README") ? text.replace(templateName, packageName) : text;
}
