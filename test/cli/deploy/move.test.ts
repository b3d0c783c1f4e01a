import { describe, expect, test } from "vitest";
import type { StoredTrigger } from "../../../local/cloud-functions/resources.ts";
import type { RunningCloudFunctions } from "../../../local/cloud-functions/server.ts";
import { config, type RunOptions, runDeploy, startCloudFunctionsEmulator } from "./harness.ts";
import { interruptions } from "./interruptions.ts";
import { keepState, onceForEachState } from "./left-behind.ts";

const functions = {
  heartbeat: { cron: "*/5 * * * *" },
  redrive: { cron: "0 * * * *" },
  event: { triggers: [{ type: "insight", links: [{ prodKey: "1", ruleGrpId: "2" }] }] },
};
const bare = { ...config, functions };
const named = { ...bare, name: "prod" };

function apply(emulator: RunningCloudFunctions, given: unknown, options: RunOptions = {}) {
  return runDeploy(emulator.origin, { apply: true, given, ...options });
}

function stateOf(emulator: RunningCloudFunctions): readonly unknown[] {
  const entries = [...emulator.resources()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return structuredClone(entries);
}

/** Returns each trigger with the actions that it runs. */
function runsOf(emulator: RunningCloudFunctions): Readonly<Record<string, readonly string[]>> {
  const triggers = [...emulator.resources().values()].filter(
    (one): one is StoredTrigger => one.kind === "trigger",
  );
  return Object.fromEntries(triggers.map(({ name, actions }) => [name, actions]));
}

function actionsOf(emulator: RunningCloudFunctions): readonly string[] {
  return [...emulator.resources()].flatMap(([key, { kind }]) => (kind === "action" ? [key] : []));
}

async function fresh(given: unknown): Promise<readonly unknown[]> {
  const emulator = await startCloudFunctionsEmulator();
  await apply(emulator, given);
  return stateOf(emulator);
}

/** Gives everything the mark of an earlier version, which names neither configuration nor package. */
function makeOld(emulator: RunningCloudFunctions): void {
  for (const resource of [...emulator.resources().values()]) {
    emulator.plant({ ...resource, description: resource.description.split("; ")[0] ?? "" });
  }
}

describe.each(["bare", "with-package"] as const)("linked actions are shown %s", (actionNames) => {
  test.each([
    ["into a package", named, { ...named, package: "relay" }],
    ["out of its package", { ...named, package: "relay" }, named],
    ["to another package", { ...named, package: "relay" }, { ...named, package: "other" }],
    ["to another prefix", named, { ...named, prefix: "shop" }],
    [
      "to another package and prefix",
      { ...named, package: "relay" },
      { ...named, package: "other", prefix: "shop" },
    ],
  ])(
    "a move %s leaves what a first apply there would make, and nothing else",
    async (...[, from, to]) => {
      const emulator = await startCloudFunctionsEmulator({ shown: { actionNames } });
      await apply(emulator, from);

      const plan = await runDeploy(emulator.origin, { plan: true, given: to });
      const moved = await apply(emulator, to);
      const again = await runDeploy(emulator.origin, { plan: true, given: to });

      expect([plan.code, moved.code]).toEqual([0, 0]);
      expect(plan.out).toContain("- action ");
      expect(stateOf(emulator)).toEqual(await fresh(to));
      expect(again.out).toMatch(/\nsame: \d+\n/);
    },
  );
});

test.each([
  ["an earlier version made", true, named],
  ["an earlier version made, without a name", true, bare],
  ["a configuration without a name made", false, bare],
])(
  "a move of what %s links its triggers to the new actions alone, and names the old ones",
  async (...[, isOld, to]) => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, bare);
    if (isOld) {
      makeOld(emulator);
    }

    const { code, out } = await apply(emulator, { ...to, package: "relay" }, { prune: true });

    expect(code).toBe(0);
    expect(runsOf(emulator)).toEqual({
      "datastream-relay-heartbeat-cron": ["relay/datastream-relay-heartbeat"],
      "datastream-relay-redrive-cron": ["relay/datastream-relay-redrive"],
      "datastream-relay-event-insight": ["relay/datastream-relay-event"],
    });
    expect(out).toContain("left alone, because it bears no configuration's name (");
    expect(actionsOf(emulator)).toHaveLength(6);
  },
);

test("what an earlier version made at the same place is ours without a word", async () => {
  const emulator = await startCloudFunctionsEmulator();
  await apply(emulator, named);
  const before = stateOf(emulator);
  makeOld(emulator);

  const { code, out } = await apply(emulator, named);

  expect(code).toBe(0);
  expect(out).not.toContain("left alone");
  expect(stateOf(emulator)).toEqual(before);
});

test("a second stage that took over the first one's name is told what an apply would take away", async () => {
  const emulator = await startCloudFunctionsEmulator();
  await apply(emulator, named);

  const copied = await runDeploy(emulator.origin, {
    ...{ plan: true, json: true },
    given: { ...named, prefix: "shop" },
  });
  const renamed = await runDeploy(emulator.origin, {
    ...{ plan: true, json: true },
    given: { ...named, name: "staging", prefix: "shop" },
  });

  const warning =
    "the configuration prod is deployed with another prefix or package too: an apply moves it to the prefix shop and the package -, and removes it there. If that is another stage, give this one a name of its own";
  expect(JSON.parse(copied.out).warnings).toContain(warning);
  expect(JSON.parse(renamed.out).changes).not.toContainEqual(
    expect.objectContaining({ change: "delete" }),
  );
});

test("a configuration that gets a name keeps what it made without one", async () => {
  const emulator = await startCloudFunctionsEmulator();
  await apply(emulator, bare);

  const { code } = await apply(emulator, named);

  expect(code).toBe(0);
  expect(stateOf(emulator)).toEqual(await fresh(named));
});

test("a move works where names are unique across packages", async () => {
  const emulator = await startCloudFunctionsEmulator({ namesAreUnique: true });
  await apply(emulator, { ...named, package: "relay" });

  const { code, out, err } = await apply(emulator, { ...named, package: "other" });

  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain("done: - package relay");
  expect(stateOf(emulator)).toEqual(await fresh({ ...named, package: "other" }));
});

test("between the two links a trigger runs both actions and never none", async () => {
  const emulator = await startCloudFunctionsEmulator();
  await apply(emulator, named);
  const seen: number[] = [];
  emulator.setFaults(() => {
    seen.push(runsOf(emulator)["datastream-relay-heartbeat-cron"]?.length ?? 0);
    return undefined;
  });

  await apply(emulator, { ...named, package: "relay" });

  expect(new Set(seen)).toEqual(new Set([1, 2]));
});

describe("two deployments in one account", () => {
  const prod = { ...bare, name: "prod", prefix: "shop" };
  const staging = { ...bare, name: "staging", prefix: "shop-event" };

  test.each([
    ["--apply", { apply: true }],
    ["--apply --prune", { apply: true, prune: true }],
    ["--remove", { remove: true }],
  ])(
    "%s of one touches nothing of the other, although its prefix begins with the other's",
    async (...[, options]) => {
      for (const [mine, other] of [
        [prod, staging],
        [staging, prod],
      ]) {
        const emulator = await startCloudFunctionsEmulator();
        await apply(emulator, other);
        const before = stateOf(emulator);
        await apply(emulator, mine);
        const given = { ...mine, package: "moved", functions: { heartbeat: functions.heartbeat } };

        const { code } = await runDeploy(emulator.origin, { ...options, given });

        const left = new Map(stateOf(emulator) as readonly (readonly [string, unknown])[]);
        expect(code).toBe(0);
        expect(before.filter((one) => !left.has((one as readonly [string])[0]))).toEqual([]);
        expect(stateOf(emulator)).toEqual(expect.arrayContaining([...before]));
      }
    },
  );

  test("a configuration with another's prefix is refused", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, prod);
    const before = stateOf(emulator);

    const { code, out } = await apply(emulator, { ...staging, prefix: "shop" });

    expect(code).toBe(1);
    expect(out).toContain("belongs to another deployment: configuration prod");
    expect(stateOf(emulator)).toEqual(before);
  });

  test("a configuration without a name under another prefix leaves and names what it finds", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, bare);
    const before = stateOf(emulator);

    const { out } = await apply(emulator, { ...bare, prefix: "shop" }, { prune: true });

    expect(out).toContain(
      "left alone, because it belongs to another deployment (prefix datastream-relay): ",
    );
    expect(stateOf(emulator)).toEqual(expect.arrayContaining([...before]));
  });
});

describe("an interrupted move", () => {
  const from = { ...named, functions: { heartbeat: functions.heartbeat }, package: "relay" };
  const moves = [
    { ...from, package: "other" },
    { ...from, prefix: "shop" },
  ].map((to) => ({
    to,
    finish: onceForEachState(async (emulator) => {
      const { code } = await apply(emulator, to);
      return { code, state: stateOf(emulator) };
    }),
  }));

  test.for(
    interruptions.flatMap(([words, faultAt]) =>
      moves.map((move) => [words, move.to.package, faultAt, move] as const),
    ),
  )(
    "a move that ends at any request because %s is finished by the next apply (%s)",
    {
      timeout: 120_000,
    },
    async ([, , faultAt, { to, finish }]) => {
      const done = await startCloudFunctionsEmulator();
      await apply(done, from);
      const before = done.calls().length;
      await apply(done, to);
      const requests = done.calls().length - before;
      const state = stateOf(done);
      const emulator = await startCloudFunctionsEmulator();
      await apply(emulator, from);
      const putBack = keepState(emulator);

      for (let k = 1; k <= requests; k += 1) {
        putBack();
        emulator.setFaults((n) => faultAt(n, k));
        const cut = await apply(emulator, to);
        emulator.setFaults(() => undefined);
        const finished = await finish(emulator);

        expect([k, cut.code, finished.code]).toEqual([k, 1, 0]);
        expect(finished.state).toEqual(state);
      }
    },
  );
});
