import { readFileSync } from "node:fs";
import { decode } from "@jridgewell/sourcemap-codec";
import { buildSync } from "esbuild";
import { describe, expect, test } from "vitest";
import {
  compileFirst,
  firstFunctionsOf,
  joinNames,
  namesOf,
} from "../../../../cli/build/compile-first/compile-first.ts";

/** Minifies one module as the build does, and leaves the names. */
function bundle(contents: string, sourcefile = "lib/a.ts") {
  const { outputFiles } = buildSync({
    stdin: { contents, sourcefile, loader: "ts" },
    ...{ outfile: "a.js", write: false, sourcemap: "external" },
    ...{ minifyWhitespace: true, minifySyntax: true },
    ...{ format: "cjs", target: "node20", bundle: true, platform: "node" },
  });
  const [map = "", code = ""] = outputFiles.map(({ text }) => text);
  return { code, map };
}

const compiled = (source: string, names: readonly string[]) =>
  compileFirst(bundle(source), { "lib/a": names }).code.trim();

describe("a function of the list", () => {
  test.each([
    [
      "a declaration becomes a variable at the beginning",
      "console.log(add(1));function add(one: number) { return one + 1; }",
      ["add"],
      "var add=(function(one){return one+1});console.log(add(1));",
    ],
    [
      "an arrow function becomes a function expression in parentheses",
      "console.log((one: number, other: number) => one + other)",
      [""],
      "console.log((function(one,other){return one+other}));",
    ],
    [
      "a parameter without parentheses gets them",
      "console.log(async (one: number) => { await one; })",
      [""],
      "console.log((async function(one){await one}));",
    ],
    [
      "an object that is returned stays in its parentheses",
      "console.log(() => ({ a: 1 }))",
      [""],
      "console.log((function(){return({a:1})}));",
    ],
    [
      "async functions and generators stay what they are",
      "console.log(one, other); async function one() {} function* other() { yield 1; }",
      ["one", "other"],
      "var one=(async function(){}),other=(function*(){yield 1});console.log(one,other);",
    ],
    [
      "a function in a function is listed by both names",
      "console.log((one: string) => { let inner = () => [one]; console.log(inner, inner); })",
      ["/inner"],
      "console.log(one=>{let inner=(function(){return[one]});console.log(inner,inner)});",
    ],
    [
      "a function in an expression of another ends before it",
      "console.log((one: string) => (other: string) => one + other)",
      ["", "/1"],
      "console.log((function(one){return (function(other){return one+other})}));",
    ],
    [
      "a function expression gets parentheses",
      "console.log(function () { return 1; })",
      [""],
      "console.log((function(){return 1}));",
    ],
    [
      "an arrow function that reads the outer arguments or this stays an arrow function",
      "console.log(function () { return () => [arguments.length, this]; })",
      ["", "/1"],
      "console.log((function(){return()=>[arguments.length,this]}));",
    ],
    [
      "a method stays a method",
      "console.log({ a() { return 1; }, get b() { return 2; } })",
      ["a", "b"],
      "console.log({a(){return 1},get b(){return 2}});",
    ],
    [
      "a function that is not listed stays as it is",
      "console.log(() => 1)",
      ["other"],
      "console.log(()=>1);",
    ],
  ])("%s", (...[, source, names, expected]) => {
    expect(compiled(source, names)).toBe(expected);
  });

  test("a module of another package is never changed", () => {
    const built = bundle("console.log(() => 1)", "src/a.ts");

    expect(compileFirst(built, { "lib/a": [""] }).code).toBe(built.code);
  });

  test.each([
    "../../lib/a.ts",
    "../node_modules/datastream-relay/out/lib/a.js",
    "/usr/lib/x/out/lib/a.js",
  ])("a module is known by its path from the last lib/ on: %s", (path) => {
    expect(compileFirst(bundle("console.log(() => 1)", path), { "lib/a": [""] }).code).toContain(
      "(function(){return 1})",
    );
  });

  test("names are found by the characters of a function", () => {
    const built = bundle("console.log(add(1));function add(one: number) { return one + 1; }");
    const start = built.code.indexOf("function");
    const end = built.code.indexOf("}", start) + 1;

    expect(namesOf(built, [[start, end]])).toEqual({ "lib/a": ["add"] });
  });
});

describe("the list of an artifact", () => {
  test("a function of ours has what its own first event runs, and nothing of the others'", () => {
    expect(firstFunctionsOf("webhook")["lib/adapters/openwhisk"]).toContain("onOpenWhisk");
    expect(firstFunctionsOf("webhook")["lib/webhooks/sources/sources"]).toContain("parseSources");
    expect(firstFunctionsOf("webhook")["lib/object-storage/client"]).not.toContain("toHttpRequest");
    expect(firstFunctionsOf("redrive")["lib/object-storage/client"]).toContain("toHttpRequest");
  });

  test("a function of somebody's own has what any of ours runs", () => {
    const ours = ["bucket", "event", "heartbeat", "redrive", "webhook"].map(firstFunctionsOf);

    expect(firstFunctionsOf("notice")).toEqual(joinNames(ours));
  });
});

/** esbuild names an import by its module, or by its name there. */
const renamed = /^(?:import_|unread$)/;

describe.each(["bucket", "event", "heartbeat", "redrive", "webhook"])("dist/%s", (name) => {
  const lines = readFileSync(`dist/${name}/index.js`, "utf8").split("\n");
  const map = JSON.parse(readFileSync(`dist/${name}/index.js.map`, "utf8"));

  test("every name of the source map stands at its place in the source", () => {
    const contents: readonly string[][] = map.sourcesContent.map((text: string) =>
      text.split("\n"),
    );
    const wrong = decode(map.mappings).flatMap((segments, line) =>
      segments.flatMap(([column, source = 0, sourceLine = 0, sourceColumn = 0, index]) => {
        const isName = /^[\w$#"]/.test(lines[line]?.slice(column) ?? "");
        const original = contents[source]?.[sourceLine]?.slice(sourceColumn);
        const named: string | undefined = map.names[index ?? -1];
        const isThere = isName && original?.startsWith(named ?? "") === true;
        return named === undefined || isThere || renamed.test(named) ? [] : [[line, column, named]];
      }),
    );

    expect(wrong).toEqual([]);
  });

  test("declarations that a first event runs are variables at its beginning", () => {
    expect(lines.join("\n")).toMatch(/^var [\w$]+=\((?:async )?function/);
  });
});
