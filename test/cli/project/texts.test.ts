import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { freePort } from "../../support/free-port.ts";
import { makeProject, runIn, startIn, threeFunctions, writeFiles } from "./harness.ts";

const project = makeProject(threeFunctions);
afterAll(() => rmSync(project, { recursive: true, force: true }));

const byNpm = /npm (?:run|start|test)|node build/;

describe("the texts of commands in a project", () => {
  test.for([
    ...["start", "build", "doctor", "produce", "deploy", "contract", "offline"].map((name) => [
      name,
      "--help",
    ]),
    ["doctor"],
    ["produce", "--key", "k", "--value", "v"],
    ["deploy", "--plan"],
    ["deploy", "--plan", "--local", "--config", "c.json"],
    ["contract", "--out", "c"],
    ["start", "--nope"],
    ["nope"],
  ])("%j names no command of npm's scripts, and a page of the package", async (args) => {
    const { stdout, stderr } = await runIn(project, args, { CLOUD_FUNCTIONS_PORT: "1" });

    expect(stdout + stderr).not.toMatch(byNpm);
    expect(`${stdout}${stderr}`).not.toMatch(/(?<!datastream-relay\/)docs\//);
    if (args.includes("--help")) {
      expect(stdout).toContain(`npx datastream-relay ${args[0]}`);
    }
  });

  test.for(["doctor", "contract"])(
    "outside of a project %s --help says what --function names",
    async (name) => {
      const folder = makeProject({});
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));

      const { stdout } = await runIn(folder, [name, "--help"]);

      expect(stdout).toMatch(/--function <name> +a file of functions\/: whose/);
    },
  );

  test("no code of the commands and the emulators writes a command of npm's scripts by itself", () => {
    const files = ["cli", "local"].flatMap((room) =>
      readdirSync(room, { recursive: true, encoding: "utf8" }).map((file) => join(room, file)),
    );
    const literal = /(["'`])(?:(?!\1)[^\\\n]|\\.)*npm (?:run|start)(?:(?!\1)[^\\\n]|\\.)*\1/;
    // init names the script of the project that it makes.
    const allowed = /command-text\.ts$|init[\\/]command\.ts$/;
    const found = files
      .filter((file) => /\.tsx?$/.test(file) && !allowed.test(file))
      .filter((file) =>
        readFileSync(file, "utf8")
          .split("\n")
          .filter((line) => !/^\s*(?:\*|\/\*\*|\/\/)/.test(line))
          .some((line) => literal.test(line)),
      );

    expect(found).toEqual([]);
  });

  test("no code of the commands writes the path of a page as it is in the repository", () => {
    // The last one runs in this repository only: serverless.yml of a project has no such check.
    const allowed = ["pathFromProject(", "deploy/aws/lambda-environment.ts"];
    const found = readdirSync("cli", { recursive: true, encoding: "utf8" })
      .filter((file) => /\.tsx?$/.test(file))
      .flatMap((file) =>
        readFileSync(join("cli", file), "utf8")
          .split("\n")
          .map((line) => `${file}: ${line}`),
      )
      .filter((line) => /docs\/[a-z-]+\.md#/.test(line) && !/: \s*(?:\*|\/\*\*|\/\/)/.test(line));

    expect(found.filter((line) => !allowed.some((one) => line.includes(one)))).toEqual([]);
  });
});

describe("start in a project", () => {
  beforeAll(async () => {
    await runIn(project, ["build"]);
  }, 120_000);

  test.for([
    [
      ["--kafka", "127.0.0.1:9"],
      "--kafka needs the package kafkajs: npm install --save-dev kafkajs\n",
    ],
    [
      ["--data", mkdtempSync(join(tmpdir(), "relay-"))],
      "--data needs the package libsql: npm install --save-dev libsql\n",
    ],
  ] as const)("%j without its package ends with exit code 2", async ([args, text]) => {
    const ports = {
      STANDIN_PORT: `${await freePort()}`,
      OBJECT_STORAGE_PORT: `${await freePort()}`,
    };
    const others = {
      HTTP_PORT: `${await freePort()}`,
      CLOUD_FUNCTIONS_PORT: `${await freePort()}`,
    };
    const ended = await runIn(project, ["start", "--no-build", ...args], { ...ports, ...others });

    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(text);
  });

  test("offline asks for serverless.yml, then for the version of serverless that needs no account", async () => {
    const without = await runIn(project, ["offline", "--no-build"]);
    writeFiles(project, { "serverless.yml": "service: my-relay\n" });
    const { code, stderr } = await runIn(project, ["offline", "--no-build"]);

    expect([without.code, code]).toEqual([1, 2]);
    expect(without.stderr).toMatch(/^offline runs the functions that serverless\.yml describes/);
    expect(stderr).toMatch(
      /^offline needs the package serverless-offline: npm install --save-dev serverless@npm:osls@4 serverless-offline@14\n/,
    );
  });

  test("start builds the project's functions, runs them, and prints commands of theirs alone", async () => {
    const ports = {
      ...{ STANDIN_PORT: `${await freePort()}`, OBJECT_STORAGE_PORT: `${await freePort()}` },
      ...{ HTTP_PORT: `${await freePort()}`, CLOUD_FUNCTIONS_PORT: `${await freePort()}` },
    };
    const { child, text } = startIn(project, ["start"], ports);
    onTestFinished(() => void child.kill("SIGKILL"));
    await vi.waitUntil(() => text().includes("Ctrl-C ends everything"), { timeout: 60_000 });

    const reply = await fetch(`http://127.0.0.1:${ports.HTTP_PORT}/webhook/open`, {
      method: "POST",
      body: "first",
    });
    const records = await fetch(
      `http://127.0.0.1:${ports.STANDIN_PORT}/_/topics/local-events/records`,
    );

    expect(reply.status).toBe(200);
    expect(await records.text()).toContain("first");
    expect(text()).not.toMatch(byNpm);
    expect(text()).not.toContain("/bucket ");
    child.kill("SIGINT");
    await once(child, "exit");
    expect(child.exitCode).toBe(0);
  }, 90_000);
});
