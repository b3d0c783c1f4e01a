import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runDeploy } from "../../cli/deploy/command.ts";
import { runDoctor } from "../../cli/doctor/command.ts";
import { runProduce } from "../../cli/produce/command.ts";
import { logResult } from "../../lib/function/log-result.ts";
import type { LogFields } from "../../lib/model/log.ts";
import { endedEarly, unexpected } from "../../lib/model/result.ts";
import { settingNames } from "../../lib/settings/settings.ts";
import { signingMistakes } from "../../local/data-stream/diagnosis/signing-mistakes.ts";
import { runCommand } from "../cli/shared/terminal.ts";

const pages = ["docs/troubleshooting.md", "docs/ko/troubleshooting.md"] as const;

/** Headings as they stand, and explicit anchors. */
function anchorsOf(page: string): readonly string[] {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(/^### (\S+)$|<a id="([^"]+)"/gm)].map(
    ([, heading, id]) => heading ?? id ?? "",
  );
}

function sourcesOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
}

const codes = readFileSync("lib/model/result.ts", "utf8").match(/(?<=\| ")[A-Z_]+(?=")/g) ?? [];
const doctor = sourcesOf("cli/doctor");
const rows = [...doctor.matchAll(/\{ check: "([a-z ]+)"/g)].map(([, row = ""]) => row);
/** Every anchor that a command names and that is no error code. */
const named = [
  ...sourcesOf("cli").matchAll(/(?:toPage\(|otherwise = )"([\w-]+)"\)/g),
  ...sourcesOf("cli/produce").matchAll(/code: "(NOT_ATTEMPTED|INTERRUPTED|INPUT)"/g),
  ...sourcesOf("cli/deploy").matchAll(/"(deploy-(?:api|refused|smoke|verify))"/g),
].flatMap(([, ...anchors]) => anchors);

describe.each(pages)("%s", (page) => {
  const anchors = anchorsOf(page);

  test("the page has one place for every error code", () => {
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => anchors.filter((one) => one === code).length !== 1)).toEqual([]);
  });

  test("the page has one place for every row of the doctor", () => {
    const expected = new Set(rows.map((row) => `doctor-${row.replaceAll(" ", "-")}`));

    expect(expected.size).toBe(14);
    expect(new Set(anchors.filter((one) => one.startsWith("doctor-")))).toEqual(expected);
  });

  test("the page has a place for every anchor that a command names", () => {
    expect(named).toEqual(expect.arrayContaining(["usage", "deploy-api", "npm-start", "INPUT"]));
    expect(named.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });

  test("leads to no place of its own that is not there", () => {
    const text = readFileSync(page, "utf8");
    const slugs = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => toSlug(heading));
    const targets = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, target = ""]) => target);

    expect(targets.filter((target) => ![...slugs, ...anchors].includes(target))).toEqual([]);
  });
});

/** As GitHub makes it. */
function toSlug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}

test("the English page names every signing mistake that the emulator finds", () => {
  const text = readFileSync("docs/troubleshooting.md", "utf8");
  const signed = { method: "POST", target: "/a?b", timestamp: "1700000000000", accessKey: "k" };
  const evidence = { signed, host: "h", secretKey: "s", otherSecretKeys: ["o"], body: "{}" };
  const mistakes = signingMistakes({ ...evidence, signature: "" }).map(({ mistake }) =>
    mistake.replace(/:.*|\.$/s, ""),
  );
  const layout = /ends with a line end|not separated by a line feed|access key was left out/;

  expect([...new Set(mistakes)].filter((one) => !layout.test(one) && !text.includes(one))).toEqual(
    [],
  );
});

test.runIf(existsSync("docs/settings.md"))("docs/settings.md has a place for every setting", () => {
  const anchors = anchorsOf("docs/settings.md");

  expect(settingNames.filter((name) => !anchors.includes(name))).toEqual([]);
});

test("a log line with a code names its page, and one without a code names none", () => {
  const lines: LogFields[] = [];
  const write = (_: string, fields?: LogFields | (() => LogFields)) => {
    lines.push(typeof fields === "function" ? fields() : (fields ?? {}));
  };
  const log = { debug: write, info: write, warn: write, error: write };

  logResult(log, endedEarly(unexpected(new TypeError("foreign text"))), 1);
  logResult(log, endedEarly({ kind: "healthy" }), 1);

  expect(lines[0]).toMatchObject({
    code: "UNEXPECTED",
    page: "docs/troubleshooting.md#UNEXPECTED",
  });
  expect(lines[1]?.["page"]).toBeUndefined();
});

const runs = [
  {
    ...{ name: "doctor", run: runDoctor, argv: [], exitCode: 1 },
    page: "docs/settings.md#NCLOUD_ACCESS_KEY",
  },
  {
    ...{ name: "produce", run: runProduce, argv: ["--key", "k", "--value", "v"], exitCode: 2 },
    page: "docs/settings.md#NCLOUD_ACCESS_KEY",
  },
  {
    ...{ name: "deploy", run: runDeploy, argv: ["--plan", "--config", "/nowhere.ts"], exitCode: 2 },
    page: "docs/troubleshooting.md#usage",
  },
];

test.each(runs)("npm run $name names its page to people and to machines", async (expected) => {
  const { run, argv, exitCode, page } = expected;

  const people = await runCommand(run, argv, { settings: {} });
  const machines = await runCommand(run, [...argv, "--json"], { settings: {} });

  expect([people.code, machines.code]).toEqual([exitCode, exitCode]);
  expect(people.error).toContain(`page: ${page}\n`);
  expect(JSON.parse(machines.out)).toMatchObject({ ok: false, page });
});
