import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { providers } from "../../lib/webhooks/providers/providers.ts";
import { parseFaultScript } from "../../local/data-stream/faults/fault-script.ts";
import {
  anchors,
  codeBlocks,
  countWords,
  findDocuments,
  headings,
  inlineCode,
  linkTargets,
  listsOf,
  read,
  sentences,
  tableRows,
} from "./markdown.ts";

/** Users read these pages: each page in docs/ with its Korean twin in docs/ko/. */
const userPages = [
  ...["getting-started", "webhooks", "settings", "messages", "delivery"],
  ...["deploy-naver-cloud", "deploy-lambda", "other-platforms", "commands", "local"],
  ...["troubleshooting", "operating", "security", "cost", "package"],
];
/** Maintainers read these pages, in English only. */
const otherPages = ["naver-cloud-unknowns", "architecture", "benchmarks"];
const expected = [
  ...["README.md", "README.ko.md", "CHANGELOG.md", "CONTRIBUTING.md", "AGENTS.md", "SECURITY.md"],
  ...[...userPages, ...otherPages].map((name) => `docs/${name}.md`),
  ...userPages.map((name) => `docs/ko/${name}.md`),
];

const documents = findDocuments();
type Twins = readonly [english: string, korean: string];
const twins: readonly Twins[] = [
  ["README.md", "README.ko.md"],
  ...documents
    .filter((path) => path.startsWith("docs/ko/"))
    .map((korean): Twins => [korean.replace("docs/ko/", "docs/"), korean]),
];

const readmeWordsMax = 1_200;
const sentenceWordsMax = 35;
const sentenceWordsMeanMax = 25;

describe("the documents", () => {
  test.each(expected)("%s is there", (path) => {
    expect(existsSync(path)).toBe(true);
  });

  test("LICENSE is the one that package.json names", () => {
    const { license } = JSON.parse(read("package.json")) as { license: string };

    expect(read("LICENSE")).toContain(`${license} License`);
  });

  test.each(["README.md", "README.ko.md"])("%s has at most 1,200 words", (path) => {
    expect(countWords(read(path))).toBeLessThanOrEqual(readmeWordsMax);
  });

  test("README.md says how large an artifact may be, and how many providers are known", () => {
    const readme = read("README.md");
    const kibibytes = Number(/at most (\d+) KiB/.exec(readme)?.[1]);
    const largest = Math.max(
      ...readdirSync("functions").map(
        (file) => statSync(`dist/${file.replace(".ts", "")}/index.js`).size,
      ),
    );

    expect(largest).toBeLessThanOrEqual(kibibytes * 1_024);
    expect(readme).toContain(`[${Object.keys(providers).length} providers]`);
  });

  test("serverless.yml names the artifact of every function", () => {
    for (const file of readdirSync("functions")) {
      expect(read("serverless.yml")).toContain(
        `handler: dist/${file.replace(".ts", "")}/index.handler`,
      );
    }
  });

  test("no tracked text names a registry host or a path of one machine", () => {
    expect(readFileSync("package-lock.json", "utf8")).not.toContain('"resolved"');
    for (const path of documents) {
      expect(read(path), path).not.toMatch(/\/(root|home)\//);
    }
  });

  test.runIf(existsSync("docs/local.md"))("a fault script in docs/local.md is understood", () => {
    const [script = ""] = codeBlocks(read("docs/local.md")).filter((block) =>
      block.includes('"steps"'),
    );

    expect(
      parseFaultScript(JSON.parse(script.replaceAll(/^ *```.*$/gm, ""))).steps.length,
    ).toBeGreaterThan(0);
  });
});

describe("links", () => {
  test.each(documents)("every link of %s leads somewhere", (document) => {
    const broken = linkTargets(read(document)).filter(
      (target) => !leadsSomewhere(target, document),
    );

    expect(broken).toEqual([]);
  });
});

/** External addresses are looked at by their form only: a test has no network. */
function leadsSomewhere(target: string, from: string): boolean {
  if (/^[a-z]+:/.test(target)) {
    return (
      URL.canParse(target) && (target.startsWith("https:") || target.startsWith("http://127.0.0.1"))
    );
  }
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? from : join(dirname(from), path);
  const hasAnchor = () => anchors(read(file)).has(decodeURIComponent(anchor ?? ""));
  return existsSync(file) && (anchor === undefined || hasAnchor());
}

describe("commands", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: object };

  test.each(documents)("every npm script that %s names is there", (document) => {
    const text = read(document);
    const ran = [...text.matchAll(/npm run (?:-s |--silent )?([a-z][a-z:-]*)/g)];
    const short = [...text.matchAll(/npm (start|test)\b/g)];
    const named = [...ran, ...short].map(([, name = ""]) => name);

    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

describe("Korean pages", () => {
  test.each(twins)(
    "%s and %s have the same headings, code, tables and lists",
    (english, korean) => {
      const [en, ko] = [read(english), read(korean)];
      const levels = (text: string) => headings(text).map(({ level }) => level);

      expect(levels(ko)).toEqual(levels(en));
      expect(codeBlocks(ko)).toEqual(codeBlocks(en));
      expect(shapeOf(ko)).toEqual(shapeOf(en));
      expect(listsOf(ko)).toEqual(listsOf(en));
    },
  );

  test.each(twins)("%s and %s link each other", (english, korean) => {
    const links = (from: string, to: string) =>
      linkTargets(read(from)).some((target) => join(dirname(from), target) === to);

    expect([links(english, korean), links(korean, english)]).toEqual([true, true]);
  });
});

/** Returns the number of cells and the inline code of each table row. */
function shapeOf(text: string) {
  return tableRows(text).map((cells) => ({
    cells: cells.length,
    code: inlineCode(cells.join("|")).toSorted((a, b) => (a < b ? -1 : 1)),
  }));
}

describe("prose", () => {
  const pages = documents.filter((path) => path.startsWith("docs/") || /^README/.test(path));

  test.each(pages)("no sentence of %s is over 35 words", (path) => {
    const long = sentences(read(path)).filter((one) => countWords(one) > sentenceWordsMax);

    expect(long).toEqual([]);
  });

  test("a sentence of docs/ has fewer than 25 words on average", () => {
    const english = pages.filter((path) => !path.startsWith("docs/ko/") && path !== "README.ko.md");
    const counts = english.flatMap((path) => sentences(read(path)).map(countWords));
    const sum = counts.reduce((total, count) => total + count, 0);

    expect(sum / counts.length).toBeLessThan(sentenceWordsMeanMax);
  });
});
