import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Folders that hold no documents of ours. */
const foreign = ["node_modules", "dist", "out", "coverage", "reports"];

/** Every Markdown file of the repository, with forward slashes. */
export function findDocuments(folder = "."): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "." ? entry.name : join(folder, entry.name);
    if (entry.isDirectory()) {
      return foreign.includes(entry.name) || entry.name.startsWith(".") ? [] : findDocuments(path);
    }
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

export function read(path: string): string {
  return readFileSync(path, "utf8");
}

const codeBlock = /^ *```[\s\S]*?^ *```$/gm;

/** Blocks of code, whole and in order: a reader copies them. */
export function codeBlocks(text: string): readonly string[] {
  return [...text.matchAll(codeBlock)].map(([block]) => block);
}

function withoutCode(text: string): string {
  return text.replaceAll(codeBlock, "");
}

export type Heading = { readonly level: number; readonly text: string };

export function headings(text: string): readonly Heading[] {
  return [...withoutCode(text).matchAll(/^(#+) (.+)$/gm)].map(([, marks = "", title = ""]) => ({
    level: marks.length,
    text: title,
  }));
}

/** The cells of each row of each table. */
export function tableRows(text: string): readonly (readonly string[])[] {
  return withoutCode(text)
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Returns the numbers of points and of steps in each section. */
export function listsOf(text: string): readonly (readonly number[])[] {
  return withoutCode(text)
    .split(/^#+ .*$/m)
    .map((section) =>
      [/^ *[-*] /gm, /^ *\d+\. /gm].map((mark) => [...section.matchAll(mark)].length),
    );
}

/** Returns the inline code of a text, in order. */
export function inlineCode(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** Targets of links and pictures. */
export function linkTargets(text: string): readonly string[] {
  const prose = withoutCode(text).replaceAll(/`[^`]*`/g, "code");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

/** Anchors of a page: GitHub's of its headings, and those written out. */
export function anchors(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const ofHeadings = headings(text).map((heading) => {
    const slug = toSlug(heading.text);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  const written = [...text.matchAll(/<a (?:id|name)="([^"]+)">/g)].map(([, name = ""]) => name);
  return new Set([...ofHeadings, ...written]);
}

/** As GitHub makes it: letters, digits, hyphens and underscores stay, and a space is a hyphen. */
function toSlug(heading: string): string {
  return withoutLinks(heading)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}_\- ]/gu, "")
    .replaceAll(" ", "-");
}

function withoutLinks(text: string): string {
  return text.replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1");
}

/** The sentences of a page's prose: no code, tables, headings, comments or pictures. */
export function sentences(text: string): readonly string[] {
  const prose = withoutCode(text)
    .replaceAll(/<!--[\s\S]*?-->/g, "")
    .replaceAll(/^#+ .*$/gm, "")
    .replaceAll(/^ *\|.*$/gm, "")
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/g, "");
  return withoutLinks(prose)
    .replaceAll(/`[^`]*`/g, "code")
    .replaceAll(/^ *(?:[-*]|\d+\.) +/gm, "\n\n")
    .split(/\n\s*\n/)
    .flatMap((block) => block.replaceAll(/\s+/g, " ").split(/(?<=[.!?][)"*]*) /))
    .map((sentence) => sentence.trim())
    .filter((sentence) => countWords(sentence) > 0);
}

export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}
