import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type RunningEmulator, startEmulator } from "../../../local/data-stream/server.ts";
import {
  type RunningObjectStorage,
  startObjectStorage,
} from "../../../local/object-storage/server.ts";
import { secretsInUse } from "../../support/spoken.ts";
import { createRunner } from "./deployed-actions.ts";
import { closing, config, environment, runDeploy, startCloudFunctionsEmulator } from "./harness.ts";

const accessKeys = { [secretsInUse.ncloudAccessKey]: secretsInUse.ncloudSecretKey };

async function startEmulators(options: Parameters<typeof startCloudFunctionsEmulator>[0] = {}) {
  const stream = closing(
    await startEmulator({ port: 0, topics: { orders: 3 }, accessKeys, log: () => undefined }),
  );
  const storage = closing(
    await startObjectStorage({ port: 0, buckets: ["dead-letters"], accessKeys }),
  );
  const runner = closing(createRunner());
  const emulator = await startCloudFunctionsEmulator({
    run: runner.run,
    activationDelayMs: 0,
    ...options,
  });
  return { stream, storage, emulator, env: envOf(stream, storage) };
}

function envOf(stream: RunningEmulator, storage: RunningObjectStorage) {
  return {
    ...environment,
    DATASTREAM_ENDPOINT: stream.origin,
    OBJECT_STORAGE_ENDPOINT: storage.origin,
  };
}

async function recordsOf({ origin }: RunningEmulator) {
  const response = await fetch(`${origin}/_/topics/orders/records`);
  const { records }: { records: readonly { key: string; value: string }[] } = JSON.parse(
    await response.text(),
  );
  return records.map(({ key, value }) => ({ key, value: JSON.parse(value) }));
}

/** Signs a delivery as GitHub does: HMAC-SHA256 of the body, in hex. */
function signed(body: string, secret: string) {
  const digest = createHmac("sha256", secret).update(body).digest("hex");
  return {
    "content-type": "application/json",
    "X-GitHub-Event": "push",
    "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    "X-Hub-Signature-256": `sha256=${digest}`,
  };
}

describe("the deployed functions", () => {
  test.for(["source", "zip"] as const)(
    "a tick, an object event and a signed delivery each become a record when deployed as %s",
    { timeout: 120_000 },
    async (artifact) => {
      const { stream, emulator, env } = await startEmulators();
      const given = { ...config, artifact };
      const applied = await runDeploy(emulator.origin, {
        artifacts: "dist",
        apply: true,
        given,
        env,
      });
      expect(applied.code).toBe(0);

      await emulator.fire("datastream-relay-heartbeat-cron");
      await emulator.emit(
        { bucketName: "uploads", eventRuleName: "created" },
        { container_name: "uploads", object_name: "a/b.txt", event_name: "ObjectCreated:Put" },
      );
      const body = '{"repository":{"full_name":"octo/hello"},"ref":"refs/heads/main"}';
      const delivered = await emulator.callWeb("datastream-relay-webhook", {
        method: "POST",
        path: "/github",
        headers: signed(body, secretsInUse.github),
        body,
      });
      const forged = await emulator.callWeb("datastream-relay-webhook", {
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

  test("the trigger of redrive runs redrive", { timeout: 120_000 }, async () => {
    const { emulator, env } = await startEmulators();
    await runDeploy(emulator.origin, { artifacts: "dist", apply: true, env });

    await emulator.fire("datastream-relay-redrive-cron");

    expect(emulator.activations().at(-1)).toMatchObject({
      action: "datastream-relay-redrive",
      isSuccess: true,
      result: { delivered: 0, failed: 0 },
    });
  });
});

describe("the smoke call", () => {
  test.for(["emulator", "standIn"] as const)(
    "the smoke call finds its record on the emulator that the option %s names",
    { timeout: 120_000 },
    async (option) => {
      const { stream, emulator, env } = await startEmulators();

      const { code, out } = await runDeploy(emulator.origin, {
        artifacts: "dist",
        apply: true,
        env,
        smoke: true,
        [option]: stream.origin,
      });

      expect(code).toBe(0);
      // DefaultPartitioner of kafkajs chooses this partition for the key "heartbeat" and 3 partitions.
      expect(out).toContain(`
Smoke call: passed
  datastream-relay-heartbeat: delivered 1
  the record is on topic orders, partition 2, offset 0
`);
      expect(await recordsOf(stream)).toHaveLength(1);
    },
  );

  test.for(["3", '{"orders":3}'])(
    "the smoke call says why the record cannot be read and where to look for it, with the setting %s",
    {
      timeout: 120_000,
    },
    async (DATASTREAM_PARTITIONS) => {
      const { emulator, env: common } = await startEmulators();
      const env = { ...common, DATASTREAM_PARTITIONS };

      const { code, out } = await runDeploy(emulator.origin, {
        artifacts: "dist",
        apply: true,
        env,
        smoke: true,
      });

      expect(code).toBe(0);
      expect(out).toContain(
        "the record itself was not looked at: the HTTP API of Data Stream has no way to read. " +
          "See Data Stream > Topic > orders > Data, partition 2, key heartbeat: the 20 newest are shown, in UTC+9",
      );
    },
  );

  test("a smoke call that does not deliver fails the apply and reports the code", {
    timeout: 120_000,
  }, async () => {
    const { emulator, env } = await startEmulators();
    const wrong = { ...env, NCLOUD_SECRET_KEY: "a-secret-key-of-nobody" };

    const { code, out } = await runDeploy(emulator.origin, {
      artifacts: "dist",
      apply: true,
      env: wrong,
      smoke: true,
    });

    expect(code).toBe(1);
    expect(out).toContain(
      "Smoke call: failed\n  datastream-relay-heartbeat: nothing delivered (STREAM_UNAUTHENTICATED)",
    );
  });

  test("the smoke call without a heartbeat is a test event for bucket, which sends nothing", {
    timeout: 120_000,
  }, async () => {
    const { stream, emulator, env } = await startEmulators();
    const { bucket } = config.functions;

    const { code, out } = await runDeploy(emulator.origin, {
      artifacts: "dist",
      apply: true,
      env,
      smoke: true,
      given: { ...config, functions: { bucket } },
    });

    expect(code).toBe(0);
    expect(out).toContain("Smoke call: passed\n  datastream-relay-bucket: ignored 1");
    expect(await recordsOf(stream)).toEqual([]);
  });

  test("the smoke call is skipped for webhook alone, and the output says why", {
    timeout: 120_000,
  }, async () => {
    const { emulator, env } = await startEmulators();

    const { code, out } = await runDeploy(emulator.origin, {
      artifacts: "dist",
      apply: true,
      env,
      smoke: true,
      given: { ...config, functions: { webhook: {} } },
    });

    expect(code).toBe(0);
    expect(out).toContain("Smoke call: skipped\n  webhook answers to HTTP only");
  });

  test("the smoke call waits for its activation if the response contains only an id", {
    timeout: 120_000,
  }, async () => {
    let looks = 0;
    const emulator = await startCloudFunctionsEmulator({
      activationDelayMs: 35_000,
      runsAnswerById: true,
      now: () => Date.now() + looks * 5_000,
      run: async () => ({ status: 200, result: { delivered: 1 } }),
    });
    emulator.setFaults((_, { path }) => {
      if (/\/activations\//.test(path)) {
        looks += 1;
      }
      return undefined;
    });

    const { code, out, sleeps } = await runDeploy(emulator.origin, {
      artifacts: "dist",
      apply: true,
      smoke: true,
    });

    expect(code).toBe(0);
    expect(out).toContain("Smoke call: passed\n  datastream-relay-heartbeat: delivered 1");
    expect(sleeps.length).toBeGreaterThanOrEqual(6);
    expect(new Set(sleeps)).toEqual(new Set([5_000]));
  });

  test.for([408, 504])(
    "the smoke call is not repeated after HTTP %i, because it may have run",
    async (status) => {
      const emulator = await startCloudFunctionsEmulator();
      emulator.setFaults((_, { method, path }) =>
        method === "POST" && /\/actions\//.test(path) ? { kind: "status", status } : undefined,
      );

      const { code, out } = await runDeploy(emulator.origin, {
        artifacts: "dist",
        apply: true,
        smoke: true,
      });

      const runs = emulator
        .calls()
        .filter(({ method, path }) => method === "POST" && /\/actions\//.test(path));
      expect(code).toBe(1);
      expect(out).toContain(`Smoke call: failed\n  datastream-relay-heartbeat: POST /packages/-/`);
      expect(runs).toHaveLength(1);
    },
  );

  test("the smoke call fails if --stand-in is not an emulator", { timeout: 120_000 }, async () => {
    const { stream, emulator, env } = await startEmulators();

    const { code, out } = await runDeploy(emulator.origin, {
      artifacts: "dist",
      apply: true,
      env,
      smoke: true,
      standIn: emulator.origin,
    });

    expect(code).toBe(1);
    expect(out).toContain("does not show the records of topic orders");
    expect(await recordsOf(stream)).toEqual([]);
  });
});
