import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { examineFunction } from "../../cli/shared/examine-function.ts";
import { parseSettingsFile } from "../../cli/shared/settings-file.ts";
import { isPlaceholder } from "../../lib/settings/placeholder.ts";
import { settingNames } from "../../lib/settings/settings.ts";
import { schemes } from "../../lib/webhooks/sources/schemes.ts";
import { parseFaultScript } from "../../local/data-stream/faults/fault-script.ts";

const readme = readFileSync("README.md", "utf8");
const korean = readFileSync("README.ko.md", "utf8");
const serverless = readFileSync("serverless.yml", "utf8");
const documents = [
  ...["README.md", "README.ko.md", "ARCHITECTURE.md", "OPERATING.md", "SECURITY.md"],
  ...["local/README.md", "bench/README.md"],
];

/** Blocks of code, whole and in order: a reader copies them. */
function codeBlocks(text: string): readonly string[] {
  return [...text.matchAll(/^```[\s\S]*?^```$/gm)].map(([block]) => block);
}

/** Of each row of each table: how many cells it has, and what stands in them as code. */
function tableRows(text: string) {
  return text
    .replaceAll(/^```[\s\S]*?^```$/gm, "")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((row) => ({
      cells: row.split("|").length,
      code: [...row.matchAll(/`[^`]+`/g)].map(([code]) => code).toSorted(byText),
    }));
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}

describe("what is written down", () => {
  test.each(settingNames)("README.md explains %s and serverless.yml passes it on", (name) => {
    expect(readme).toContain(`\`${name}\``);
    expect(serverless).toContain(`${name}: \${env:${name}, ''}`);
  });

  test.each([...schemes.keys()])("README.md names the verifier %s", (name) => {
    expect(readme).toContain(`\`${name}\``);
  });

  const codes = readFileSync("lib/model/result.ts", "utf8").match(/(?<=\| ")[A-Z_]+(?=")/g) ?? [];

  test.each(codes)("README.md says what to do about %s", (code) => {
    expect(readme).toMatch(new RegExp(`^\\| .*\`${code}\`.* \\| .+ \\| .+ \\|$`, "m"));
  });

  test("serverless.yml names the artifact of every function", () => {
    for (const file of readdirSync("functions")) {
      expect(serverless).toContain(`handler: dist/${file.replace(".ts", "")}/index.handler`);
    }
  });

  test.each(["webhook", "bucket", "heartbeat"])("README.md says how big %s is", (name) => {
    const quoted = Number(new RegExp(`${name} ([0-9.]+) KB`).exec(readme)?.[1]);

    expect(Math.abs(statSync(`dist/${name}/index.js`).size / 1_000 - quoted)).toBeLessThan(1);
  });

  test("no tracked text names a registry host or a path of one machine", () => {
    const lock = readFileSync("package-lock.json", "utf8");

    expect(lock).not.toContain('"resolved"');
    expect(readme).not.toMatch(/\/(root|home)\//);
  });

  describe("settings.env.example", () => {
    const { settings, problems } = parseSettingsFile(readFileSync("settings.env.example", "utf8"));
    const example = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
    const { WEBHOOK_SECRETS: lists = "" } = example;
    const secrets = Object.values(JSON.parse(lists) as Record<string, string[]>).flat();
    const keys = [example["NCLOUD_ACCESS_KEY"] ?? "", example["NCLOUD_SECRET_KEY"] ?? ""];

    test("can be read, has settings only, and is what both READMEs copy", () => {
      expect(problems).toEqual([]);
      expect(settingNames).toEqual(expect.arrayContaining(Object.keys(example)));
      for (const text of [readme, korean]) {
        expect(text).toContain("cp settings.env.example my.env");
      }
    });

    test("has no secret and no key but placeholders", () => {
      expect([...keys, ...secrets].filter((text) => !isPlaceholder(text))).toEqual([]);
      expect(secrets).toHaveLength(5);
    });

    test("lacks what is to be filled in, and nothing else", () => {
      const named = examineFunction("webhook", example).problems.map(({ setting }) => setting);
      const filled = {
        ...example,
        NCLOUD_ACCESS_KEY: "ncp_iam_A1B2C3D4E5F6",
        NCLOUD_SECRET_KEY: "b2c4d6e8f0",
        DATASTREAM_TOPIC: "h4j6l-orders",
        WEBHOOK_SECRETS: lists.replaceAll(/<[^>]*>/g, "b2c4d6e8f0a1b2c3d4"),
      };

      expect(new Set(named)).toEqual(
        new Set(["NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_KEY", "DATASTREAM_TOPIC", "WEBHOOK_SECRETS"]),
      );
      expect(examineFunction("webhook", filled).problems).toEqual([]);
    });

    test("is filled in under names that git ignores, and so is every other settings file", () => {
      const ignored = readFileSync(".gitignore", "utf8").split("\n");

      expect(ignored).toEqual(expect.arrayContaining(["*.env", "!local/settings.env"]));
    });
  });

  test("README.ko.md has the sections, commands and tables of README.md", () => {
    const levels = (text: string) => text.match(/^#+(?= )/gm);

    expect(levels(korean)).toEqual(levels(readme));
    expect(codeBlocks(korean)).toEqual(codeBlocks(readme));
    expect(tableRows(korean)).toEqual(tableRows(readme));
  });

  test("the fault script in local/README.md is one that the stand-in takes", () => {
    const [, script = ""] =
      /```json\n([\s\S]*?)```/.exec(readFileSync("local/README.md", "utf8")) ?? [];

    expect(parseFaultScript(JSON.parse(script)).steps).toHaveLength(3);
  });

  test.each(documents)("every file that %s links to is there", (document) => {
    const links = [...readFileSync(document, "utf8").matchAll(/\]\(([^)#:]+)\)/g)];
    const targets = links.map(([, target = ""]) => join(dirname(document), target));

    expect(targets.filter((target) => !existsSync(target))).toEqual([]);
  });

  test.each(documents)("every npm script that %s names is there", (document) => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: object };
    const named = [
      ...readFileSync(document, "utf8").matchAll(/npm run (?:-s |--silent )?([a-z][a-z:-]*)/g),
    ].map(([, name = ""]) => name);

    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});
