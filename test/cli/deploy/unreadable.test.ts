import { describe, expect, test } from "vitest";
import type { RunningCloudFunctions } from "../../../local/cloud-functions/server.ts";
import {
  config,
  environment,
  type RunOptions,
  runDeploy,
  startCloudFunctionsEmulator,
} from "./harness.ts";

const given = { ...config, functions: { heartbeat: { cron: "*/5 * * * *" } } };
const changed = { ...config, functions: { heartbeat: { cron: "*/7 * * * *" } } };

/** Encrypts parameters as somebody does in the console. */
async function encrypt(emulator: RunningCloudFunctions, how: unknown): Promise<void> {
  const url = `${emulator.origin}/_/actions/-/datastream-relay-heartbeat/encrypt`;
  const { status } = await fetch(url, { method: "POST", body: JSON.stringify(how) });
  expect(status).toBe(200);
}

function actionOf(emulator: RunningCloudFunctions): unknown {
  return structuredClone(emulator.resources().get("datastream-relay-heartbeat"));
}

function run(emulator: RunningCloudFunctions, options: RunOptions) {
  return runDeploy(emulator.origin, options);
}

describe("an action whose parameters were encrypted in the console", () => {
  const secret = ["NCLOUD_SECRET_KEY"];
  const forms = [
    ["masked", { as: "masked" }, "masked: DATASTREAM_ENDPOINT, "],
    ["masked one by one", { as: "masked", names: secret }, "(masked: NCLOUD_SECRET_KEY)"],
    ["empty", { as: "empty", names: secret }, "(masked: NCLOUD_SECRET_KEY)"],
    ["an object", { as: "object", names: secret }, "(masked: NCLOUD_SECRET_KEY)"],
    ["null", { as: "null", names: secret }, "(masked: NCLOUD_SECRET_KEY)"],
    ["left out", { as: "omitted", names: secret }, "(not shown: NCLOUD_SECRET_KEY)"],
    ["none at all", { as: "none" }, "not shown: DATASTREAM_ENDPOINT, "],
    ["without their field", { as: "dropped" }, "not shown: DATASTREAM_ENDPOINT, "],
  ] as const;

  test.each(forms)(
    "is not written if a read shows them as %s, and its trigger is",
    async (_, how, told) => {
      const emulator = await startCloudFunctionsEmulator();
      await run(emulator, { apply: true, given });
      await encrypt(emulator, how);
      const before = actionOf(emulator);

      const plan = await run(emulator, { plan: true, given });
      const { code, out } = await run(emulator, { apply: true, given: changed });

      expect([plan.code, code]).toEqual([0, 0]);
      expect(plan.out).toContain(
        `! action datastream-relay-heartbeat (kept): its parameters cannot be read`,
      );
      expect(plan.out).toContain(told);
      expect(plan.out).toContain("--overwrite-parameters");
      expect(out).toContain("  action datastream-relay-heartbeat: its parameters cannot be read");
      expect(actionOf(emulator)).toEqual(before);
      expect(emulator.resources().get("datastream-relay-heartbeat-cron")).toMatchObject({
        cronOption: "*/7 * * * *",
      });
    },
  );

  test.each(forms)(
    "is written with --overwrite-parameters if a read shows them as %s",
    async (_, how) => {
      const emulator = await startCloudFunctionsEmulator();
      await run(emulator, { apply: true, given });
      const before = actionOf(emulator);
      await encrypt(emulator, how);

      const { code } = await run(emulator, { apply: true, given, overwriteParameters: true });

      expect(code).toBe(0);
      expect(actionOf(emulator)).toEqual(before);
    },
  );

  test("an action is left alone with a row if only the write is refused", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await run(emulator, { apply: true, given });
    await encrypt(emulator, { names: [], refused: true });
    const before = actionOf(emulator);

    const { code, out } = await run(emulator, { apply: true, given: changed });

    expect(code).toBe(0);
    expect(out).toContain(
      "done: ! action datastream-relay-heartbeat (kept): the API does not change it, because its parameters are encrypted",
    );
    expect(actionOf(emulator)).toEqual(before);
  });

  test("an unreadable action is not written by a rollback, which says what helps", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await run(emulator, { apply: true, given });
    await run(emulator, { apply: true, given: changed });
    await encrypt(emulator, { as: "masked" });
    const before = actionOf(emulator);

    const refused = await run(emulator, { rollback: true, given });
    expect(refused.code).toBe(1);
    expect(refused.out).toContain("! action datastream-relay-heartbeat (refused): its parameters");
    expect(actionOf(emulator)).toEqual(before);

    const { code } = await run(emulator, { rollback: true, given, overwriteParameters: true });
    expect(code).toBe(0);
    expect(actionOf(emulator)).toMatchObject({ parameters: { HEARTBEAT_CRON: "*/5 * * * *" } });
  });

  test("an action that the last apply created is not removed by a rollback", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await run(emulator, { apply: true, given });
    await encrypt(emulator, { as: "masked" });
    const before = actionOf(emulator);

    const { out } = await run(emulator, { rollback: true, given });
    expect(out).toContain("action datastream-relay-heartbeat (kept): its parameters");
    expect(actionOf(emulator)).toEqual(before);
  });
});

test("a changed value, a removed setting and one that the console added are no reason to stop", async () => {
  const emulator = await startCloudFunctionsEmulator();
  await run(emulator, { apply: true, given });
  const action = emulator.resources().get("datastream-relay-heartbeat");
  if (action?.kind !== "action") {
    throw new Error("nothing was deployed");
  }
  emulator.plant({
    ...action,
    parameters: { ...action.parameters, DATASTREAM_TOPIC: "x", EXTRA: "" },
  });
  const env = { ...environment, DATASTREAM_PARTITIONS: undefined };

  const { code, out } = await run(emulator, { apply: true, given, env });

  expect(code).toBe(0);
  expect(out).not.toContain("cannot be read");
  expect(emulator.resources().get("datastream-relay-heartbeat")).toMatchObject({
    parameters: expect.not.objectContaining({ EXTRA: "" }),
  });
});
