import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runInit } from "../../../cli/init/command.ts";
import { examineFunction } from "../../../cli/project/examine-function.ts";
import { parseSettingsFile } from "../../../cli/shared/settings-file.ts";
import { codeBlocks, headings } from "../../documents/markdown.ts";
import { runCommand, temporaryFile, temporaryFolder } from "../shared/terminal.ts";

/** A file that has the name of a tarball: what is in it does not matter before `npm install`. */
function createTarball(): string {
  return temporaryFile("", "datastream-relay-9.9.9.tgz");
}

async function init(argv: readonly string[], tarball = createTarball()) {
  return runCommand(runInit, [...argv, "--package", tarball]);
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
}

function manifestOf(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

describe("init", () => {
  test("init makes a project of twelve files", async () => {
    const folder = join(temporaryFolder(), "my-relay");

    const { code, error } = await init([folder]);

    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(filesOf(folder)).toEqual([
      ".gitignore",
      "README.md",
      "artifact-budgets.json",
      "deploy.config.ts",
      "functions",
      "functions/bucket.ts",
      "functions/heartbeat.ts",
      "functions/redrive.ts",
      "functions/webhook.ts",
      "package.json",
      "settings.env.example",
      "test",
      "test/webhook.test.js",
      "tsconfig.json",
    ]);
  });

  test("package.json has two scripts, the tarball and the version of zod that the package has", async () => {
    const parent = temporaryFolder();
    const tarball = join(parent, "datastream-relay-9.9.9.tgz");
    writeFileSync(tarball, "");

    await init([join(parent, "my-relay")], tarball);

    expect(manifestOf(join(parent, "my-relay"))).toEqual({
      name: "my-relay",
      private: true,
      type: "module",
      engines: { node: ">=20.19.0" },
      scripts: { start: "datastream-relay start", test: "datastream-relay build && node --test" },
      dependencies: {
        "datastream-relay": "file:../datastream-relay-9.9.9.tgz",
        zod: expect.stringMatching(/^\^4\.\d+\.\d+$/),
      },
      allowScripts: { esbuild: true },
    });
  });

  test("the output ends with the next two commands", async () => {
    const folder = join(temporaryFolder(), "it's here", "relay");

    const { out } = await init([folder]);

    expect(out).toMatch(/^Made 12 files in .*:\n {2}\.gitignore\n {2}README\.md\n/);
    expect(out).toMatch(
      /\nNext:\n {2}cd '.*it'\\''s here\/relay' && npm install\n {2}npm start\n$/,
    );
  });

  test.each([
    ["en", "Try it on your machine"],
    ["ko", "내 컴퓨터에서 실행하기"],
  ])("--lang %s writes README.md in that language", async (language, heading) => {
    const folder = join(temporaryFolder(), "events");

    await init([folder, "--lang", language]);

    const readme = readFileSync(join(folder, "README.md"), "utf8");
    expect(readme).toContain(`\n## ${heading}\n`);
    expect(readme).toMatch(/^# events\n/);
    expect(filesOf(folder).filter((file) => file.startsWith("README"))).toEqual(["README.md"]);
  });
});

test.skipIf(!existsSync(".git"))(
  "git ignores no source file and no template: a fresh clone packs the same package",
  () => {
    const folders = ["cli", "lib", "local", "package", "docs", "functions"];
    const options = ["ls-files", "--others", "--ignored", "--exclude-standard", "--", ...folders];

    const { status, stdout } = spawnSync("git", options, { encoding: "utf8" });

    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  },
);

describe("the name of a project", () => {
  test.each([
    ["my-relay", "my-relay"],
    ["MyRelay", "myrelay"],
    ["my relay", "my-relay"],
    ["relay.v2", "relay.v2"],
    ["a/b", "b"],
    ["@team/relay", "relay"],
    ["a/b/", "b"],
    ["웹훅/relay", "relay"],
    ["1st_relay", "1st_relay"],
  ])("the folder %s is made as it is typed, its package is %s", async (name, packageName) => {
    const parent = temporaryFolder();

    const { code } = await init([`${parent}/${name}`]);

    expect(code).toBe(0);
    expect(manifestOf(join(parent, name))["name"]).toBe(packageName);
  });

  test.each([
    ["웹훅", "give letters"],
    [".hidden", "give letters"],
    ["_private", "give letters"],
    ["what?", "give letters"],
    ["a~b", "give letters"],
    ["node_modules", "has that name"],
    ["zod", "has that name"],
    ["datastream-relay", "has that name"],
    ["a".repeat(215), "more than 214 characters"],
  ])("npm takes no package %s, so nothing is made", async (name, problem) => {
    const parent = temporaryFolder();

    const { code, out, error } = await init([join(parent, name)]);

    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(error).toContain(problem);
    expect(error).toMatch(/\npage: docs\/troubleshooting\.md#usage\n$/);
    expect(filesOf(parent)).toEqual([]);
  });

  test.each(["", "  "])("an empty name is refused", async (name) => {
    const { code, error } = await init([name]);

    expect(code).toBe(2);
    expect(error).toContain("the name is empty");
  });
});

describe("init refuses", () => {
  test.each([
    ["no name", [], "missing required argument 'name'"],
    ["two names", ["/a", "/b"], "too many arguments"],
    ["an unknown language", ["/a", "--lang", "fr"], "Allowed choices are en, ko."],
    ["an unknown option", ["/a", "--langauge", "ko"], "unknown option '--langauge'"],
  ])("%s with exit code 2", async (_, argv, problem) => {
    const { code, out, error } = await init(argv);

    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(error).toContain(problem);
  });

  test("a folder that is not empty, and leaves it as it is", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "README.md"), "mine");

    const { code, error } = await init([folder]);

    expect(code).toBe(2);
    expect(error).toContain(`${folder} is not empty (README.md): give the name of a new folder`);
    expect(filesOf(folder)).toEqual(["README.md"]);
    expect(readFileSync(join(folder, "README.md"), "utf8")).toBe("mine");
  });

  test("a file in the place of the folder", async () => {
    const file = temporaryFile("mine", "relay");

    const { code, error } = await init([file]);

    expect(code).toBe(2);
    expect(error).toContain("relay is a file: give the name of a new folder");
  });

  test("a folder that cannot be made, and removes the folders that it made before", async () => {
    const parent = temporaryFolder();

    const { code, error } = await init([`${parent}/new/${"a".repeat(300)}/relay`]);

    expect(code).toBe(2);
    expect(error).toContain("cannot be written (ENAMETOOLONG)");
    expect(filesOf(parent)).toEqual([]);
  });

  test("a tarball that is not there, before it makes anything", async () => {
    const parent = temporaryFolder();

    const { code, error } = await init([join(parent, "relay")], join(parent, "none.tgz"));

    expect(code).toBe(2);
    expect(error).toContain('none.tgz is no file: give the tarball that "npm pack" made');
    expect(filesOf(parent)).toEqual([]);
  });

  test("a checkout without a tarball, and says how to make one", async () => {
    const { code, error } = await runCommand(runInit, [join(temporaryFolder(), "relay")]);

    expect(code).toBe(2);
    expect(error).toMatch(
      /run "npm pack" in it, .* --package \.\/datastream-relay-\d+\.\d+\.\d+\.tgz/,
    );
  });
});

describe("a folder that counts as empty", () => {
  test("a folder with a repository and the tarball that the project depends on is used", async () => {
    const folder = join(temporaryFolder(), "relay");
    mkdirSync(join(folder, ".git"), { recursive: true });
    const tarball = join(folder, "datastream-relay-9.9.9.tgz");
    writeFileSync(tarball, "");

    const { code } = await init([folder], tarball);

    expect(code).toBe(0);
    expect(manifestOf(folder)["dependencies"]).toMatchObject({
      "datastream-relay": "file:datastream-relay-9.9.9.tgz",
    });
  });
});

describe("the templates", () => {
  const read = (name: string) => readFileSync(`cli/init/templates/${name}`, "utf8");

  test("both README files have the same headings and commands", () => {
    const [english, korean] = [read("README.md"), read("README.ko.md")];
    const levels = (text: string) => headings(text).map(({ level }) => level);

    expect(levels(korean)).toEqual(levels(english));
    expect(codeBlocks(korean)).toEqual(codeBlocks(english));
  });

  test("the example of settings has placeholders and nothing else that is secret", () => {
    const { settings, problems } = parseSettingsFile(read("settings.env.example"));
    const example = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
    const named = examineFunction("webhook", example).problems.map(({ setting }) => setting);

    expect(problems).toEqual([]);
    expect(new Set(named)).toEqual(
      new Set(["NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_KEY", "DATASTREAM_TOPIC", "WEBHOOK_SECRETS"]),
    );
  });
});

test.skipIf(process.platform === "win32")(
  "a file that the disk takes in part is removed again, with everything else",
  () => {
    const parent = temporaryFolder();
    const init = `"${process.execPath}" cli/bin.mjs init`;
    // The command of a checkout is bundled at its first call, into files of its own.
    const command = `${init} --help > /dev/null; trap '' XFSZ; ulimit -f 1; exec ${init} "$0/p" --package "$1"`;

    const { status, stderr } = spawnSync("sh", ["-c", command, parent, createTarball()], {
      encoding: "utf8",
    });

    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: \S+\/p cannot be written \(EFBIG\)\n/);
    expect(filesOf(parent)).toEqual([]);
  },
  60_000,
);
