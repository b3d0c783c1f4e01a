import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import {
  config,
  deployKeys,
  environment,
  secrets,
  startDouble,
  writeConfig,
  writeFile,
} from "./harness.ts";

type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** The command as a person types it, with an environment of its own. */
function runCommand(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const { PATH = "" } = process.env;
  const options = { env: { PATH, ...env }, timeout: 60_000 };
  return new Promise((resolve) => {
    const argv = ["--import", "tsx", "cli/deploy.ts", ...args];
    execFile(process.execPath, argv, options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** A configuration as the example has it: a module. */
function writeModule(): string {
  return writeFile("deploy.config.ts", `export const config = ${JSON.stringify(config)};\n`);
}

const keys = { DEPLOY_ACCESS_KEY: deployKeys.access, DEPLOY_SECRET_KEY: deployKeys.secret };
/** A settings file: the environment then holds the deployer's key pair alone. */
const settingsText = Object.entries(environment)
  .filter(([name]) => !name.startsWith("DEPLOY_"))
  .map(([name, value]) => `${name}='${value}'`)
  .join("\n");

describe("the command", { timeout: 120_000 }, () => {
  test("plans, applies, plans nothing more and removes, and says no secret", async () => {
    const double = await startDouble();
    const common = [
      "--config",
      writeModule(),
      "--settings",
      writeFile("settings.env", settingsText),
      "--endpoint",
      double.origin,
    ];

    const plan = await runCommand(["--plan", ...common], keys);
    const apply = await runCommand(["--apply", "--no-smoke", ...common], keys);
    const again = await runCommand(["--plan", "--json", ...common], keys);
    const removed = await runCommand(["--remove", ...common], keys);

    expect([plan.code, apply.code, again.code, removed.code]).toEqual([0, 0, 0, 0]);
    expect(plan.out).toContain("create: 10\n");
    expect(JSON.parse(again.out).changes.map(({ change }: { change: string }) => change)).toEqual(
      Array.from({ length: 10 }, () => "same"),
    );
    expect(double.resources().size).toBe(0);
    for (const { out, err } of [plan, apply, again, removed]) {
      expect(err).toBe("");
      for (const secret of secrets) {
        expect(out).not.toContain(secret);
      }
    }
  });

  test("explains itself, with its exit codes", async () => {
    const { code, out } = await runCommand(["--help"], {});

    expect(code).toBe(0);
    expect(out).toContain("Usage: npm run deploy -- [options]");
    for (const words of [
      "--plan",
      "--apply",
      "--remove",
      "Exit codes:",
      "  0  ",
      "  1  ",
      "  2  ",
    ]) {
      expect(out).toContain(words);
    }
  });

  test.for([
    ["an option that there is not", ["--plan", "--frobnicate"], "unknown option"],
    ["nothing to do", [], "give one of --plan, --apply and --remove"],
    ["a word too many", ["--plan", "now"], "too many arguments"],
    ["no configuration", ["--plan", "--config", "/nowhere.ts"], "/nowhere.ts is not there"],
  ] as const)("ends with 2 for %s", async ([, args, message]) => {
    const { code, err, out } = await runCommand(args, keys);

    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(out).toBe("");
  });

  test("says in which line a configuration is no TypeScript, and quotes nothing of it", async () => {
    const file = writeFile("deploy.config.ts", "export const config = {\n  region: };");

    const { code, err } = await runCommand(["--plan", "--config", file], keys);

    expect(code).toBe(2);
    expect(err).toBe(
      `error: ${file} cannot be loaded (TransformError, line 2, column 10)\npage: docs/troubleshooting.md#usage\n`,
    );
  });

  test("ends with 1 where nobody answers, after its retries", async () => {
    const double = await startDouble();
    await double.close();
    const file = writeConfig(config);

    const { code, err } = await runCommand(
      ["--plan", "--config", file, "--endpoint", double.origin],
      environment,
    );

    expect(code).toBe(1);
    expect(err).toContain("no answer (ECONNREFUSED)");
    expect(err).not.toContain(dirname(file));
  });
});
