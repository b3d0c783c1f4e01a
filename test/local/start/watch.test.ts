import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../support/free-port.ts";

/** Stands for the build: it takes what functions/ has, and fails on what it cannot build. */
const build = `
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
const code = readFileSync("functions/webhook.js", "utf8");
if (code.includes("broken")) {
  console.error("functions/webhook.js:1:1: broken");
  process.exit(1);
}
mkdirSync("dist/webhook", { recursive: true });
writeFileSync("dist/webhook/index.js", code);
const webhook = { name: "webhook", accepts: "http", triggeredBy: "http", settings: [] };
writeFileSync("dist/functions.json", JSON.stringify({ functions: [webhook] }));
`;

const answering = (text: string) => `async function main() { return { body: "${text}" }; }`;

test("a changed function is built and runs anew, and a failed build leaves the old one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "relay-"));
  const [http, standIn, storage, management] = await Promise.all([1, 2, 3, 4].map(freePort));
  const write = (text: string) => writeFileSync(join(folder, "functions/webhook.js"), text);
  for (const name of ["functions", "lib"]) {
    mkdirSync(join(folder, name));
  }
  writeFileSync(join(folder, "build.mjs"), build);
  write(answering("first"));
  const args = [resolve("cli/start.mjs"), "--build", "--watch"];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: {
      ...process.env,
      ...{ HTTP_PORT: `${http}`, STANDIN_PORT: `${standIn}`, OBJECT_STORAGE_PORT: `${storage}` },
      CLOUD_FUNCTIONS_PORT: `${management}`,
    },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => printed.push(String(chunk)));
  }
  const told = (text: string) =>
    expect.poll(() => printed.join(""), { timeout: 60_000 }).toContain(text);
  const answer = async () => (await fetch(`http://127.0.0.1:${http}/webhook/a`)).text();

  await told("Ctrl-C ends everything");
  const first = await answer();
  write("broken");
  await told("The build failed: the functions of the build before go on.");
  const afterFailure = await answer();
  write(answering("second"));
  await told("The functions run anew.");
  const second = await answer();
  child.kill("SIGINT");
  await once(child, "exit");

  expect([first, afterFailure, second]).toEqual(["first", "first", "second"]);
  expect(printed.join("")).toContain("functions/webhook.js:1:1: broken");
}, 120_000);
