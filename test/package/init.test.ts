import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { codeBlocks, read } from "../documents/markdown.ts";
import { freePort } from "../support/free-port.ts";
import { nodeBinaries } from "../support/node-binaries.ts";
import { packed } from "./packed.ts";
import { packagesIn, paste, shellEnvironment, sizeOf, startUntil } from "./project.ts";

const packagesMax = 60;
const bytesMax = 80 * 1024 * 1024;

/** Returns the lines of a document's block of shell commands that has a text in it. */
function linesOf(document: string, part: string): string {
  const block = codeBlocks(read(document)).find((one) => one.includes(part)) ?? "";
  return block
    .split("\n")
    .slice(1, -1)
    .map((line) => line.replace(/^ {3}/, ""))
    .join("\n");
}

const readme = "cli/init/templates/README.md";
const gettingStarted = "docs/getting-started.md";

describe("a project that init made from the packed tarball", () => {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), "init-")));
  const project = join(parent, "my-relay");
  const env = shellEnvironment(parent);
  const run = (text: string, more: Readonly<Record<string, string>> = {}) =>
    paste(text, project, { ...env, ...more });

  beforeAll(async () => {
    const { tarball } = await packed();
    cpSync(tarball, join(parent, basename(tarball)));
    const made = await paste(linesOf(gettingStarted, "datastream-relay init"), parent, env);
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/\n {2}npm start\n$/) });
    const installed = await run("npm install --no-audit --no-fund");
    expect(installed).toMatchObject({ code: 0 });
  }, 300_000);

  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  test("package.json names the tarball that the command was run from", () => {
    const manifest = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));

    expect(manifest.dependencies["datastream-relay"]).toMatch(
      /^file:\.\.\/datastream-relay-\d+\.\d+\.\d+\.tgz$/,
    );
  });

  test("npm installs at most 60 packages and 80 MB", () => {
    const modules = join(project, "node_modules");
    const lock = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"));

    expect(packagesIn(modules).length).toBeGreaterThan(5);
    expect(packagesIn(modules).length).toBeLessThanOrEqual(packagesMax);
    expect(Object.keys(lock.packages).length - 1).toBeLessThanOrEqual(packagesMax);
    expect(sizeOf(modules)).toBeLessThanOrEqual(bytesMax);
  });

  test.each(nodeBinaries())("npm test passes on $name", async ({ path }) => {
    const { code, out, error } = await paste("npm test", project, shellEnvironment(parent, path));

    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out).toMatch(/^(?:#|ℹ) pass 3$/m);
  });

  test("npm start, the request of the README, its record, a build and a plan work side by side", async () => {
    const [stream, storage, http, functions] = await Promise.all([1, 2, 3, 4].map(freePort));
    const ports = {
      STANDIN_PORT: String(stream),
      OBJECT_STORAGE_PORT: String(storage),
      HTTP_PORT: String(http),
      CLOUD_FUNCTIONS_PORT: String(functions),
    };
    const { stop, written } = await startUntil("Ctrl-C ends everything", "npm start", {
      cwd: project,
      env: { ...env, ...ports },
    });
    onTestFinished(stop);

    const request = linesOf(readme, "x-signature").replace("127.0.0.1:3000", `127.0.0.1:${http}`);
    const reply = await run(request);
    const wait = await fetch(
      `http://127.0.0.1:${stream}/_/wait?topic=local-events&type=webhook.received&timeoutMs=5000`,
    );
    const record = (await wait.json()) as { value: string };
    const built = await run("npx datastream-relay build");
    const plan = await run(linesOf(gettingStarted, "--plan --local"), ports);

    expect(JSON.parse(reply.out)).toEqual({ status: "delivered", id: expect.any(String) });
    expect(record.value).toContain('"data":{"order":"A-1","total":12.50}');
    expect(written()).toContain("webhook");
    expect(built).toMatchObject({ code: 0, error: "" });
    expect(plan).toMatchObject({ code: 0, error: "" });
    expect(plan.out).toContain("+ action datastream-relay-webhook\n");
  }, 120_000);

  test("a settings file that was copied from the example is told what is missing", async () => {
    const checked = await run(
      "cp settings.env.example my.env\nnpx datastream-relay doctor --settings my.env",
    );

    expect(checked.code).toBe(1);
    expect(checked.out).toContain("NCLOUD_ACCESS_KEY");
  });

  test("an editor's compiler finds no mistake, without packages of types", async () => {
    const compiler = resolve("node_modules/typescript/bin/tsc");

    expect(await run(`node ${compiler} -p .`)).toEqual({ code: 0, out: "", error: "" });
  });

  test("the command of a project makes another one, in the current folder, from the same tarball", async () => {
    const folder = join(parent, "here");
    mkdirSync(folder);

    const made = await paste(
      `${join(project, "node_modules/.bin/datastream-relay")} init . --lang ko`,
      folder,
      env,
    );

    expect(made.out).toMatch(/Next:\n {2}npm install\n {2}npm start\n$/);
    expect(readFileSync(join(folder, "package.json"), "utf8")).toMatch(
      /"file:\.\.\/datastream-relay-\d+\.\d+\.\d+\.tgz"/,
    );
    expect(readFileSync(join(folder, "README.md"), "utf8")).toContain("내 컴퓨터에서 실행하기");
  });
});
