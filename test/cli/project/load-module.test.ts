import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import { expect, test } from "vitest";
import { LoadFailure, loadModule } from "../../../cli/project/load-module.ts";
import { temporaryFolder } from "../shared/terminal.ts";
import { writeFiles } from "./harness.ts";

/** Writes a project whose path has blanks and Korean letters, and loads its first file. */
async function load(files: Readonly<Record<string, string>>) {
  const folder = join(temporaryFolder(), "내 프로젝트 #1 100%");
  writeFiles(folder, files);
  const [first = ""] = Object.keys(files);
  return { folder, module: await loadModule(join(folder, first)) };
}

test("a module has what its files and its packages export, CommonJS with built-in modules too", async () => {
  const { module } = await load({
    "one.ts": 'import { two } from "./two.ts"; import three from "three"; export { two, three };',
    "two.ts": "export const two: number = 2;",
    "node_modules/three/package.json": '{ "main": "three.js" }',
    "node_modules/three/three.js": 'module.exports = require("path").basename("a/three");',
  });

  expect({ ...module }).toEqual({ two: 2, three: "three" });
});

test("a module may wait, know its own place and make a require of its own", async () => {
  const { folder, module } = await load({
    "one.ts": [
      'import { createRequire } from "node:module";',
      "const require = createRequire(import.meta.url);",
      "export const data = require('./data.json');",
      "export const url = await Promise.resolve(import.meta.url);",
      "export const { dirname, filename } = import.meta;",
    ].join("\n"),
    "data.json": '{ "a": 1 }',
  });

  expect({ ...module }).toEqual({
    data: { a: 1 },
    url: pathToFileURL(join(folder, "one.ts")).href,
    dirname: folder,
    filename: join(folder, "one.ts"),
  });
});

test("nothing is written beside a module, nor into node_modules", async () => {
  const { folder } = await load({
    "one.ts": "export const one = 1;",
    "node_modules/three/package.json": "{}",
  });

  expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual([
    "node_modules",
    "node_modules/three",
    "node_modules/three/package.json",
    "one.ts",
  ]);
  expect(readFileSync(join(folder, "one.ts"), "utf8")).toBe("export const one = 1;");
});

test("a later error names the file and not the text that was loaded", async () => {
  const { folder } = await load({
    "one.ts": "export function fail() { throw new Error('later'); }",
    "run.mjs": [
      'import { loadModule } from "./load-module.mjs";',
      'const { fail } = await loadModule("one.ts");',
      "process.setSourceMapsEnabled(true);",
      "try { fail(); } catch ({ stack }) { console.log(stack); }",
    ].join("\n"),
  });
  const { code } = transformSync(readFileSync("cli/project/load-module.ts", "utf8"), {
    loader: "ts",
  });
  writeFiles(folder, { "load-module.mjs": code });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));

  const { stdout } = spawnSync(process.execPath, ["run.mjs"], { cwd: folder, encoding: "utf8" });

  expect(stdout).toContain(`${pathToFileURL(join(folder, "one.ts")).href}:`);
  expect(stdout).not.toContain("base64");
});

test.each([
  ["export const x = ;", "TransformError, line 1, column 17"],
  ['export {};\nimport "nowhere";', "ERR_MODULE_NOT_FOUND, line 2"],
  ["throw new TypeError('secret');", "TypeError"],
  ["throw 'secret';", "string"],
  // Our package's errors about how it is used have this code, and quote nothing.
  [
    'throw Object.assign(new TypeError("relay needs effects"), { code: "WRONG_USE" });',
    "relay needs effects",
  ],
])("a module %j fails to load with %s", async (text, message) => {
  const loading = load({ "one.ts": text });

  await expect(loading).rejects.toEqual(new LoadFailure(message));
});

const two = "export function two(): never { throw new RangeError('secret'); }";

// Vitest rewrites stacks, so the module is loaded by a process of its own.
test.each([
  ["in its first line", { "one.ts": "throw new TypeError('secret');" }, "TypeError, line 1"],
  [
    "behind types that are gone",
    {
      "one.ts":
        "type A = {\n  a: 1;\n};\n\nexport const x = (undefined as never as { secret: 1 }).secret;",
    },
    "TypeError, line 5",
  ],
  [
    "in code that it calls",
    { "one.ts": "import './two.ts';\nimport { two } from './two.ts';\n\ntwo();", "two.ts": two },
    "RangeError, line 4",
  ],
  [
    "in code that it imports",
    { "one.ts": "import './two.ts';", "two.ts": `${two}\ntwo();` },
    "RangeError",
  ],
])("an error %s is named with the line of the module", (_, files, message) => {
  const folder = join(temporaryFolder(), "내 프로젝트 #1 100%");
  writeFiles(folder, files);
  const script = `
    import { loadModule } from ${JSON.stringify(resolve("cli/project/load-module.ts"))};
    await loadModule("one.ts").catch(({ message }) => console.log(message));
  `;
  const tsx = pathToFileURL(resolve("node_modules/tsx/dist/loader.mjs")).href;
  const args = ["--import", tsx, "--input-type=module", "-e", script];

  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });

  expect([stdout, stderr]).toEqual([`${message}\n`, ""]);
});
