import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRecord } from "../../../cli/deploy/state/record.ts";
import type { StoredAction } from "../../../local/cloud-functions/resources.ts";
import type { RunningCloudFunctions } from "../../../local/cloud-functions/server.ts";
import {
  config,
  environment,
  type RunOptions,
  runDeploy,
  secrets,
  startCloudFunctionsEmulator,
  stateFolder,
} from "./harness.ts";
import { interruptions } from "./interruptions.ts";
import { keepState, onceForEachState } from "./left-behind.ts";

const functions = {
  heartbeat: { cron: "*/5 * * * *" },
  bucket: { events: [{ bucketName: "uploads", eventRuleName: "created" }] },
  redrive: { cron: "0 * * * *" },
};
const first = { ...config, name: "prod", functions };

/** Returns a configuration that differs in settings and schedules. */
function version(minutes: number) {
  const heartbeat = { cron: `*/${minutes} * * * *`, memoryMb: 512 };
  const bucket = { ...functions.bucket, settings: { DATASTREAM_TOPIC: `orders-${minutes}` } };
  return { ...first, functions: { ...functions, heartbeat, bucket } };
}

function apply(emulator: RunningCloudFunctions, given: unknown, options: RunOptions = {}) {
  return runDeploy(emulator.origin, { apply: true, given, ...options });
}

function rollback(emulator: RunningCloudFunctions, given: unknown, options: RunOptions = {}) {
  return runDeploy(emulator.origin, { rollback: true, given, ...options });
}

function stateOf(emulator: RunningCloudFunctions): readonly unknown[] {
  return structuredClone([...emulator.resources()].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function actionOf(emulator: RunningCloudFunctions, name: string): StoredAction {
  const found = emulator.resources().get(`datastream-relay-${name}`);
  if (found?.kind !== "action") {
    throw new Error(`${name} is not deployed`);
  }
  return found;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

function recordsOf(emulator: RunningCloudFunctions): readonly string[] {
  return filesIn(stateFolder(emulator.origin)).filter((file) => file.endsWith(".json"));
}

describe("deploy --rollback", () => {
  test("a rollback puts code, settings and triggers back, and a second one goes one further", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const states: (readonly unknown[])[] = [];
    for (const minutes of [6, 7, 8]) {
      await apply(emulator, version(minutes));
      states.push(stateOf(emulator));
    }
    emulator.plant({ ...actionOf(emulator, "heartbeat"), code: "exports.main = () => ({})" });
    const changed = stateOf(emulator);
    await apply(emulator, version(9));

    for (const expected of [changed, states[1], states[0]]) {
      const { code } = await rollback(emulator, version(9));
      expect(code).toBe(0);
      expect(stateOf(emulator)).toEqual(expected);
    }
  });

  test("an apply after a rollback works as ever, and can be rolled back", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, version(6));
    const old = stateOf(emulator);
    await apply(emulator, version(7));
    const applied = stateOf(emulator);
    await rollback(emulator, version(7));

    const again = await apply(emulator, version(7));
    expect([again.code, stateOf(emulator)]).toEqual([0, applied]);
    const back = await rollback(emulator, version(7));
    expect([back.code, stateOf(emulator)]).toEqual([0, old]);
  });

  test("--plan shows the same rows and changes nothing", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, version(6));
    await apply(emulator, version(7));
    const before = stateOf(emulator);

    const { code, out } = await rollback(emulator, version(7), { plan: true });

    expect(code).toBe(0);
    expect(out).toContain("plan of rollback: Cloud Functions, region kr");
    expect(out).toContain(`
~ action datastream-relay-heartbeat
    parameters.HEARTBEAT_CRON changed from */7 * * * * to */6 * * * *
`);
    expect(out).toContain("cronOption changed from */7 * * * * to */6 * * * *");
    expect(stateOf(emulator)).toEqual(before);
    expect((await rollback(emulator, version(7))).code).toBe(0);
  });

  test("a rollback of one function leaves the others, and a second one of it goes one further", async () => {
    const emulator = await startCloudFunctionsEmulator();
    for (const minutes of [6, 7, 8]) {
      await apply(emulator, version(minutes));
    }
    const cronOf = () => actionOf(emulator, "heartbeat").parameters["HEARTBEAT_CRON"];
    const topicOf = () => actionOf(emulator, "bucket").parameters["DATASTREAM_TOPIC"];
    const seen: unknown[] = [];
    for (const name of ["heartbeat", "heartbeat", "bucket"]) {
      const { code } = await rollback(emulator, version(8), { rollback: name });
      seen.push([code, cronOf(), topicOf()]);
    }

    expect(seen).toEqual([
      [0, "*/7 * * * *", "orders-8"],
      [0, "*/6 * * * *", "orders-8"],
      [0, "*/6 * * * *", "orders-7"],
    ]);
  });

  test("what the apply created is removed, and what it pruned is back", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const { heartbeat: _, ...rest } = functions;
    await apply(emulator, first);
    const before = stateOf(emulator);
    await apply(emulator, { ...first, functions: rest }, { prune: true });

    const back = await rollback(emulator, { ...first, functions: rest });
    expect([back.code, stateOf(emulator)]).toEqual([0, before]);
    const gone = await rollback(emulator, { ...first, functions: rest });
    expect([gone.code, stateOf(emulator)]).toEqual([0, []]);
  });

  test.each([
    ["another package", { package: "relay" }],
    ["another prefix", { prefix: "shop" }],
  ])("a move to %s is rolled back", async (_, place) => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, { ...first, package: "old" });
    const before = stateOf(emulator);
    await apply(emulator, { ...first, package: "old", ...place });

    const { code } = await rollback(emulator, { ...first, package: "old", ...place });

    expect(code).toBe(0);
    expect(stateOf(emulator)).toEqual(before);
  });

  test("an API that hides a trigger's links does not keep them from being rolled back", async () => {
    const emulator = await startCloudFunctionsEmulator({ shown: { links: "hidden" } });
    await apply(emulator, first);
    const before = stateOf(emulator);
    const events = [{ bucketName: "other", eventRuleName: "created" }];
    await apply(emulator, { ...first, functions: { ...functions, bucket: { events } } });

    const { code } = await rollback(emulator, first);

    expect(code).toBe(0);
    expect(stateOf(emulator)).toEqual(before);
  });

  test("an apply that was cut off and one that finished it are rolled back together", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, version(6));
    const before = stateOf(emulator);
    let puts = 0;
    emulator.setFaults((_n, { method }) => {
      puts += method === "PUT" ? 1 : 0;
      return puts > 1 ? { kind: "status", status: 401 } : undefined;
    });
    const cut = await apply(emulator, version(7));
    emulator.setFaults(() => undefined);
    await apply(emulator, version(7));

    const { code } = await rollback(emulator, version(7));

    expect([cut.code, code]).toEqual([1, 0]);
    expect(stateOf(emulator)).toEqual(before);
  });

  test("an apply that changes nothing leaves no record", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, first);
    await apply(emulator, first);

    expect(recordsOf(emulator)).toHaveLength(1);
  });

  test("what --adopt took over is given back, also by a second try", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, first);
    emulator.plant({
      ...actionOf(emulator, "heartbeat"),
      description: "somebody's",
      memoryMb: 128,
    });
    const before = stateOf(emulator);
    await apply(emulator, first, { adopt: true });
    let isPut = false;
    emulator.setFaults((_n, { method }) => {
      const isLater = isPut && method === "GET";
      isPut ||= method === "PUT";
      return isLater ? { kind: "status", status: 401 } : undefined;
    });

    const cut = await rollback(emulator, first);
    emulator.setFaults(() => undefined);
    const { code } = await rollback(emulator, first);

    expect([cut.code, code]).toEqual([1, 0]);
    expect(stateOf(emulator)).toEqual(before);
  });

  test("a GitHub trigger is rolled back with the present access token, which is named", async () => {
    const emulator = await startCloudFunctionsEmulator({ shown: { links: "masked" } });
    const env = { ...environment, DEPLOY_GITHUB_TOKEN: "ghp_0123456789abcdef" };
    const given = (events: readonly string[]) => ({
      ...first,
      functions: {
        event: {
          triggers: [
            {
              type: "github",
              credential: { username: "octocat", repository: "my-org/my-repo" },
              events,
              link: { productName: "relay", apiName: "github", stageName: "v1" },
            },
          ],
        },
      },
    });
    await apply(emulator, given(["push"]), { env });
    const before = stateOf(emulator);
    await apply(emulator, given(["push", "release"]), { env });
    const text = filesIn(stateFolder(emulator.origin)).map((file) => readFileSync(file, "utf8"));

    const unnamed = { ...first, functions: { heartbeat: functions.heartbeat } };
    const without = await rollback(emulator, unnamed, { json: true });
    const { code, out } = await rollback(emulator, given(["push"]), { env });

    expect(without.code).toBe(1);
    expect(JSON.parse(without.out).changes).toContainEqual({
      ...{ kind: "trigger", name: "datastream-relay-event-github", change: "refused", fields: [] },
      reason: "no record holds its access token: set DEPLOY_GITHUB_TOKEN",
    });
    expect(code).toBe(0);
    expect(out).toContain(
      "trigger datastream-relay-event-github: its access token stays as it is now",
    );
    expect(stateOf(emulator)).toEqual(before);
    expect(text.join("\n")).not.toContain("ghp_0123456789abcdef");
  });

  test("a rollback ends by the smoke call, and one that fails it is done all the same", async () => {
    const results = [{ delivered: 1 }, { error: "STREAM_OUTAGE: no answer" }];
    const run = async () => ({ status: 200, result: results.shift() });
    const emulator = await startCloudFunctionsEmulator({ run });
    for (const minutes of [6, 7, 8]) {
      await apply(emulator, version(minutes));
    }

    const passed = await rollback(emulator, version(8), { smoke: true });
    const failed = await rollback(emulator, version(8), { rollback: "bucket", smoke: true });

    expect([passed.code, failed.code]).toEqual([0, 1]);
    expect(passed.out).toContain("Smoke call: passed");
    expect(failed.out).toContain("Smoke call: failed");
    expect(recordsOf(emulator)).toHaveLength(2);
    expect(actionOf(emulator, "bucket").parameters["DATASTREAM_TOPIC"]).toBe("orders-6");
  });

  test("ten applies can be rolled back", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const given = (minutes: number) => ({
      ...first,
      functions: { heartbeat: { cron: `${minutes} * * * *` } },
    });
    for (let minutes = 1; minutes <= 12; minutes += 1) {
      await apply(emulator, given(minutes));
    }

    const codes: number[] = [];
    for (let times = 0; times < 11; times += 1) {
      codes.push((await rollback(emulator, given(12))).code);
    }
    expect(codes).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    expect(actionOf(emulator, "heartbeat").parameters["HEARTBEAT_CRON"]).toBe("2 * * * *");
  });
});

describe("secrets", () => {
  test("no file of the folder holds a secret, and nobody else can read them", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const given = { ...first, functions: { ...functions, webhook: {} } };
    await apply(emulator, given);
    await apply(emulator, {
      ...given,
      functions: { ...given.functions, webhook: { memoryMb: 512 } },
    });
    const folder = stateFolder(emulator.origin);

    const files = filesIn(folder);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      const text = readFileSync(file, "utf8");
      expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test("a secret that changed since stays as it is now, and is named", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, version(6));
    const env = { ...environment, NCLOUD_SECRET_KEY: "a-new-secret-key-of-today" };
    await apply(emulator, version(7), { env });

    const { code, out } = await rollback(emulator, version(7), { env });

    expect(code).toBe(0);
    expect(actionOf(emulator, "heartbeat").parameters).toMatchObject({
      HEARTBEAT_CRON: "*/6 * * * *",
      NCLOUD_SECRET_KEY: "a-new-secret-key-of-today",
    });
    expect(out).toContain("action datastream-relay-heartbeat: NCLOUD_SECRET_KEY has changed since");
    expect(out).not.toContain("NCLOUD_ACCESS_KEY has changed");
    expect(out).not.toContain("a-new-secret-key");
  });
});

describe("a rollback without its record", () => {
  test.each([
    ["nothing was applied", {}, {}],
    ["the name is another", { name: "staging" }, {}],
    ["the region is another", { region: "jp" }, {}],
    ["the prefix is another", { prefix: "shop" }, {}],
    ["the package is another", { package: "relay" }, {}],
    ["the function is not in it", {}, { rollback: "webhook" }],
    ["there is no such function", {}, { rollback: "webhok" }],
  ])("a rollback ends with exit code 2 if %s", async (words, place, options) => {
    const emulator = await startCloudFunctionsEmulator();
    if (words !== "nothing was applied") {
      await apply(emulator, first);
    }
    const before = stateOf(emulator);

    const { code, err } = await rollback(emulator, { ...first, ...place }, options);

    expect(code).toBe(2);
    expect(err).toMatch(/^error: (?:there is no record|the last apply of|--rollback webhok)/);
    expect(err).toContain("page: docs/troubleshooting.md#deploy-rollback");
    expect(stateOf(emulator)).toEqual(before);
  });

  test.each([
    ["half-written", (text: string) => text.slice(0, text.length / 2)],
    ["empty", () => ""],
    ["foreign", () => '{"name":"package"}'],
    ["of another number", (text: string) => text.replace('"number":1', '"number":2')],
    [
      "of another deployment",
      (text: string) => text.replace('"owner":"configuration prod"', '"owner":"configuration x"'),
    ],
  ])("a record that is %s is named, and nothing is changed", async (_, change) => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, first);
    const [file = ""] = recordsOf(emulator);
    writeFileSync(file, change(readFileSync(file, "utf8")));
    const before = stateOf(emulator);

    const back = await rollback(emulator, first);
    const again = await apply(emulator, version(7));

    for (const { code, err } of [back, again]) {
      expect(code).toBe(2);
      expect(err).toContain("000001.json is ");
      expect(err).not.toMatch(/unexpected|at .*\.ts/);
    }
    expect(stateOf(emulator)).toEqual(before);
  });

  test("a folder that cannot be used, or whose key is missing or foreign, is named", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const folder = stateFolder(emulator.origin);
    await apply(emulator, first);
    const key = join(folder, "key");
    const own = readFileSync(key, "utf8");
    writeFileSync(key, "something else");
    const foreign = await rollback(emulator, first);
    writeFileSync(key, own);
    const isFile = await rollback(emulator, first, { state: key });

    expect([foreign.code, isFile.code]).toEqual([2, 2]);
    expect(foreign.err).toContain("is not the key of rollback records");
    expect(isFile.err).toContain("cannot be used for rollback records (");
  });

  test("files that are no records are left alone", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, version(6));
    const [file = ""] = recordsOf(emulator);
    writeFileSync(`${file}.tmp`, '{"kind":');
    writeFileSync(join(file, "..", "notes.txt"), "mine");
    await apply(emulator, version(7));

    expect((await rollback(emulator, version(7))).code).toBe(0);
    expect(existsSync(join(file, "..", "notes.txt"))).toBe(true);
  });

  test("no text is taken for a record, and none throws", () => {
    const given = fc.oneof(
      fc.string(),
      fc.json(),
      fc.anything().map((one) => JSON.stringify(one) ?? ""),
    );
    fc.assert(
      fc.property(given, (text) => {
        expect(parseRecord(text)).toBeUndefined();
      }),
    );
  });

  test("a record that lost any of its fields is no record", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, first);
    const [file = ""] = recordsOf(emulator);
    const whole: Record<string, unknown> = JSON.parse(readFileSync(file, "utf8"));

    expect(parseRecord(JSON.stringify(whole))).toEqual(whole);
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(whole)), fc.json(), (name, json) => {
        const { [name]: _, ...rest } = whole;
        const other = { ...rest, [name]: JSON.parse(json) };
        expect(parseRecord(JSON.stringify(rest))).toBeUndefined();
        expect([undefined, other]).toContainEqual(parseRecord(JSON.stringify(other)));
      }),
    );
  });
});

describe("an interrupted rollback", () => {
  const { heartbeat, redrive } = functions;
  const old = { ...first, package: "old", functions: { heartbeat, redrive } };
  const moved = {
    ...first,
    package: "new",
    functions: { heartbeat: { cron: "1 * * * *" }, bucket: functions.bucket },
  };
  const finish = onceForEachState(async (emulator) => {
    const { code } = await rollback(emulator, moved);
    return { code, state: stateOf(emulator), records: recordsOf(emulator).length };
  });

  test.for(interruptions)(
    "a rollback that ends at any request because %s is finished by the next one",
    {
      timeout: 180_000,
    },
    async ([, faultAt]) => {
      const emulator = await startCloudFunctionsEmulator();
      await apply(emulator, old);
      const before = stateOf(emulator);
      await apply(emulator, moved);
      const putBack = keepState(emulator);
      const calls = emulator.calls().length;
      await rollback(emulator, moved);
      const requests = emulator.calls().length - calls;
      expect(stateOf(emulator)).toEqual(before);

      for (let k = 1; k <= requests; k += 1) {
        putBack();
        emulator.setFaults((n) => faultAt(n, k));
        const cut = await rollback(emulator, moved);
        emulator.setFaults(() => undefined);
        const finished = await finish(emulator);

        expect([k, cut.code, finished.code]).toEqual([k, 1, 0]);
        expect(finished.state).toEqual(before);
        expect(finished.records).toBe(1);
      }
    },
  );
});

describe("versions of actions", () => {
  test("an update makes a version of the action before it, and a creation makes none", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const given = { ...first, package: "relay" };
    await apply(emulator, given);
    const key = "relay/datastream-relay-heartbeat";
    expect(emulator.versions(key)).toEqual([]);
    const old = emulator.resources().get(key);

    const { out } = await apply(emulator, { ...version(7), package: "relay" });

    expect(emulator.versions(key)).toEqual([
      {
        name: expect.stringMatching(/^before-\d{8}T\d{9}Z$/),
        description: "as it was before a deploy",
        action: old,
      },
    ]);
    expect(out).not.toContain("no version");
  });

  test.each([
    ["the limit of ten is reached", undefined],
    ["the path is unknown", { kind: "status", status: 404 }],
    ["the right is missing", { kind: "status", status: 401 }],
    ["the network is gone", { kind: "cut", when: "before" }],
  ] as const)("an apply goes on with a warning if %s", async (_, fault) => {
    const emulator = await startCloudFunctionsEmulator();
    await apply(emulator, first);
    if (fault === undefined) {
      const post = { ...first, functions: { heartbeat: functions.heartbeat } };
      for (let minutes = 1; minutes <= 10; minutes += 1) {
        await apply(emulator, {
          ...post,
          functions: { heartbeat: { cron: `${minutes} * * * *` } },
        });
      }
    }
    emulator.setFaults((_n, { path }) => (path.endsWith("/versions") ? fault : undefined));

    const { code, out } = await apply(emulator, version(7));

    expect(code).toBe(0);
    expect(out).toContain("action datastream-relay-heartbeat: no version of it was made (");
    expect(out).toContain("an action has at most ten versions: delete old ones in the console");
    expect(actionOf(emulator, "heartbeat").parameters["HEARTBEAT_CRON"]).toBe("*/7 * * * *");
  });

  test.each([
    ["on Classic", "public", { platform: "classic", vpc: undefined }],
    ["in the finance zone", "fin", { region: "fin" }],
  ] as const)("no version is made %s", async (_, zone, place) => {
    const emulator = await startCloudFunctionsEmulator({ zone });
    const given = (minutes: number) =>
      JSON.parse(JSON.stringify({ ...version(minutes), ...place }));
    await apply(emulator, given(6));
    await apply(emulator, given(7));

    expect(emulator.calls().filter(({ path }) => path.includes("/versions"))).toEqual([]);
  });
});
