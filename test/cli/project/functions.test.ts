import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { environment, startCloudFunctionsEmulator } from "../deploy/harness.ts";
import { makeProject, runIn, threeFunctions, writeFiles } from "./harness.ts";

const samples = "node_modules/datastream-relay/out/local/settings.env";

/** A function of one's own: a heartbeat under another name, with a setting and a schedule. */
const own = `
import { heartbeat, onEveryPlatform, relay, systemEffects } from "datastream-relay";

const definition = { ...heartbeat, name: "notice", settings: [...heartbeat.settings, "NOTICE_TEXT"] };

export const { main, handler, fetch } = onEveryPlatform(relay(definition, systemEffects));
export const registration = { triggeredBy: "cron", schedule: { default: "0 9 * * *" } } as const;
`;

const project = makeProject({ ...threeFunctions, "functions/notice.ts": own });
afterAll(() => rmSync(project, { recursive: true, force: true }));

type Listed = { readonly name: string; readonly settings: readonly string[] };

describe("the functions of a project", () => {
  let built = { code: -1, stdout: "", stderr: "" };
  beforeAll(async () => {
    built = await runIn(project, ["build"]);
  });

  test("the build bundles the files of functions/ within the budgets of the package", () => {
    expect([built.code, built.stderr]).toEqual([0, ""]);
    expect(built.stdout.split("\n").map((line) => line.split(" ")[0])).toEqual([
      ...["function", "heartbeat", "notice", "redrive", "webhook", ""],
    ]);
    // A function's budget is ours and 32 KiB for own code, that of one's own function as our largest.
    const { kibibytes } = JSON.parse(readFileSync("artifact-budgets.json", "utf8"));
    const bytes = (name: string) => (kibibytes[name] + 32) * 1024;
    expect(built.stdout).toMatch(new RegExp(`^heartbeat .* ${bytes("heartbeat")}$`, "m"));
    expect(built.stdout).toMatch(new RegExp(`^notice .* ${bytes("webhook")}$`, "m"));
  });

  test("dist/functions.json has ours and one's own, each with its own settings", () => {
    const { functions } = JSON.parse(
      readFileSync(join(project, "dist/functions.json"), "utf8"),
    ) as { readonly functions: readonly Listed[] };

    expect(functions.map(({ name }) => name)).toEqual([
      ...["webhook", "heartbeat", "redrive", "notice"],
    ]);
    expect(functions.at(-1)).toMatchObject({
      ...{ accepts: "invocation", triggeredBy: "cron", schedule: { default: "0 9 * * *" } },
    });
    expect(
      functions.filter(({ settings }) => settings.includes("NOTICE_TEXT")).map(({ name }) => name),
    ).toEqual(["notice"]);
  });

  test("LICENSES.txt has our notice, and the project's package needs none", () => {
    const notices = readFileSync(join(project, "dist/heartbeat/LICENSES.txt"), "utf8");

    expect(notices).toMatch(/^index\.js also holds code of these packages:\n/);
    expect(notices).toContain("datastream-relay 0.1.0 (MIT)");
    expect(notices).not.toContain("my-relay");
  });

  test("the doctor checks the functions that are there, and no other", async () => {
    const { stdout } = await runIn(project, ["doctor", "--json", "--settings", samples]);
    const { checks } = JSON.parse(stdout) as { checks: { check: string; subject?: string }[] };

    expect(
      checks.filter(({ check }) => check === "artifact").map(({ subject }) => subject),
    ).toEqual(["heartbeat", "notice", "redrive", "webhook"]);
    expect(
      checks.filter(({ check }) => check === "settings").map(({ subject }) => subject),
    ).toEqual(["webhook", "heartbeat", "redrive", "notice"]);
  });

  test("a setting of one's own function is known, and a misspelt one is named", async () => {
    writeFiles(project, { "my.env": "NOTICE_TXT=hello\n" });
    const { stdout } = await runIn(project, [
      "doctor",
      "--function",
      "notice",
      "--settings",
      "my.env",
    ]);

    expect(stdout).toContain("did you mean NOTICE_TEXT?");
  });

  test("deploy --plan has an action and a trigger for one's own function", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const functions = { notice: { cron: "0 9 * * *" } };
    const config = { region: "kr", vpc: { vpcNo: 11, subnetNo: 22 }, functions };
    writeFiles(project, { "deploy.config.ts": `export const config = ${JSON.stringify(config)};` });

    const plan = await runIn(
      project,
      ["deploy", "--plan", "--json", "--endpoint", emulator.origin],
      { ...environment, NOTICE_TEXT: "Good evening" },
    );

    const { ok, changes } = JSON.parse(plan.stdout) as {
      readonly ok: boolean;
      readonly changes: readonly { readonly kind: string; readonly name: string }[];
    };
    expect([plan.code, ok]).toEqual([0, true]);
    expect(changes.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "action datastream-relay-notice",
      "trigger datastream-relay-notice-cron",
      "link datastream-relay-notice-cron -> datastream-relay-notice",
    ]);
  });

  test("two builds in two folders give equal bytes", async () => {
    const other = makeProject({ ...threeFunctions, "functions/notice.ts": own });
    await runIn(other, ["build"]);
    const files = ["webhook/index.js", "webhook/LICENSES.txt", "webhook.zip", "notice.zip"];
    const hashes = (folder: string) =>
      [...files, "functions.json"].map((file) =>
        createHash("sha256")
          .update(readFileSync(join(folder, "dist", file)))
          .digest("hex"),
      );
    const [first, second] = [hashes(project), hashes(other)];
    rmSync(other, { recursive: true, force: true });

    expect(second).toEqual(first);
  });
});

test("no command reads the registry by itself, because a project has other functions", () => {
  const files = readdirSync("cli", { recursive: true, encoding: "utf8" })
    .map((file) => join("cli", file))
    .filter((file) => file.endsWith(".ts") && file !== "cli/project/functions.ts");
  const reads = files.filter((file) =>
    readFileSync(file, "utf8").includes('lib/registry/functions.ts";'),
  );

  expect(reads).toEqual([]);
});

describe("a file of functions/ that is no function", () => {
  const heartbeat = threeFunctions["functions/heartbeat.ts"];
  const folder = makeProject({ "functions/heartbeat.ts": heartbeat });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.for([
    ["without main", "helpers", "export const a = 1;\n", /has no export named main/],
    [
      "with a definition of another name",
      "tick",
      heartbeat,
      /^error: functions\/tick\.ts has a definition of another name: rename the file to heartbeat\.ts/,
    ],
    [
      "with a main of its own",
      "plain",
      "export const main = () => ({});\n",
      /was not made by relay/,
    ],
    [
      "without a part of its definition",
      "notice",
      own.replace('name: "notice",', 'name: "notice", deliveryTimeoutMs: undefined as never,'),
      /^error: functions\/notice\.ts: deliveryTimeoutMs of its definition must be a number of milliseconds/,
    ],
    [
      "with a wrong registration",
      "notice",
      own.replace('triggeredBy: "cron"', 'triggeredBy: "sun"'),
      /^error: functions\/notice\.ts: its registration must be/,
    ],
    [
      "that is no TypeScript",
      "b",
      "const = 1;\n",
      /b\.ts cannot be loaded \(TransformError, line 1, column 6\)/,
    ],
    [
      "that throws",
      "c",
      "throw new TypeError('a secret');\n",
      /c\.ts cannot be loaded \(TypeError, line 1\)/,
    ],
    [
      "with a schedule that no cron has",
      "notice",
      own.replace("0 9 * * *", "0 9 * *"),
      /^error: functions\/notice\.ts: its registration has a schedule whose default must be a cron expression of five fields/,
    ],
    [
      "without an entry point",
      "heartbeat",
      heartbeat.replace(", fetch }", " }"),
      /^error: functions\/heartbeat\.ts has no export named fetch: onEveryPlatform makes main, handler and fetch/,
    ],
    ["that is JavaScript", "d.js", "export const main = 1;\n", /d\.js must end with \.ts/],
    [
      "with a Korean name",
      "주문",
      "export const main = 1;\n",
      /^error: functions\/주문\.ts must have a name of letters from a to z, digits, - and _/,
    ],
  ] as const)("a file %s ends every command with exit code 2", async ([, name, text, problem]) => {
    const file = `functions/${name.endsWith(".js") ? name : `${name}.ts`}`;
    writeFiles(folder, { [file]: text });
    const ended = await Promise.all(
      [["build"], ["doctor"], ["contract", "--out", "c"]].map((args) => runIn(folder, args)),
    );
    rmSync(join(folder, file));
    writeFiles(folder, { "functions/heartbeat.ts": heartbeat });

    for (const { code, stdout, stderr } of ended) {
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(problem);
      expect(stderr).not.toContain("a secret");
    }
  });

  test("a folder that cannot be written is named", async () => {
    const folder = makeProject(threeFunctions);
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const preload = join(folder, "preload.mjs");
    writeFiles(folder, {
      "preload.mjs":
        'import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module"; fs.promises.rm = async () => { throw Object.assign(new Error("no"), { code: "EROFS" }); }; syncBuiltinESMExports();',
    });

    const ended = await runIn(folder, ["build"], { NODE_OPTIONS: `--import ${preload}` });

    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: dist\/ cannot be written \(EROFS\)\npage: /),
    });
  });

  test("a timer that a function's file starts does not keep a command from ending", async () => {
    const heartbeat = threeFunctions["functions/heartbeat.ts"];
    const folder = makeProject({
      "functions/heartbeat.ts": `setInterval(() => {}, 1000);\n${heartbeat}`,
    });
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));

    const ended = await runIn(folder, ["build"]);

    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain("heartbeat");
  }, 60_000);

  test("a project without functions is told what a function is", async () => {
    const empty = makeProject({});
    const { code, stderr } = await runIn(empty, ["build"]);
    rmSync(empty, { recursive: true, force: true });

    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: there is no function: functions\/NAME\.ts is one/);
  });

  test("a project's own budget decides, and what it leaves out is as in ours", async () => {
    writeFiles(folder, { "artifact-budgets.json": '{ "kibibytes": { "heartbeat": 10 } }' });
    const { code, stdout, stderr } = await runIn(folder, ["build"]);
    rmSync(join(folder, "artifact-budgets.json"));

    expect(code).toBe(1);
    expect(stdout).toMatch(/^heartbeat .* 10240$/m);
    expect(stderr).toMatch(
      /^heartbeat: \d+ bytes are over its budget of 10240\. Its largest parts:\n/,
    );
  });
});
