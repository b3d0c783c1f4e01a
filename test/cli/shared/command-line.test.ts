import { describe, expect, test } from "vitest";
import { runDeploy } from "../../../cli/deploy/command.ts";
import { runDoctor } from "../../../cli/doctor/command.ts";
import { runProduce } from "../../../cli/produce/command.ts";
import { runCommand } from "./terminal.ts";

describe.each([
  ["deploy", runDeploy, ["--plan"]],
  ["doctor", runDoctor, []],
  ["produce", runProduce, ["--key", "k", "--value", "v"]],
] as const)("the command line of %s", (_, run, argv) => {
  const nowhere = ["--settings", "/nowhere/x.env", ...argv];

  test("people read on standard error why nothing was done, and the exit code is 2", async () => {
    const argvOfDeploy = [...nowhere, ...(run === runDeploy ? ["--config", "/nowhere.ts"] : [])];

    const { code, out, error } = await runCommand(run, argvOfDeploy);

    expect([code, out]).toEqual([2, ""]);
    expect(error).toMatch(/^error: \/nowhere.*\npage: docs\/troubleshooting\.md#usage\n$/);
  });

  test.each([
    ["an unknown option", ["--frobnicate", "--json"], "unknown option '--frobnicate'"],
    ["an option without its value", ["--json", "--settings"], "argument missing"],
    ["a word too many", ["--json", "now"], "too many arguments"],
  ])("machines get one JSON object for %s, and the exit code is 2", async (_, wrong, problem) => {
    const { code, out, error } = await runCommand(run, [...argv, ...wrong]);

    expect([code, error]).toEqual([2, ""]);
    expect(JSON.parse(out)).toEqual({
      ok: false,
      problems: [expect.stringContaining(problem)],
      page: "docs/troubleshooting.md#usage",
    });
  });

  test("a value that looks like --json is a value", async () => {
    const { code, out, error } = await runCommand(run, [...argv, "--settings", "--json"]);

    expect([code, out]).toEqual([2, ""]);
    expect(error).toMatch(/^error: /);
  });
});

test.each([
  ["--partition", "--partition must be a whole number from 0 to 1023"],
  ["--from-offset", "--from-offset must be a whole number of bytes"],
])("machines get one JSON object for a wrong value of %s before --json", async (name, problem) => {
  const { code, out, error } = await runCommand(runProduce, [name, "x", "--json"]);

  expect([code, error]).toEqual([2, ""]);
  expect(JSON.parse(out)).toEqual({
    ...{ ok: false, problems: [problem], page: "docs/troubleshooting.md#usage" },
  });
});
