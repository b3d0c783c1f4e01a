import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findDocuments, read } from "./markdown.ts";

const { version } = JSON.parse(read("package.json")) as { version: string };
const tarballs = (path: string) => [
  ...new Set(read(path).match(/datastream-relay-\d[\w.-]*\.tgz/g) ?? []),
];

describe("the way in", () => {
  test.each(["README.md", "README.ko.md", "docs/getting-started.md", "docs/ko/getting-started.md"])(
    "%s begins with a project that init makes",
    (path) => {
      const text = read(path);

      expect(text).toContain(
        `npx --yes --package ./datastream-relay-${version}.tgz datastream-relay init my-relay\n`,
      );
      expect(text.indexOf("datastream-relay init")).toBeLessThan(text.indexOf("npm start"));
    },
  );

  test.each(findDocuments())("a tarball that %s names has the version of package.json", (path) => {
    expect(tarballs(path).filter((name) => name !== `datastream-relay-${version}.tgz`)).toEqual([]);
  });

  test("AGENTS.md names files, folders and scripts that are there", () => {
    const text = read("AGENTS.md");
    const { scripts } = JSON.parse(read("package.json")) as { scripts: object };
    const named = [...text.matchAll(/npm run ([a-z:-]+)/g)].map(([, name = ""]) => name);
    const paths = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]*)+)`/g)]
      .map(([, path = ""]) => path)
      .filter((path) => !path.includes("a/b") && path !== "dist/");

    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    expect(paths.length).toBeGreaterThan(15);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});
