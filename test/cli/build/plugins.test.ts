import { createHash } from "node:crypto";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { createPlugins } from "../../../cli/build/plugins.ts";

/** Bundles `index` and `other.ts` beside it as a function is bundled. */
async function bundle(index: string, other = "") {
  const files = {
    name: "files",
    setup: ({ onResolve, onLoad }: import("esbuild").PluginBuild) => {
      onResolve({ filter: /^\.\/other\.ts$/ }, () => ({ path: "/other.ts", namespace: "file" }));
      onLoad({ filter: /^\/other\.ts$/ }, () => ({ contents: other, loader: "ts" }));
    },
  };
  const { outputFiles } = await build({
    stdin: { contents: index, resolveDir: "/" },
    ...{ bundle: true, platform: "node", format: "cjs", write: false, minify: true },
    plugins: [...createPlugins("", "http"), files],
  });
  return outputFiles[0]?.text ?? "";
}

function run(code: string): unknown {
  const artifact = { exports: {} as unknown };
  new Function("module", "require", code)(artifact, () => ({ createHash }));
  return artifact.exports;
}

test("a module of Node.js that several files import is required once", async () => {
  const code = await bundle(
    'import { createHash } from "node:crypto"; import { made } from "./other.ts"; module.exports = [createHash, made];',
    'import { createHash } from "node:crypto"; export const made = createHash;',
  );

  expect(code.match(/require\("node:crypto"\)/g)).toHaveLength(1);
  expect(run(code)).toEqual([createHash, createHash]);
});

test("a module of Node.js that is imported and not used is left out", async () => {
  const code = await bundle(
    'import { used } from "./other.ts"; module.exports = used;',
    'import { createHash } from "node:crypto"; export const used = 1; export const unused = createHash;',
  );

  expect(code).not.toContain("require(");
  expect(run(code)).toBe(1);
});

test.for([
  ["its default", 'import crypto from "node:crypto"; module.exports = crypto.createHash;'],
  ["all of it", 'import * as all from "node:crypto"; module.exports = all.createHash;'],
  ["its name", 'import { "createHash" as made } from "node:crypto"; module.exports = made;'],
] as const)("a function of somebody's own may import %s", async ([, source]) => {
  expect(run(await bundle(source))).toBe(createHash);
});
