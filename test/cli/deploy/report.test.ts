import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { mergeNotes, toWarningLines } from "../../../cli/deploy/output/warnings.ts";
import { config, type RunOptions, runDeploy, startCloudFunctionsEmulator } from "./harness.ts";

const schema = JSON.parse(readFileSync("docs/examples/deploy-report.schema.json", "utf8"));
const isReport = new Ajv2020({ strict: true }).compile(schema);

/** Runs the command twice over, as text and as JSON, and checks the form of the latter. */
async function runJson(origin: string | undefined, options: RunOptions) {
  const { code, out, err } = await runDeploy(origin, { gateway: true, ...options, json: true });
  const report = JSON.parse(out);
  expect(err).toBe("");
  expect(isReport(report), JSON.stringify(isReport.errors)).toBe(true);
  expect(out.trimEnd()).not.toContain("\n");
  return { code, report };
}

const heartbeatOnly = { ...config, functions: { heartbeat: { cron: "*/5 * * * *" } } };

describe("the JSON of deploy", () => {
  test("every ending has the documented form", async () => {
    const emulator = await startCloudFunctionsEmulator({
      run: async () => ({ status: 200, result: { delivered: 1 } }),
    });
    const { origin } = emulator;

    const first = await runJson(origin, { plan: true });
    const applied = await runJson(origin, { apply: true, smoke: true });
    const again = await runJson(origin, { plan: true });
    const dropped = await runJson(origin, { plan: true, given: heartbeatOnly });
    const pruned = await runJson(origin, { plan: true, prune: true, given: heartbeatOnly });
    const planned = await runJson(origin, { plan: true, remove: true });
    const removed = await runJson(origin, { remove: true });
    const empty = await runJson(origin, { plan: true, remove: true });

    expect(
      [first, applied, again, dropped, pruned, planned, removed, empty].map(({ code }) => code),
    ).toEqual(Array.from({ length: 8 }, () => 0));
    expect(
      [first, again, dropped, pruned, planned, empty].map(({ report }) => report.differs),
    ).toEqual([true, false, false, true, true, false]);
    expect(applied.report).toMatchObject({
      smoke: { ending: "passed" },
      verification: { problems: [], notes: [] },
    });
    expect(dropped.report.leftovers).toContainEqual({
      kind: "action",
      name: "datastream-relay-webhook",
    });
    expect(pruned.report.leftovers).toEqual([]);
    expect(applied.report.gateway).toMatchObject({ api: "webhooks", isOpen: true });
    expect(applied.report.manualSteps).not.toEqual([]);
    expect(planned.report.manualSteps).toEqual([]);
    expect(empty.report.manualSteps).toEqual([]);
  });

  test("a run that broke off and one that never began have the documented form", async () => {
    const emulator = await startCloudFunctionsEmulator();
    emulator.setFaults((_, { method }) =>
      method === "PUT" ? { kind: "status", status: 401 } : undefined,
    );

    const broken = await runJson(emulator.origin, { apply: true });
    const wrong = await runJson(emulator.origin, { plan: true, given: { region: "moon" } });

    expect([broken.code, wrong.code]).toEqual([1, 2]);
    expect(broken.report).toMatchObject({ done: [], failed: { kind: "action" } });
    expect(wrong.report.page).toBe("docs/troubleshooting.md#usage");
  });

  test("a refused apply has its problems, and its page", async () => {
    const emulator = await startCloudFunctionsEmulator();
    emulator.plant({
      ...{ kind: "action", name: "datastream-relay-heartbeat", packageName: "-" },
      ...{ platform: "vpc", type: "basic", description: "mine", runtime: "nodejs:22", code: "" },
      ...{ binary: false, main: "main", timeoutMs: 1_000, memoryMb: 256, vpc: undefined },
      ...{ rawHttp: false, customOptions: false, parameters: {} },
    });

    const { code, report } = await runJson(emulator.origin, { apply: true });

    expect(code).toBe(1);
    expect(report).toMatchObject({
      ok: false,
      problems: [expect.stringContaining("datastream-relay-heartbeat"), "nothing was changed"],
      page: "docs/troubleshooting.md#deploy-refused",
    });
  });
});

describe("--exit-code", () => {
  test("a plan ends with 3 if something differs, with 0 if nothing does, and with 1 if it is refused", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const plan = { plan: true, exitCode: true };

    const fresh = await runDeploy(emulator.origin, plan);
    await runDeploy(emulator.origin, { apply: true });
    const same = await runDeploy(emulator.origin, plan);
    const withoutIt = await runDeploy(emulator.origin, {
      plan: true,
      given: { ...config, runtime: "nodejs:20" },
    });
    const changed = await runDeploy(emulator.origin, {
      ...plan,
      given: { ...config, runtime: "nodejs:20" },
    });
    const there = await runDeploy(emulator.origin, { ...plan, remove: true });
    await runDeploy(emulator.origin, { remove: true });
    const gone = await runDeploy(emulator.origin, { ...plan, remove: true });
    emulator.setFaults(() => ({ kind: "status", status: 401 }));
    const refused = await runDeploy(emulator.origin, plan);
    const wrong = await runDeploy(emulator.origin, { ...plan, given: {} });

    expect(
      [fresh, same, withoutIt, changed, there, gone, refused, wrong].map(({ code }) => code),
    ).toEqual([3, 0, 0, 3, 3, 0, 1, 2]);
  });

  test("an action whose parameters cannot be read is left alone, and counts as the same", async () => {
    const emulator = await startCloudFunctionsEmulator({ shown: { parameters: false } });
    await runDeploy(emulator.origin, { apply: true });

    const { code } = await runDeploy(emulator.origin, { plan: true, exitCode: true });

    expect(code).toBe(0);
  });
});

describe("warnings", () => {
  test("a warning of several functions is one line after their names", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const given = {
      ...config,
      functions: { heartbeat: { cron: "0 0 * 1 *" }, redrive: { cron: "0 0 * 2 *" } },
    };

    const { out } = await runDeploy(emulator.origin, { plan: true, given });

    expect(out).toContain("  heartbeat, redrive: the time zone of cron triggers is not documented");
    expect(out).toContain(
      "  functions.heartbeat.cron, functions.redrive.cron, its month field: one page of the guide",
    );
    expect(out.match(/its month field/g)).toHaveLength(1);
  });

  test("what does not read back is one line for each field, after the names of the actions", async () => {
    const emulator = await startCloudFunctionsEmulator({ shown: { parameters: false } });

    const { out } = await runDeploy(emulator.origin, { apply: true });

    expect(out).toContain(
      "  action datastream-relay-webhook, action datastream-relay-bucket, action datastream-relay-heartbeat, action datastream-relay-redrive: parameters does not read back, so it cannot be compared\n",
    );
  });

  test("equal texts are merged in the order in which they came", () => {
    expect(
      toWarningLines(["b", { about: ["x"], text: ": a" }, "b", { about: ["y", "x"], text: ": a" }]),
    ).toEqual(["b", "x, y: a"]);
    expect(mergeNotes(["x: a", "no colon", "y: a"])).toEqual(["x, y: a", "no colon"]);
  });
});
