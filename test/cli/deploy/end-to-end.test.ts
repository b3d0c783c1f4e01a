import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type RunningStandIn, startStandIn } from "../../../local/data-stream/server.ts";
import {
  type RunningObjectStorage,
  startObjectStorage,
} from "../../../local/object-storage/server.ts";
import { secretsInUse } from "../../support/spoken.ts";
import { createRunner } from "./deployed-actions.ts";
import { closing, config, environment, runDeploy, startDouble } from "./harness.ts";

const accessKeys = { [secretsInUse.ncloudAccessKey]: secretsInUse.ncloudSecretKey };

async function startWorld(options: Parameters<typeof startDouble>[0] = {}) {
  const stream = closing(
    await startStandIn({ port: 0, topics: { orders: 3 }, accessKeys, log: () => undefined }),
  );
  const storage = closing(
    await startObjectStorage({ port: 0, buckets: ["dead-letters"], accessKeys }),
  );
  const runner = closing(createRunner());
  const double = await startDouble({ run: runner.run, activationDelayMs: 0, ...options });
  return { stream, storage, double, env: envOf(stream, storage) };
}

function envOf(stream: RunningStandIn, storage: RunningObjectStorage) {
  return {
    ...environment,
    DATASTREAM_ENDPOINT: stream.origin,
    OBJECT_STORAGE_ENDPOINT: storage.origin,
  };
}

async function recordsOf({ origin }: RunningStandIn) {
  const response = await fetch(`${origin}/_/topics/orders/records`);
  const { records }: { records: readonly { key: string; value: string }[] } = JSON.parse(
    await response.text(),
  );
  return records.map(({ key, value }) => ({ key, value: JSON.parse(value) }));
}

/** GitHub's own example of a delivery's signature: HMAC-SHA256 of the body, in hex. */
function signed(body: string, secret: string) {
  const digest = createHmac("sha256", secret).update(body).digest("hex");
  return {
    "content-type": "application/json",
    "X-GitHub-Event": "push",
    "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    "X-Hub-Signature-256": `sha256=${digest}`,
  };
}

describe("what was deployed", () => {
  test.for(["source", "zip"] as const)(
    "as %s runs: a tick, an object event, a signed delivery, each becomes a record",
    { timeout: 60_000 },
    async (artifact) => {
      const { stream, double, env } = await startWorld();
      const given = { ...config, artifact };
      const applied = await runDeploy(double.origin, { apply: true, given, env });
      expect(applied.code).toBe(0);

      await double.fire("datastream-relay-heartbeat-cron");
      await double.emit(
        { bucketName: "uploads", eventRuleName: "created" },
        { container_name: "uploads", object_name: "a/b.txt", event_name: "ObjectCreated:Put" },
      );
      const body = '{"repository":{"full_name":"octo/hello"},"ref":"refs/heads/main"}';
      const delivered = await double.callWeb("datastream-relay-webhook", {
        method: "POST",
        path: "/github",
        headers: signed(body, secretsInUse.github),
        body,
      });
      const forged = await double.callWeb("datastream-relay-webhook", {
        method: "POST",
        path: "/github",
        headers: signed(body, "not the secret at all"),
        body,
      });

      const records = await recordsOf(stream);
      expect(delivered.status).toBe(200);
      expect(forged.status).toBe(401);
      expect(records.map(({ key, value }) => [key, value.type])).toEqual([
        ["heartbeat", "heartbeat.tick"],
        ["uploads/a/b.txt", "com.ncloud.objectstorage.ObjectCreated:Put"],
        ["octo/hello", "com.github.push"],
      ]);
      expect(records[2]?.value.data).toEqual(JSON.parse(body));
    },
  );

  test("redrive runs by its trigger", { timeout: 60_000 }, async () => {
    const { double, env } = await startWorld();
    await runDeploy(double.origin, { apply: true, env });

    await double.fire("datastream-relay-redrive-cron");

    expect(double.activations().at(-1)).toMatchObject({
      action: "datastream-relay-redrive",
      isSuccess: true,
      result: { delivered: 0, failed: 0 },
    });
  });
});

describe("the smoke call", () => {
  test.for(["emulator", "standIn"] as const)(
    "finds its record on the emulator, whose option has two names: %s",
    { timeout: 60_000 },
    async (option) => {
      const { stream, double, env } = await startWorld();

      const { code, out } = await runDeploy(double.origin, {
        apply: true,
        env,
        smoke: true,
        [option]: stream.origin,
      });

      expect(code).toBe(0);
      // The partition is what DefaultPartitioner of kafkajs says of "heartbeat" and 3 partitions.
      expect(out).toContain(`
Smoke call: passed
  datastream-relay-heartbeat: delivered 1
  the record is on topic orders, partition 2, offset 0
`);
      expect(await recordsOf(stream)).toHaveLength(1);
    },
  );

  test.for(["3", '{"orders":3}'])(
    "says why the record cannot be looked at, and where to look, with %s partitions",
    {
      timeout: 60_000,
    },
    async (DATASTREAM_PARTITIONS) => {
      const { double, env: common } = await startWorld();
      const env = { ...common, DATASTREAM_PARTITIONS };

      const { code, out } = await runDeploy(double.origin, { apply: true, env, smoke: true });

      expect(code).toBe(0);
      expect(out).toContain(
        "the record itself was not looked at: the HTTP API of Data Stream has no way to read. " +
          "See Data Stream > Topic > orders > Data, partition 2, key heartbeat: the 20 newest are shown, in UTC+9",
      );
    },
  );

  test("that does not deliver fails the apply, and gives the reason's code", {
    timeout: 60_000,
  }, async () => {
    const { double, env } = await startWorld();
    const wrong = { ...env, NCLOUD_SECRET_KEY: "a-secret-key-of-nobody" };

    const { code, out } = await runDeploy(double.origin, { apply: true, env: wrong, smoke: true });

    expect(code).toBe(1);
    expect(out).toContain(
      "Smoke call: failed\n  datastream-relay-heartbeat: nothing delivered (STREAM_UNAUTHENTICATED)",
    );
  });

  test("without a heartbeat is a test event for bucket, which sends nothing", {
    timeout: 60_000,
  }, async () => {
    const { stream, double, env } = await startWorld();
    const { bucket } = config.functions;

    const { code, out } = await runDeploy(double.origin, {
      apply: true,
      env,
      smoke: true,
      given: { ...config, functions: { bucket } },
    });

    expect(code).toBe(0);
    expect(out).toContain("Smoke call: passed\n  datastream-relay-bucket: ignored 1");
    expect(await recordsOf(stream)).toEqual([]);
  });

  test("of webhook alone is none, and says why", { timeout: 60_000 }, async () => {
    const { double, env } = await startWorld();

    const { code, out } = await runDeploy(double.origin, {
      apply: true,
      env,
      smoke: true,
      given: { ...config, functions: { webhook: {} } },
    });

    expect(code).toBe(0);
    expect(out).toContain("Smoke call: skipped\n  webhook answers to HTTP only");
  });

  test("whose answer is an activation's id alone is waited for, though it is not found at first", {
    timeout: 60_000,
  }, async () => {
    let looks = 0;
    const double = await startDouble({
      activationDelayMs: 35_000,
      runsAnswerById: true,
      now: () => Date.now() + looks * 5_000,
      run: async () => ({ status: 200, result: { delivered: 1 } }),
    });
    double.setFaults((_, { path }) => {
      if (/\/activations\//.test(path)) {
        looks += 1;
      }
      return undefined;
    });

    const { code, out, sleeps } = await runDeploy(double.origin, { apply: true, smoke: true });

    expect(code).toBe(0);
    expect(out).toContain("Smoke call: passed\n  datastream-relay-heartbeat: delivered 1");
    expect(sleeps.length).toBeGreaterThanOrEqual(6);
    expect(new Set(sleeps)).toEqual(new Set([5_000]));
  });

  test.for([408, 504])("is not made again after HTTP %i: it may have run", async (status) => {
    const double = await startDouble();
    double.setFaults((_, { method, path }) =>
      method === "POST" && /\/actions\//.test(path) ? { kind: "status", status } : undefined,
    );

    const { code, out } = await runDeploy(double.origin, { apply: true, smoke: true });

    const runs = double
      .calls()
      .filter(({ method, path }) => method === "POST" && /\/actions\//.test(path));
    expect(code).toBe(1);
    expect(out).toContain(`Smoke call: failed\n  datastream-relay-heartbeat: POST /packages/-/`);
    expect(runs).toHaveLength(1);
  });

  test("fails where --stand-in is none", { timeout: 60_000 }, async () => {
    const { stream, double, env } = await startWorld();

    const { code, out } = await runDeploy(double.origin, {
      apply: true,
      env,
      smoke: true,
      standIn: double.origin,
    });

    expect(code).toBe(1);
    expect(out).toContain("does not show the records of topic orders");
    expect(await recordsOf(stream)).toEqual([]);
  });
});
