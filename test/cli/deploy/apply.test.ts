import { describe, expect, test } from "vitest";
import type { Fault } from "../../../local/cloud-functions/double.ts";
import type { RunningCloudFunctions } from "../../../local/cloud-functions/server.ts";
import { config, environment, runDeploy, secrets, startDouble } from "./harness.ts";

const packaged = { ...config, package: "relay" };

function stateOf(double: RunningCloudFunctions): unknown {
  return structuredClone([...double.resources()].toSorted(([a], [b]) => byText(a, b)));
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** What an undisturbed apply leaves, and how many requests it takes. */
async function undisturbed() {
  const double = await startDouble();
  const { code } = await runDeploy(double.origin, { apply: true, given: packaged });
  return { code, state: stateOf(double), requests: double.calls().length };
}

type Told = { readonly change: string; readonly kind: string; readonly name: string };

function toWords({ change, kind, name }: Told): string {
  return `${change} ${kind} ${name}`;
}

function isWrite({ method }: { readonly method: string }): boolean {
  return method !== "GET";
}

describe("apply", () => {
  test("puts what each function needs and nothing else, as version 2.1 documents it", async () => {
    const double = await startDouble();

    const { code } = await runDeploy(double.origin, { apply: true });

    const resources = double.resources();
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

  test("writes nothing the second time", async () => {
    const double = await startDouble();
    await runDeploy(double.origin, { apply: true, given: packaged });
    const writes = double.calls().filter(isWrite).length;

    const { code } = await runDeploy(double.origin, { apply: true, given: packaged });

    expect(code).toBe(0);
    expect(double.calls().filter(isWrite)).toHaveLength(writes);
  });

  test("puts what somebody else has changed back as it was", async () => {
    const double = await startDouble();
    await runDeploy(double.origin, { apply: true });
    const before = stateOf(double);
    const action = double.resources().get("datastream-relay-heartbeat");
    const trigger = double.resources().get("datastream-relay-heartbeat-cron");
    if (action?.kind !== "action" || trigger?.kind !== "trigger") {
      throw new Error("nothing was deployed");
    }
    double.plant({ ...action, code: "function main() {}", memoryMb: 1024 });
    double.plant({ ...trigger, cronOption: "* * * * *", actions: [] });

    const { code } = await runDeploy(double.origin, { apply: true });

    expect(code).toBe(0);
    expect(stateOf(double)).toEqual(before);
  });

  test("uploads a zip where the configuration says so", async () => {
    const double = await startDouble();

    const { code } = await runDeploy(double.origin, {
      apply: true,
      given: { ...config, artifact: "zip" },
    });

    const action = double.resources().get("datastream-relay-bucket");
    expect(code).toBe(0);
    expect(action).toMatchObject({ binary: true, code: expect.stringMatching(/^UEsDB/) });
  });
});

describe("a function that is no longer configured", () => {
  const { heartbeat: _, ...functions } = config.functions;
  const given = { ...config, functions };

  test("stays, and that is said", async () => {
    const double = await startDouble();
    await runDeploy(double.origin, { apply: true });

    const { code, out } = await runDeploy(double.origin, { apply: true, given });

    expect(code).toBe(0);
    expect(out).toContain(
      "trigger datastream-relay-heartbeat-cron is there from an earlier configuration: delete it with --prune",
    );
    expect(double.resources().size).toBe(7);
  });

  test("goes with --prune, and what is not ours stays", async () => {
    const double = await startDouble();
    await runDeploy(double.origin, { apply: true });
    const trigger = double.resources().get("datastream-relay-heartbeat-cron");
    if (trigger?.kind !== "trigger") {
      throw new Error("nothing was deployed");
    }
    double.plant({ ...trigger, description: "somebody's" });

    const plan = await runDeploy(double.origin, { plan: true, prune: true, given });
    const applied = await runDeploy(double.origin, { apply: true, prune: true, given });

    expect(plan.out).toContain("- action datastream-relay-heartbeat\n");
    expect(applied.code).toBe(0);
    expect(double.resources().has("datastream-relay-heartbeat")).toBe(false);
    expect(double.resources().has("datastream-relay-heartbeat-cron")).toBe(true);
    expect(double.resources().size).toBe(6);
  });
});

describe("an apply that is cut off", () => {
  const endings: readonly (readonly [string, (n: number, k: number) => Fault | undefined])[] = [
    ["the API fails", (n, k) => (n >= k ? { kind: "status", status: 500 } : undefined)],
    ["the API throttles", (n, k) => (n >= k ? { kind: "status", status: 429 } : undefined)],
    ["the network is gone", (n, k) => (n >= k ? { kind: "cut", when: "before" } : undefined)],
    [
      "the answer is lost, and then the network",
      (n, k) => (n < k ? undefined : { kind: "cut", when: n === k ? "after" : "before" }),
    ],
    ["it is not allowed", (n, k) => (n >= k ? { kind: "status", status: 401 } : undefined)],
  ];

  test.for(endings)(
    "at any request because %s ends with 1, and the next one leaves the same as if nothing had been",
    { timeout: 120_000 },
    async ([, faultAt]) => {
      const { state, requests } = await undisturbed();
      expect(requests).toBeGreaterThan(25);

      for (let k = 1; k <= requests; k += 1) {
        const double = await startDouble();
        double.setFaults((n) => faultAt(n, k));
        const cut = await runDeploy(double.origin, { apply: true, given: packaged });
        double.setFaults(() => undefined);
        const again = await runDeploy(double.origin, { apply: true, given: packaged });
        const plan = await runDeploy(double.origin, { plan: true, given: packaged });

        expect([k, cut.code, again.code]).toEqual([k, 1, 0]);
        expect(cut.err).toContain("What is done stays done: run the same command again.");
        expect(stateOf(double)).toEqual(state);
        expect(plan.out).toContain("same: 11\n");
        await double.close();
      }
    },
  );

  const passing: readonly (readonly [string, Fault])[] = [
    ["503", { kind: "status", status: 503 }],
    ["429 with Retry-After", { kind: "status", status: 429, headers: { "retry-after": "7" } }],
    ["a lost connection", { kind: "cut", when: "before" }],
    ["a lost answer", { kind: "cut", when: "after" }],
    ["a subnet that is being attached", { kind: "subnet" }],
  ];

  test.for(passing)(
    "once, at any request, by %s goes on by itself",
    { timeout: 120_000 },
    async ([, fault]) => {
      const { state, requests } = await undisturbed();

      for (let k = 1; k <= requests; k += 1) {
        const double = await startDouble();
        double.setFaults((n) => (n === k ? fault : undefined));
        const { code } = await runDeploy(double.origin, { apply: true, given: packaged });

        expect([k, code]).toEqual([k, 0]);
        expect(stateOf(double)).toEqual(state);
        await double.close();
      }
    },
  );

  test("waits as long as a throttling API asks, and ten seconds for a subnet", async () => {
    const double = await startDouble();
    double.setFaults((n) => {
      const faults: Record<number, Fault> = {
        1: { kind: "status", status: 429, headers: { "retry-after": "7" } },
        2: { kind: "subnet" },
      };
      return faults[n];
    });

    const { sleeps } = await runDeploy(double.origin, { plan: true });

    expect(sleeps).toEqual([7_000, 10_000]);
  });

  test("prints JSON also where a secret is a word of JSON", async () => {
    const double = await startDouble();
    const env = { ...environment, WEBHOOK_SECRETS: '{"github":["true"]}' };

    const { code, out } = await runDeploy(double.origin, { plan: true, json: true, env });

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ command: "plan", ok: true });
  });

  test("says what was refused, and not the secrets that the API repeats", async () => {
    const double = await startDouble();
    double.setFaults((_, { method }) => (method === "PUT" ? { kind: "echo" } : undefined));

    for (const json of [false, true]) {
      const { code, out, err } = await runDeploy(double.origin, { apply: true, json });

      expect(code).toBe(1);
      expect(out + err).toContain("HTTP 400, code undocumented, INVALID_BODY");
      expect(out + err).toContain("[hidden]");
      for (const secret of secrets) {
        // Nor half of one, where the text is cut.
        expect(out + err).not.toContain(secret.slice(0, 16));
      }
    }
  });

  test("tells machines in one JSON object what is done, and what failed and why", async () => {
    const double = await startDouble();
    double.setFaults((_, { method, path }) =>
      method === "PUT" && path.endsWith("/triggers/datastream-relay-heartbeat-cron")
        ? { kind: "status", status: 500 }
        : undefined,
    );

    const { code, out, err } = await runDeploy(double.origin, { apply: true, json: true });

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

  test("before or after its steps tells machines of none that failed", async () => {
    const double = await startDouble();
    let isWritten = false;
    double.setFaults((_, { method }) => {
      isWritten ||= method === "POST";
      return isWritten && method === "GET" ? { kind: "status", status: 401 } : undefined;
    });
    const given = { ...config, functions: { heartbeat: { cron: "*/5 * * * *" } } };

    const after = await runDeploy(double.origin, { apply: true, json: true, given });
    const before = await runDeploy(double.origin, { apply: true, json: true, given });

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

  test("by a wrong key ends at once and says what to look at", async () => {
    const double = await startDouble();
    const env = { ...environment, DEPLOY_SECRET_KEY: "not-the-right-secret-key" };

    const { code, err, sleeps } = await runDeploy(double.origin, { apply: true, env });

    expect(code).toBe(1);
    expect(err).toContain("HTTP 401, code 200, Authentication Failed");
    expect(err).not.toContain("..");
    expect(err).toContain("Check the key pair, and this machine's clock");
    expect(sleeps).toEqual([]);
  });

  test("is told to be run again, and a plan, which has done nothing, is not", async () => {
    const double = await startDouble();
    const env = { ...environment, DEPLOY_SECRET_KEY: "not-the-right-secret-key" };

    const apply = await runDeploy(double.origin, { apply: true, env });
    const plan = await runDeploy(double.origin, { plan: true, env });

    expect([apply.code, plan.code]).toEqual([1, 1]);
    expect(apply.err).toContain("What is done stays done: run the same command again.");
    expect(plan.err).not.toContain("What is done stays done");
  });
});

test("an apply whose reads lag behind looks again", async () => {
  const double = await startDouble();
  const { requests } = await undisturbed();
  // The reads of the check that follows the writes: a resource is not seen at first.
  const firstRead = requests - 7;
  double.setFaults((n) => (n === firstRead ? { kind: "unseen" } : undefined));

  const { code, sleeps } = await runDeploy(double.origin, { apply: true, given: packaged });

  expect(code).toBe(0);
  expect(sleeps).toEqual([3_000]);
});

describe("remove", () => {
  test("takes away what was deployed, also what the configuration no longer names", async () => {
    const double = await startDouble();
    await runDeploy(double.origin, { apply: true, given: packaged });
    const given = { ...packaged, functions: { heartbeat: { cron: "*/5 * * * *" } } };

    const { code } = await runDeploy(double.origin, { remove: true, given });

    expect(code).toBe(0);
    expect([...double.resources().keys()]).toEqual([]);
  });

  test("is fine where nothing is left", async () => {
    const double = await startDouble();

    const { code, out } = await runDeploy(double.origin, { remove: true });

    expect(code).toBe(0);
    expect(out).toContain("= action datastream-relay-webhook (absent)");
  });

  test("with --plan shows what would go, and removes nothing", async () => {
    const double = await startDouble();
    await runDeploy(double.origin, { apply: true });
    const before = stateOf(double);

    const { code, out } = await runDeploy(double.origin, { plan: true, remove: true });

    expect(code).toBe(0);
    expect(out).toContain("- trigger datastream-relay-heartbeat-cron\n");
    expect(stateOf(double)).toEqual(before);
  });

  test("keeps what is not ours, and a package that holds something else", async () => {
    const double = await startDouble();
    await runDeploy(double.origin, { apply: true, given: packaged });
    const action = double.resources().get("datastream-relay-redrive");
    if (action?.kind !== "action") {
      throw new Error("nothing was deployed");
    }
    double.plant({ ...action, description: "somebody's" });

    const { code, out } = await runDeploy(double.origin, { remove: true, given: packaged });

    expect(code).toBe(0);
    expect(out).toContain(
      "! action datastream-relay-redrive (kept): it was not made by this command",
    );
    expect(out).toContain("! package relay (kept): it holds something else");
    expect([...double.resources().keys()].toSorted(byText)).toEqual([
      "datastream-relay-redrive",
      "relay",
    ]);
  });

  test("that breaks off tells machines what is gone, and what is not", async () => {
    const double = await startDouble();
    const given = { ...config, functions: { heartbeat: { cron: "*/5 * * * *" } } };
    await runDeploy(double.origin, { apply: true, given });
    double.setFaults((_, { method, path }) =>
      method === "DELETE" && path.endsWith("/datastream-relay-heartbeat")
        ? { kind: "status", status: 401 }
        : undefined,
    );

    const { code, out } = await runDeploy(double.origin, { remove: true, json: true, given });

    const told = JSON.parse(out);
    expect(code).toBe(1);
    expect(told.done.filter(({ change }: Told) => change === "delete").map(toWords)).toEqual([
      "delete link datastream-relay-heartbeat-cron",
      "delete trigger datastream-relay-heartbeat-cron",
    ]);
    expect(toWords(told.failed)).toBe("delete action datastream-relay-heartbeat");
    expect(told.failed.reason).toContain("HTTP 401");
  });

  test("that is cut off at any request is finished by the next", { timeout: 120_000 }, async () => {
    const done = await startDouble();
    await runDeploy(done.origin, { apply: true, given: packaged });
    const before = done.calls().length;
    await runDeploy(done.origin, { remove: true, given: packaged });
    const requests = done.calls().length - before;
    expect(requests).toBeGreaterThan(15);

    for (let k = 1; k <= requests; k += 1) {
      const double = await startDouble();
      await runDeploy(double.origin, { apply: true, given: packaged });
      double.setFaults((n) =>
        n >= k ? { kind: "cut", when: n === k ? "after" : "before" } : undefined,
      );
      const cut = await runDeploy(double.origin, { remove: true, given: packaged });
      double.setFaults(() => undefined);
      const again = await runDeploy(double.origin, { remove: true, given: packaged });

      expect([k, cut.code, again.code]).toEqual([k, 1, 0]);
      expect([...double.resources().keys()]).toEqual([]);
      await double.close();
    }
  });
});

describe("the other zones", () => {
  test("fin gets version 2.1 without the platform parameter", async () => {
    const double = await startDouble({ zone: "fin" });

    const { code, out } = await runDeploy(double.origin, {
      apply: true,
      given: { ...config, region: "fin" },
    });

    expect(code).toBe(0);
    expect(out).toContain("no host of Data Stream is documented for the finance zone");
    expect(double.resources().get("datastream-relay-webhook")).toMatchObject({ type: "web" });
  });

  test("gov gets version 2.0 bodies on Classic, and plans nothing the second time", async () => {
    const double = await startDouble({ zone: "gov" });
    const { webhook, heartbeat, redrive } = config.functions;
    const given = { region: "gov", functions: { webhook, heartbeat, redrive } };

    const { code } = await runDeploy(double.origin, { apply: true, given });
    const { out } = await runDeploy(double.origin, { plan: true, given });

    expect(code).toBe(0);
    expect(out).toContain("platform classic");
    expect(out).toContain("same: 7\n");
    expect(double.calls().every(({ path }) => path.startsWith("/api/v2/"))).toBe(true);
    expect(double.resources().get("datastream-relay-webhook")).toMatchObject({
      type: "web",
      rawHttp: true,
      platform: "classic",
    });
  });

  test("kr takes Classic too, without a network", async () => {
    const double = await startDouble();
    const { vpc: _, ...given } = { ...config, platform: "classic" };

    const { code } = await runDeploy(double.origin, { apply: true, given });

    expect(code).toBe(0);
    expect(double.resources().get("datastream-relay-webhook")).toMatchObject({
      platform: "classic",
      vpc: undefined,
    });
  });
});
