import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../support/free-port.ts";

/** Returns the file of a webhook function that answers every call with a text. */
const answering = (text: string) => `
import { webhook } from "${resolve("lib/triggers/webhook.ts")}";
const answer = async () => ({ body: "${text}" });
export const main = Object.assign(answer, { definition: webhook() });
export const [handler, fetch] = [answer, answer];
`;

test("a changed function is built and runs anew, and a failed build leaves the old one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "relay-"));
  const [http, standIn, storage, management] = await Promise.all([1, 2, 3, 4].map(freePort));
  const write = (text: string) => writeFileSync(join(folder, "functions/webhook.ts"), text);
  mkdirSync(join(folder, "functions"));
  write(answering("first"));
  const args = [resolve("cli/bin.mjs"), "start", "--watch"];
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
  write("const = broken;");
  await told("The build failed: the functions of the build before go on.");
  const afterFailure = await answer();
  write(answering("second"));
  await told("The functions run anew.");
  const second = await answer();
  child.kill("SIGINT");
  await once(child, "exit");

  expect([first, afterFailure, second]).toEqual(["first", "first", "second"]);
  expect(printed.join("")).toContain(
    "functions/webhook.ts cannot be loaded (TransformError, line 1, column 6)",
  );
}, 120_000);
