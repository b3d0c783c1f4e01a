import { describe, expect, test } from "vitest";
import type { ManagementFault } from "../../../local/cloud-functions/emulator.ts";
import type { RunningCloudFunctions } from "../../../local/cloud-functions/server.ts";
import { config, environment, runDeploy, secrets, startCloudFunctionsEmulator } from "./harness.ts";
import { interruptions } from "./interruptions.ts";
import { keepState, onceForEachState } from "./left-behind.ts";

const packaged = { ...config, package: "relay" };

function stateOf(emulator: RunningCloudFunctions): unknown {
  return structuredClone([...emulator.resources()].toSorted(([a], [b]) => byText(a, b)));
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** Returns what an undisturbed apply leaves, and how many requests it makes. */
async function undisturbed() {
  const emulator = await startCloudFunctionsEmulator();
  const { code } = await runDeploy(emulator.origin, { apply: true, given: packaged });
  return { code, state: stateOf(emulator), requests: emulator.calls().length };
}

type ChangeText = { readonly change: string; readonly kind: string; readonly name: string };

function toWords({ change, kind, name }: ChangeText): string {
  return `${change} ${kind} ${name}`;
}

function isWrite({ method }: { readonly method: string }): boolean {
  return method !== "GET";
}

describe("deploy --apply", () => {
  test.for([
    ["DEPLOY_SECRET_KEY", { DEPLOY_SECRET_KEY: `${environment.DEPLOY_SECRET_KEY} ` }],
    [
      "NCLOUD_SECRET_KEY",
      { DEPLOY_ACCESS_KEY: "", DEPLOY_SECRET_KEY: "", NCLOUD_SECRET_KEY: "a " },
    ],
  ] as const)(
    "a refused key pair whose %s was copied with a blank says so",
    async ([name, given]) => {
      const emulator = await startCloudFunctionsEmulator();

      const { code, err } = await runDeploy(emulator.origin, {
        plan: true,
        env: { ...environment, ...given },
      });

      expect(code).toBe(1);
      expect(err).toContain(`${name} begins or ends with a quote or white space: copy it again.`);
    },
  );

  test.for([
    ["error", '{"error":{"errorCode":"80306","message":"ACTION_BODY_MISSING_FIELD"}}', "80306"],
    ["responseError", '{"responseError":{"returnCode":"80306","returnMessage":"no"}}', "80306"],
    ["errorCode", '{"errorCode":80306,"message":"no"}', "80306"],
  ] as const)("an error in a body with a status of success is told: %s", async ([, body, code]) => {
    const emulator = await startCloudFunctionsEmulator();
    emulator.setFaults((_, { method }) =>
      method === "PUT"
        ? { kind: "answer", status: 200, type: "application/json", body }
        : undefined,
    );

    const result = await runDeploy(emulator.origin, { apply: true });

    expect(result.code).toBe(1);
    expect(result.err).toContain(
      `PUT /packages/-/actions/datastream-relay-webhook: HTTP 200, code ${code}`,
    );
  });

  test("a trigger that does not show its action is linked again, which is a note", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await runDeploy(emulator.origin, { apply: true });
    const state = stateOf(emulator);
    emulator.setFaults((_, { method, path }) =>
      method === "GET" && path.endsWith("/triggers/datastream-relay-heartbeat-cron")
        ? { kind: "without", field: "actions" }
        : undefined,
    );

    const plan = await runDeploy(emulator.origin, { plan: true });
    const apply = await runDeploy(emulator.origin, { apply: true });

    expect(plan.out).toContain(
      "+ link datastream-relay-heartbeat-cron -> datastream-relay-heartbeat: the API does not show what the trigger runs, so it is linked again",
    );
    expect(apply.code).toBe(0);
    expect(apply.out).toContain(
      "link datastream-relay-heartbeat-cron: its action does not read back, so it cannot be compared",
    );
    expect(stateOf(emulator)).toEqual(state);
  });

  test("a resource that is refused when it is read back says why", async () => {
    const emulator = await startCloudFunctionsEmulator({ shown: { description: false } });

    const { code, out } = await runDeploy(emulator.origin, { apply: true });

    expect(code).toBe(1);
    expect(out).toContain(
      "action datastream-relay-webhook: it is there, and its description, which would tell whether this command made it, is not shown",
    );
    expect(out).not.toContain("is not there after it was put");
  });

  test("an apply puts what each function needs and nothing else, in the form of version 2.1", async () => {
    const emulator = await startCloudFunctionsEmulator();

    const { code } = await runDeploy(emulator.origin, { apply: true });

    const resources = emulator.resources();
    const webhook = resources.get("datastream-relay-webhook");
    const bucket = resources.get("datastream-relay-bucket");
    expect(code).toBe(0);
    expect([...resources.keys()].toSorted(byText)).toEqual([
      "datastream-relay-bucket",
      "datastream-relay-bucket-events",
      "datastream-relay-heartbeat",
      "datastream-relay-heartbeat-cron",
      "datastream-relay-redrive",
      "datastream-relay-redrive-cron",
      "datastream-relay-webhook",
    ]);
    expect(webhook).toMatchObject({
      type: "web",
      rawHttp: true,
      customOptions: false,
      runtime: "nodejs:22",
      binary: false,
      main: "main",
      timeoutMs: 10_000,
      memoryMb: 256,
      vpc: [{ vpcNo: 11, subnetNo: 22 }],
    });
    expect(webhook?.kind === "action" && Object.keys(webhook.parameters).toSorted(byText)).toEqual([
      "DATASTREAM_ENDPOINT",
      "DATASTREAM_PARTITIONS",
      "DATASTREAM_TOPIC",
      "DEAD_LETTER_BUCKET",
      "NCLOUD_ACCESS_KEY",
      "NCLOUD_SECRET_KEY",
      "OBJECT_STORAGE_ENDPOINT",
      "OBJECT_STORAGE_REGION",
      "WEBHOOK_SECRETS",
      "WEBHOOK_SOURCES",
    ]);
    expect(bucket).toMatchObject({ type: "basic", rawHttp: false, timeoutMs: 60_000 });
    expect(bucket?.kind === "action" && bucket.parameters).not.toHaveProperty("WEBHOOK_SECRETS");
    expect(resources.get("datastream-relay-bucket-events")).toMatchObject({
      type: "object_storage",
      objectStorageLink: [{ bucketName: "uploads", eventRuleName: "created" }],
      actions: ["-/datastream-relay-bucket"],
    });
    expect(resources.get("datastream-relay-heartbeat-cron")).toMatchObject({
      type: "cron",
      cronOption: "*/5 * * * *",
      actions: ["-/datastream-relay-heartbeat"],
    });
  });

  test("an apply writes nothing the second time", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await runDeploy(emulator.origin, { apply: true, given: packaged });
    const writes = emulator.calls().filter(isWrite).length;

    const { code } = await runDeploy(emulator.origin, { apply: true, given: packaged });

    expect(code).toBe(0);
    expect(emulator.calls().filter(isWrite)).toHaveLength(writes);
  });

  test("an apply restores what somebody else has changed", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await runDeploy(emulator.origin, { apply: true });
    const before = stateOf(emulator);
    const action = emulator.resources().get("datastream-relay-heartbeat");
    const trigger = emulator.resources().get("datastream-relay-heartbeat-cron");
    if (action?.kind !== "action" || trigger?.kind !== "trigger") {
      throw new Error("nothing was deployed");
    }
    emulator.plant({ ...action, code: "function main() {}", memoryMb: 1024 });
    emulator.plant({ ...trigger, cronOption: "* * * * *", actions: [] });

    const { code } = await runDeploy(emulator.origin, { apply: true });

    expect(code).toBe(0);
    expect(stateOf(emulator)).toEqual(before);
  });

  test("an apply uploads a zip if the configuration says so", async () => {
    const emulator = await startCloudFunctionsEmulator();

    const { code } = await runDeploy(emulator.origin, {
      apply: true,
      ...{ artifacts: "dist", given: { ...config, artifact: "zip" } },
    });

    const action = emulator.resources().get("datastream-relay-bucket");
    expect(code).toBe(0);
    expect(action).toMatchObject({ binary: true, code: expect.stringMatching(/^UEsDB/) });
  });
});

describe("a function that is no longer configured", () => {
  const { heartbeat: _, ...functions } = config.functions;
  const given = { ...config, functions };

  test("a function that is no longer configured stays, and the output says so", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await runDeploy(emulator.origin, { apply: true });

    const { code, out } = await runDeploy(emulator.origin, { apply: true, given });

    expect(code).toBe(0);
    expect(out).toContain(
      "trigger datastream-relay-heartbeat-cron is there from an earlier configuration: delete it with --prune",
    );
    expect(emulator.resources().size).toBe(7);
  });

  test("--prune removes it and keeps resources that are not ours", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await runDeploy(emulator.origin, { apply: true });
    const trigger = emulator.resources().get("datastream-relay-heartbeat-cron");
    if (trigger?.kind !== "trigger") {
      throw new Error("nothing was deployed");
    }
    emulator.plant({ ...trigger, description: "somebody's" });

    const plan = await runDeploy(emulator.origin, { plan: true, prune: true, given });
    const applied = await runDeploy(emulator.origin, { apply: true, prune: true, given });

    expect(plan.out).toContain("- action datastream-relay-heartbeat\n");
    expect(applied.code).toBe(0);
    expect(emulator.resources().has("datastream-relay-heartbeat")).toBe(false);
    expect(emulator.resources().has("datastream-relay-heartbeat-cron")).toBe(true);
    expect(emulator.resources().size).toBe(6);
  });
});

describe("an interrupted apply", () => {
  const finish = onceForEachState(async (emulator) => {
    const again = await runDeploy(emulator.origin, { apply: true, given: packaged });
    const plan = await runDeploy(emulator.origin, { plan: true, given: packaged });
    return { code: again.code, state: stateOf(emulator), plan: plan.out };
  });

  test.for(interruptions)(
    "an apply that ends at any request because %s exits with 1, and the next apply leaves the same state as an undisturbed one",
    { timeout: 120_000 },
    async ([, faultAt]) => {
      const { state, requests } = await undisturbed();
      expect(requests).toBeGreaterThan(25);

      for (let k = 1; k <= requests; k += 1) {
        const emulator = await startCloudFunctionsEmulator();
        emulator.setFaults((n) => faultAt(n, k));
        const cut = await runDeploy(emulator.origin, { apply: true, given: packaged });
        emulator.setFaults(() => undefined);
        const finished = await finish(emulator);

        expect([k, cut.code, finished.code]).toEqual([k, 1, 0]);
        expect(cut.err).toContain("What is done stays done: run the same command again.");
        expect(finished.state).toEqual(state);
        expect(finished.plan).toContain("same: 11\n");
        await emulator.close();
      }
    },
  );

  const passing: readonly (readonly [string, ManagementFault])[] = [
    ["503", { kind: "status", status: 503 }],
    ["429 with Retry-After", { kind: "status", status: 429, headers: { "retry-after": "7" } }],
    ["a lost connection", { kind: "cut", when: "before" }],
    ["a lost answer", { kind: "cut", when: "after" }],
    ["a subnet that is being attached", { kind: "subnet" }],
  ];

  test.for(passing)(
    "an apply that meets %s at any request continues by itself",
    { timeout: 120_000 },
    async ([, fault]) => {
      const { state, requests } = await undisturbed();

      for (let k = 1; k <= requests; k += 1) {
        const emulator = await startCloudFunctionsEmulator();
        emulator.setFaults((n) => (n === k ? fault : undefined));
        const { code } = await runDeploy(emulator.origin, { apply: true, given: packaged });

        expect([k, code]).toEqual([k, 0]);
        expect(stateOf(emulator)).toEqual(state);
        await emulator.close();
      }
    },
  );

  test("an apply waits as long as a throttling API asks, and ten seconds for a subnet", async () => {
    const emulator = await startCloudFunctionsEmulator();
    emulator.setFaults((n) => {
      const faults: Record<number, ManagementFault> = {
        1: { kind: "status", status: 429, headers: { "retry-after": "7" } },
        2: { kind: "subnet" },
      };
      return faults[n];
    });

    const { sleeps } = await runDeploy(emulator.origin, { plan: true });

    expect(sleeps).toEqual([7_000, 10_000]);
  });

  test("the JSON stays valid if a secret is a word of JSON", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const env = { ...environment, WEBHOOK_SECRETS: '{"github":["true"]}' };

    const { code, out } = await runDeploy(emulator.origin, { plan: true, json: true, env });

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ command: "plan", ok: true });
  });

  test("an apply reports what was refused, without the secrets that the API repeats", async () => {
    const emulator = await startCloudFunctionsEmulator();
    emulator.setFaults((_, { method }) => (method === "PUT" ? { kind: "echo" } : undefined));

    for (const json of [false, true]) {
      const { code, out, err } = await runDeploy(emulator.origin, { apply: true, json });

      expect(code).toBe(1);
      expect(out + err).toContain("HTTP 400, code undocumented, INVALID_BODY");
      expect(out + err).toContain("[hidden]");
      for (const secret of secrets) {
        // The text is cut, and half a secret must not be left either.
        expect(out + err).not.toContain(secret.slice(0, 16));
      }
    }
  });

  test("the JSON object names what is done, and what failed and why", async () => {
    const emulator = await startCloudFunctionsEmulator();
    emulator.setFaults((_, { method, path }) =>
      method === "PUT" && path.endsWith("/triggers/datastream-relay-heartbeat-cron")
        ? { kind: "status", status: 500 }
        : undefined,
    );

    const { code, out, err } = await runDeploy(emulator.origin, { apply: true, json: true });

    const told = JSON.parse(out);
    expect([code, err]).toEqual([1, ""]);
    expect(Object.keys(told)).toEqual(["command", "ok", "problems", "page", "done", "failed"]);
    expect(told).toMatchObject({
      command: "apply",
      ok: false,
      problems: [
        expect.stringMatching(/^PUT \/triggers\/datastream-relay-heartbeat-cron: HTTP 500/),
      ],
      failed: {
        kind: "trigger",
        name: "datastream-relay-heartbeat-cron",
        change: "create",
        reason: told.problems[0],
      },
    });
    expect(told.done.map(toWords)).toEqual([
      "create action datastream-relay-webhook",
      "create action datastream-relay-bucket",
      "create action datastream-relay-heartbeat",
      "create action datastream-relay-redrive",
      "create trigger datastream-relay-bucket-events",
      "create link datastream-relay-bucket-events -> datastream-relay-bucket",
    ]);
  });

  test("the JSON object names no failed change if the failure was before or after the changes", async () => {
    const emulator = await startCloudFunctionsEmulator();
    let isWritten = false;
    emulator.setFaults((_, { method }) => {
      isWritten ||= method === "POST";
      return isWritten && method === "GET" ? { kind: "status", status: 401 } : undefined;
    });
    const given = { ...config, functions: { heartbeat: { cron: "*/5 * * * *" } } };

    const after = await runDeploy(emulator.origin, { apply: true, json: true, given });
    const before = await runDeploy(emulator.origin, { apply: true, json: true, given });

    expect([after.code, before.code]).toEqual([1, 1]);
    expect(JSON.parse(after.out).done.map(toWords)).toEqual([
      "create action datastream-relay-heartbeat",
      "create trigger datastream-relay-heartbeat-cron",
      "create link datastream-relay-heartbeat-cron -> datastream-relay-heartbeat",
    ]);
    expect(JSON.parse(after.out)).not.toHaveProperty("failed");
    expect(JSON.parse(before.out).done).toEqual([]);
    expect(JSON.parse(before.out)).not.toHaveProperty("failed");
  });

  test("a wrong key ends an apply at once, and the output says what to check", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const env = { ...environment, DEPLOY_SECRET_KEY: "not-the-right-secret-key" };

    const { code, err, sleeps } = await runDeploy(emulator.origin, { apply: true, env });

    expect(code).toBe(1);
    expect(err).toContain("HTTP 401, code 200, Authentication Failed");
    expect(err).not.toContain("..");
    expect(err).toContain("Check the key pair, and this machine's clock");
    expect(sleeps).toEqual([]);
  });

  test("an apply says that it can be repeated, and a plan, which changed nothing, does not", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const env = { ...environment, DEPLOY_SECRET_KEY: "not-the-right-secret-key" };

    const apply = await runDeploy(emulator.origin, { apply: true, env });
    const plan = await runDeploy(emulator.origin, { plan: true, env });

    expect([apply.code, plan.code]).toEqual([1, 1]);
    expect(apply.err).toContain("What is done stays done: run the same command again.");
    expect(plan.err).not.toContain("What is done stays done");
  });
});

test("an apply whose reads lag behind reads again", async () => {
  const emulator = await startCloudFunctionsEmulator();
  const { requests } = await undisturbed();
  // The reads that follow the writes do not see a resource at first.
  const firstRead = requests - 7;
  emulator.setFaults((n) => (n === firstRead ? { kind: "unseen" } : undefined));

  const { code, sleeps } = await runDeploy(emulator.origin, { apply: true, given: packaged });

  expect(code).toBe(0);
  expect(sleeps).toEqual([3_000]);
});

describe("deploy --remove", () => {
  test("a removal deletes what was deployed, even if the configuration no longer names it", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await runDeploy(emulator.origin, { apply: true, given: packaged });
    const given = { ...packaged, functions: { heartbeat: { cron: "*/5 * * * *" } } };

    const { code } = await runDeploy(emulator.origin, { remove: true, given });

    expect(code).toBe(0);
    expect([...emulator.resources().keys()]).toEqual([]);
  });

  test("a removal succeeds if nothing is left", async () => {
    const emulator = await startCloudFunctionsEmulator();

    const { code, out } = await runDeploy(emulator.origin, { remove: true });

    expect(code).toBe(0);
    expect(out).toContain("= action datastream-relay-webhook (absent)");
  });

  test("--plan --remove shows what would be removed and removes nothing", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await runDeploy(emulator.origin, { apply: true });
    const before = stateOf(emulator);

    const { code, out } = await runDeploy(emulator.origin, { plan: true, remove: true });

    expect(code).toBe(0);
    expect(out).toContain("- trigger datastream-relay-heartbeat-cron\n");
    expect(stateOf(emulator)).toEqual(before);
  });

  test("a removal keeps what is not ours and a package that contains something else", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await runDeploy(emulator.origin, { apply: true, given: packaged });
    const action = emulator.resources().get("relay/datastream-relay-redrive");
    if (action?.kind !== "action") {
      throw new Error("nothing was deployed");
    }
    emulator.plant({ ...action, description: "somebody's" });

    const { code, out } = await runDeploy(emulator.origin, { remove: true, given: packaged });

    expect(code).toBe(0);
    expect(out).toContain(
      "! action datastream-relay-redrive (kept): it was not made by this command",
    );
    expect(out).toContain("! package relay (kept): it holds something else");
    expect([...emulator.resources().keys()].toSorted(byText)).toEqual([
      "relay",
      "relay/datastream-relay-redrive",
    ]);
  });

  test("the JSON object of a failed removal names what is removed and what is not", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const given = { ...config, functions: { heartbeat: { cron: "*/5 * * * *" } } };
    await runDeploy(emulator.origin, { apply: true, given });
    emulator.setFaults((_, { method, path }) =>
      method === "DELETE" && path.endsWith("/datastream-relay-heartbeat")
        ? { kind: "status", status: 401 }
        : undefined,
    );

    const { code, out } = await runDeploy(emulator.origin, { remove: true, json: true, given });

    const told = JSON.parse(out);
    expect(code).toBe(1);
    expect(told.done.filter(({ change }: ChangeText) => change === "delete").map(toWords)).toEqual([
      "delete link datastream-relay-heartbeat-cron",
      "delete trigger datastream-relay-heartbeat-cron",
    ]);
    expect(toWords(told.failed)).toBe("delete action datastream-relay-heartbeat");
    expect(told.failed.reason).toContain("HTTP 401");
  });

  test("a removal that was interrupted at any request is finished by the next one", {
    timeout: 120_000,
  }, async () => {
    const done = await startCloudFunctionsEmulator();
    await runDeploy(done.origin, { apply: true, given: packaged });
    const before = done.calls().length;
    await runDeploy(done.origin, { remove: true, given: packaged });
    const requests = done.calls().length - before;
    expect(requests).toBeGreaterThan(15);
    const emulator = await startCloudFunctionsEmulator();
    await runDeploy(emulator.origin, { apply: true, given: packaged });
    const putBack = keepState(emulator);

    for (let k = 1; k <= requests; k += 1) {
      putBack();
      emulator.setFaults((n) =>
        n >= k ? { kind: "cut", when: n === k ? "after" : "before" } : undefined,
      );
      const cut = await runDeploy(emulator.origin, { remove: true, given: packaged });
      emulator.setFaults(() => undefined);
      const again = await runDeploy(emulator.origin, { remove: true, given: packaged });

      expect([k, cut.code, again.code]).toEqual([k, 1, 0]);
      expect([...emulator.resources().keys()]).toEqual([]);
    }
  });
});

describe("the other zones", () => {
  test("fin gets version 2.1 without the platform parameter", async () => {
    const emulator = await startCloudFunctionsEmulator({ zone: "fin" });

    const { code, out } = await runDeploy(emulator.origin, {
      apply: true,
      given: { ...config, region: "fin" },
    });

    expect(code).toBe(0);
    expect(out).toContain("no host of Data Stream is documented for the finance zone");
    expect(emulator.resources().get("datastream-relay-webhook")).toMatchObject({ type: "web" });
  });

  test("gov gets version 2.0 bodies on Classic, and its second plan is empty", async () => {
    const emulator = await startCloudFunctionsEmulator({ zone: "gov" });
    const { webhook, heartbeat, redrive } = config.functions;
    const given = { region: "gov", functions: { webhook, heartbeat, redrive } };

    const { code } = await runDeploy(emulator.origin, { apply: true, given });
    const { out } = await runDeploy(emulator.origin, { plan: true, given });

    expect(code).toBe(0);
    expect(out).toContain("platform classic");
    expect(out).toContain("same: 7\n");
    expect(emulator.calls().every(({ path }) => path.startsWith("/api/v2/"))).toBe(true);
    expect(emulator.resources().get("datastream-relay-webhook")).toMatchObject({
      type: "web",
      rawHttp: true,
      platform: "classic",
    });
  });

  test("kr accepts Classic without a network", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const { vpc: _, ...given } = { ...config, platform: "classic" };

    const { code } = await runDeploy(emulator.origin, { apply: true, given });

    expect(code).toBe(0);
    expect(emulator.resources().get("datastream-relay-webhook")).toMatchObject({
      platform: "classic",
      vpc: undefined,
    });
  });
});
