import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import {
  config,
  deployKeys,
  environment,
  secrets,
  startCloudFunctionsEmulator,
  writeConfig,
  writeFile,
} from "./harness.ts";

type CommandResult = { readonly code: number; readonly out: string; readonly err: string };

/** Runs the command as a person types it, with an environment of its own. */
function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const { PATH = "" } = process.env;
  const options = { env: { PATH, ...env }, timeout: 60_000 };
  return new Promise((resolve) => {
    const argv = ["cli/bin.mjs", "deploy", ...args];
    execFile(process.execPath, argv, options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** Writes a configuration module like the example. */
function writeModule(): string {
  return writeFile("deploy.config.ts", `export const config = ${JSON.stringify(config)};\n`);
}

const keys = { DEPLOY_ACCESS_KEY: deployKeys.access, DEPLOY_SECRET_KEY: deployKeys.secret };
/** The text of a settings file. The environment then contains only the deployer's key pair. */
const settingsText = Object.entries(environment)
  .filter(([name]) => !name.startsWith("DEPLOY_"))
  .map(([name, value]) => `${name}='${value}'`)
  .join("\n");

describe("the command line of deploy", { timeout: 120_000 }, () => {
  test("the command plans, applies, plans nothing more, removes, and shows no secret", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const common = [
      "--config",
      writeModule(),
      "--settings",
      writeFile("settings.env", settingsText),
      "--endpoint",
      emulator.origin,
      "--no-gateway",
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
    expect(emulator.resources().size).toBe(0);
    for (const { out, err } of [plan, apply, again, removed]) {
      expect(err).toBe("");
      for (const secret of secrets) {
        expect(out).not.toContain(secret);
      }
    }
  });

  test("--help lists the options and the exit codes", async () => {
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
    ["an unknown option", ["--plan", "--frobnicate"], "unknown option"],
    ["nothing to do", [], "give one of --plan, --apply and --remove"],
    ["a word too many", ["--plan", "now"], "too many arguments"],
    ["no configuration", ["--plan", "--config", "/nowhere.ts"], "/nowhere.ts is not there"],
  ] as const)("the command ends with 2 for %s", async ([, args, message]) => {
    const { code, err, out } = await runCommand(args, keys);

    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(out).toBe("");
  });

  test("the command names the line of a configuration that is not TypeScript, and quotes nothing of it", async () => {
    const file = writeFile("deploy.config.ts", "export const config = {\n  region: };");

    const { code, err } = await runCommand(["--plan", "--config", file], keys);

    expect(code).toBe(2);
    expect(err).toBe(
      `error: ${file} cannot be loaded (TransformError, line 2, column 10)\npage: docs/troubleshooting.md#usage\n`,
    );
  });

  test("the command ends with 1 after its retries if the API does not respond", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await emulator.close();
    const file = writeConfig(config);

    const { code, err } = await runCommand(
      ["--plan", "--config", file, "--endpoint", emulator.origin],
      environment,
    );

    expect(code).toBe(1);
    expect(err).toContain("no answer (ECONNREFUSED)");
    expect(err).not.toContain(dirname(file));
  });
});
