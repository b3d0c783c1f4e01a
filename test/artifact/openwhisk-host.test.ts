import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { strToU8, zipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { nodeBinaries } from "../support/node-binaries.ts";
import { type HostedArtifact, startOpenWhisk } from "../support/openwhisk-host.ts";

const folder = mkdtempSync(join(tmpdir(), "openwhisk-host-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const returnsOk = "async () => ({ ok: true })";
const cjs = `export const main = ${returnsOk}; export const handler = () => 1;`;
const iife = transformSync(cjs, { format: "iife", globalName: "__a", minify: true }).code;
const minifiedCjs = transformSync(cjs, { format: "cjs", minify: true }).code;
const readsData = `const { readFileSync } = require("node:fs");
  exports.main = async () => JSON.parse(readFileSync("data/a", "utf8"))`;
const okJson = `{"ok":true}`;
const manifest = `{"main":"b.js","type":"commonjs"}`;
const needy = `{"dependencies":{"a":"1"}}`;
const notAFunction = /^502 .*Action entrypoint 'main' is not a function\./;

function write(name: string, content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(folder, "artifact-")), name);
  writeFileSync(path, content);
  return path;
}

function source(code: string, kind: HostedArtifact["kind"] = "source"): HostedArtifact {
  return { kind, path: write("index.js", code) };
}

function zip(files: Readonly<Record<string, string>>): HostedArtifact {
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)]);
  return { kind: "zip", path: write("artifact.zip", zipSync(Object.fromEntries(entries))) };
}

describe.each(nodeBinaries())("the OpenWhisk host on $name", ({ path: node }) => {
  const start = (artifact: HostedArtifact, env = {}) => startOpenWhisk({ artifact, env, node });

  /** Runs one activation of a fresh process. */
  async function activate(artifact: HostedArtifact, params = {}) {
    const host = await start(artifact);
    const activation = await host.run(params);
    return { ...activation, ...(await host.stop()) };
  }

  /** Runs two activations of one process. Their messages carry the deadlines 1 and 2. */
  async function activateTwice(code: string, env = {}) {
    const host = await start(source(code), env);
    const first = await host.run({}, { deadline: "1" });
    const second = await host.run({}, { deadline: "2" });
    return { first, second, ...(await host.stop()) };
  }

  test.for([
    ["a top-level function", "function main() { return { ok: true } }"],
    ["a top-level constant", `const main = ${returnsOk}`],
    ["exports.main", `exports.main = ${returnsOk}`],
    ["module.exports", `module.exports = { main: ${returnsOk} }`],
    ["strict code that ends in a comment", `"use strict"; exports.main = ${returnsOk} // end`],
    ["code behind a byte order mark", `\uFEFFexports.main = ${returnsOk}`],
    ["a minified CommonJS bundle", minifiedCjs],
    ["an IIFE whose footer declares main", `${iife}\nvar main = __a.main;`],
  ] as const)("the host evaluates %s", async ([, code]) => {
    const activation = await activate(source(code));

    expect(activation).toEqual({ status: 200, result: { ok: true }, logs: [], lateOutput: "" });
  });

  test.for([
    ["an IIFE without a footer", iife, notAFunction],
    ["a function as module.exports", `module.exports = ${returnsOk}`, notAFunction],
    ["another top-level main", `exports.main = ${returnsOk}; const main = 5;`, notAFunction],
    ["an ECMAScript module", `export const main = ${returnsOk}`, /^502 .*SyntaxError/],
    ["a top-level await", `await 1; exports.main = ${returnsOk}`, /^502 .*SyntaxError/],
    ["code that throws", `throw new Error("no luck")`, /^502 .*no luck/],
  ] as const)("the host refuses to initialise %s", async ([, code, reason]) => {
    await expect(start(source(code))).rejects.toThrow(reason);
  });

  test("the host looks up only the identifier when it imitates an older runner", async () => {
    const declared = source(`const main = ${returnsOk}`, "source-identifier-only");
    const exported = source(minifiedCjs, "source-identifier-only");

    expect(await activate(declared)).toMatchObject({ status: 200, result: { ok: true } });
    await expect(start(exported)).rejects.toThrow(/main is not defined/);
  });

  test.for([
    ["a module by its path", source(minifiedCjs, "require")],
    ["a zip from its own working directory", zip({ "index.js": readsData, "data/a": okJson })],
    ["what a zip's package.json points at", zip({ "package.json": manifest, "b.js": minifiedCjs })],
  ] as const)("the host loads %s", async ([, artifact]) => {
    expect(await activate(artifact)).toMatchObject({ status: 200, result: { ok: true } });
  });

  test.for([
    ["nothing at its root", { "a/index.js": minifiedCjs }, /must contain either package.json/],
    [
      "uninstalled dependencies",
      { "package.json": needy, "index.js": minifiedCjs },
      /node_modules/,
    ],
  ] as const)("the host refuses a zip with %s", async ([, files, reason]) => {
    await expect(start(zip(files))).rejects.toThrow(reason);
  });

  test("the host passes exactly one argument", async () => {
    const code = "function main(...all) { return { count: all.length, first: all[0] } }";

    const { result } = await activate(source(code), { topic: "orders" });

    expect(result).toEqual({ count: 1, first: { topic: "orders" } });
  });

  test("the host sets the environment at init and the message's text keys at each run", async () => {
    const code = `const seen = () => [process.env.STAGE, process.env.__OW_DEADLINE ?? "none"];
      const atLoad = seen();
      const main = () => ({ atLoad, atRun: seen(), value: "__OW_VALUE" in process.env })`;

    const { first, second } = await activateTwice(code, { STAGE: "a" });

    const atLoad = ["a", "none"];
    expect(first.result).toEqual({ atLoad, atRun: ["a", "1"], value: false });
    expect(second.result).toEqual({ atLoad, atRun: ["a", "2"], value: false });
  });

  test.for([
    ["undefined", "undefined", 200, {}],
    ["null", "null", 200, null],
    ["an array", "[1]", 200, [1]],
    ["a string", `"text"`, 502, { error: "The action did not return a dictionary." }],
    ["not JSON", "{ big: 1n }", 500, { error: "Internal error." }],
  ] as const)(
    "the host responds to a result that is %s and keeps running",
    async ([, value, status, result]) => {
      const { first, second } = await activateTwice(`const main = async () => (${value})`);

      expect([first.status, first.result]).toEqual([status, result]);
      expect([second.status, second.result]).toEqual([status, result]);
    },
  );

  test("the host turns a rejection into an error result with stack and own properties", async () => {
    const code = `const main = async () => { throw Object.assign(new Error("no"), { extra: 1 }) }`;

    const { status, result } = await activate(source(code));

    const error = { name: "Error", message: "no", extra: 1, stack: expect.any(String) };
    expect([status, result]).toEqual([200, { error }]);
  });

  test("the host stops for good when main throws before it returns a promise", async () => {
    const { first, second } = await activateTwice(`function main() { throw new Error("no") }`);

    expect([first.status, first.result]).toEqual([
      502,
      { error: "An error has occurred: Error: no" },
    ]);
    expect(second.status).toBe(403);
    expect(second.result).toEqual({ error: "System not ready, status is stopped." });
  });

  test("the host refuses a second activation while one is running", async () => {
    const host = await start(
      source("const main = () => new Promise((end) => setTimeout(end, 50))"),
    );

    const [first, second] = await Promise.all([host.run({}), host.run({})]);
    const third = await host.run({});
    await host.stop();

    expect([first.status, second.status, third.status]).toEqual([200, 403, 200]);
  });

  test("the host responds with 502 when the process ends during an activation", async () => {
    const { status, result } = await activate(source("const main = () => process.exit(3)"));

    expect([status, result]).toEqual([502, { error: "The process exited with 3." }]);
  });

  test("the host gives each activation its own log of both streams", async () => {
    const { first, second, lateOutput } = await activateTwice(`console.log("loaded"); let runs = 0;
      const main = () => { console.log("out", ++runs); console.error("err", runs) }`);

    expect(first.logs).toEqual(["loaded", "out 1", "err 1"]);
    expect(second.logs).toEqual(["out 2", "err 2"]);
    expect(lateOutput).toBe("");
  });

  test("the host detects output after an activation has ended", async () => {
    const code = `const main = async () => { setTimeout(() => console.error("too late"), 20) }`;

    const { logs, lateOutput } = await activate(source(code));

    expect(logs).toEqual([]);
    expect(lateOutput).toBe("too late\n");
  });
});
