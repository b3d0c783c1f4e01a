import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { RunningCloudFunctions } from "../../../local/cloud-functions/server.ts";
import { deployKeys, startCloudFunctionsEmulator } from "./harness.ts";

const base = "/ncf/api/v2";
const actionBody = {
  description: "",
  limits: { timeout: 60_000, memory: 256 },
  exec: { kind: "nodejs:22", binary: false, code: "function main() {}", main: "main" },
  vpc: [{ vpcNo: 1, subnetNo: 2 }],
};

type Sent = {
  readonly body?: unknown;
  readonly secret?: string;
  readonly timestamp?: number;
};

/** Signs a request independently of the product, as NAVER Cloud's common page describes it. */
async function call(
  { origin }: RunningCloudFunctions,
  line: string,
  { body, secret = deployKeys.secret, timestamp = Date.now() }: Sent = {},
) {
  const [method = "", target = ""] = line.split(" ");
  const text = `${method} ${target}\n${timestamp}\n${deployKeys.access}`;
  const response = await fetch(origin + target, {
    method,
    headers: {
      "x-ncp-apigw-timestamp": String(timestamp),
      "x-ncp-iam-access-key": deployKeys.access,
      "x-ncp-apigw-signature-v2": createHmac("sha256", secret).update(text).digest("base64"),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  return { status: response.status, ...(answer === "" ? {} : JSON.parse(answer)) };
}

/** `name` may end with a query. */
function putAction(emulator: RunningCloudFunctions, name: string, change: object = {}) {
  const target = `PUT ${base}/packages/-/actions/${name}`;
  return call(emulator, target, { body: { ...actionBody, ...change } });
}

describe("the emulator of Cloud Functions", () => {
  test("the emulator responds with 400 to a path with malformed percent-encoding", async () => {
    const emulator = await startCloudFunctionsEmulator();

    const answer = await call(emulator, `GET ${base}/triggers/%zz?platform=vpc`);

    expect(answer).toMatchObject({ status: 400, error: { errorCode: "undocumented" } });
  });

  test("the emulator checks signatures and clocks of its callers", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const line = `GET ${base}/triggers/a?platform=vpc`;

    const good = await call(emulator, line);
    const forged = await call(emulator, line, { secret: "another" });
    const late = await call(emulator, line, { timestamp: Date.now() - 300_000 });

    expect(good).toMatchObject({ status: 404, error: { errorCode: "80501" } });
    expect(forged).toMatchObject({ status: 401, error: { errorCode: "200" } });
    expect(late).toMatchObject({ status: 401, error: { errorCode: "200" } });
  });

  test("an action keeps its id until it is deleted, and has another one when it is made again", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const line = `/packages/-/actions/a?platform=vpc`;

    const made = await putAction(emulator, "a?platform=vpc");
    const changed = await putAction(emulator, "a?platform=vpc", { description: "b" });
    await call(emulator, `DELETE ${base}${line}`);
    const again = await putAction(emulator, "a?platform=vpc");

    expect(made.content.resourceId).toMatch(/^[0-9a-f]{10}$/);
    expect(changed.content.resourceId).toBe(made.content.resourceId);
    expect(again.content.resourceId).toMatch(/^[0-9a-f]{10}$/);
    expect(again.content.resourceId).not.toBe(made.content.resourceId);
  });

  test("the emulator returns an action as it was put", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const parameters = { A: "1" };

    await putAction(emulator, "a?platform=vpc&type=web", { parameters, "raw-http": true });
    const { status, content } = await call(emulator, `GET ${base}/packages/-/actions/a`);

    expect(status).toBe(200);
    expect(content).toMatchObject({
      name: "a",
      exec: { kind: "nodejs:22", code: "function main() {}" },
      limits: { timeout: 60_000, memory: 256 },
      parameters,
      "raw-http": true,
    });
  });

  test.for([
    ["a timeout below 500 ms", { limits: { timeout: 499, memory: 256 } }, 400],
    ["a timeout above 300,000 ms", { limits: { timeout: 300_001, memory: 256 } }, 400],
    ["a memory that is not offered", { limits: { timeout: 500, memory: 200 } }, 400],
    ["no network on the vpc platform", { vpc: [] }, 400],
    ["a description of 3,001 bytes", { description: "x".repeat(3_001) }, 400],
    ["parameters above 1 MB", { parameters: { a: "x".repeat(1_000_001) } }, 413],
    ["code above 38 MB", { exec: { ...actionBody.exec, code: "x".repeat(38_000_001) } }, 413],
    ["a runtime that has ended", { exec: { ...actionBody.exec, kind: "nodejs:16" } }, 400],
    ["raw HTTP of a basic action", { "raw-http": true }, 400],
  ] as const)("the emulator refuses an action with %s", async ([, change, status]) => {
    const emulator = await startCloudFunctionsEmulator();

    expect(await putAction(emulator, "a", change)).toMatchObject({ status });
    expect(emulator.resources().size).toBe(0);
  });

  test("the emulator names a missing field, with code 80306", async () => {
    const emulator = await startCloudFunctionsEmulator();

    expect(await putAction(emulator, "a", { limits: { memory: 256 } })).toMatchObject({
      status: 400,
      error: { errorCode: "80306", details: "limits.timeout is required" },
    });
  });

  test.for(["-a", "x".repeat(51), "a.b", "%EA%B0%80"])(
    "the emulator refuses the name %s",
    async (name) => {
      const emulator = await startCloudFunctionsEmulator();

      expect(await putAction(emulator, name)).toMatchObject({ status: 400 });
    },
  );

  test("the emulator allows a name only once, whatever its kind", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await putAction(emulator, "a");

    const trigger = await call(emulator, `PUT ${base}/triggers/a?type=cron`, {
      body: { cronOption: "* * * * *" },
    });

    expect(trigger).toMatchObject({ status: 409 });
  });

  test("the emulator never changes the type of an action or a trigger", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await putAction(emulator, "a");
    await call(emulator, `PUT ${base}/triggers/t?type=cron`, { body: { cronOption: "* * * * *" } });

    const action = await putAction(emulator, "a?type=web");
    const trigger = await call(emulator, `PUT ${base}/triggers/t?type=object_storage`, {
      body: { objectStorageLink: [{ bucketName: "b", eventRuleName: "r" }] },
    });

    expect([action.status, trigger.status]).toEqual([400, 400]);
  });

  const credential = { username: "u", accessToken: "t", repository: "r" };
  const link = { productName: "p", apiName: "a", stageName: "s" };

  test.for([
    ["cron", {}, "INVALID_CRON_OPTION"],
    ["object_storage", { objectStorageLink: [{ bucketName: "b" }] }, "INVALID_OBJECT_STORAGE_LINK"],
    ["insight", { insightLink: [] }, "INVALID_INSIGHT_LINK"],
    ["insight", { insightLink: [{ prodKey: "p" }] }, "INVALID_INSIGHT_LINK"],
    [
      "insight",
      { insightLink: [{ prodKey: "p", ruleGrpId: "r", reminderTime: 4 }] },
      "INVALID_INSIGHT_LINK",
    ],
    [
      "insight",
      { insightLink: [{ prodKey: "p", ruleGrpId: "r", reminderTime: 721 }] },
      "INVALID_INSIGHT_LINK",
    ],
    [
      "source_commit",
      { sourceCommitLink: [{ repositoryName: "r", webhookName: "w", enable: "true" }] },
      "INVALID_SOURCE_COMMIT_LINK",
    ],
    ["secret_manager", { secretManagerLink: [{ secret: "s" }] }, "INVALID_SECRET_MANAGER_LINK"],
    ["github", { credential: { username: "u" }, events: ["*"], link }, "INVALID_CREDENTIAL"],
    ["github", { credential, events: "*", link }, "INVALID_EVENTS"],
    ["github", { credential, events: ["*"] }, "INVALID_LINK"],
    ["github", { credential, events: ["*"], link: { ...link, productId: "p" } }, "INVALID_LINK"],
    ["basic", {}, "INVALID_TRIGGER_TYPE"],
  ] as const)(
    "the emulator refuses a trigger of type %s with %j",
    async ([type, body, message]) => {
      const emulator = await startCloudFunctionsEmulator();

      expect(await call(emulator, `PUT ${base}/triggers/t?type=${type}`, { body })).toMatchObject({
        status: 400,
        error: { message },
      });
      expect(emulator.resources().size).toBe(0);
    },
  );

  test("the emulator takes a GitHub trigger's names in API Gateway once, and shows its events", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const put = (body: object) =>
      call(emulator, `PUT ${base}/triggers/t?type=github`, { body: { credential, ...body } });

    const created = await put({ events: ["*"], link });
    const again = await put({ events: ["push"], link });
    const updated = await put({ events: ["push"] });
    const { content } = await call(emulator, `GET ${base}/triggers/t`);

    expect([created.status, again.status, updated.status]).toEqual([200, 400, 200]);
    expect(content.execOption).toEqual([{ key: "events", value: "push" }]);
    expect(content).not.toHaveProperty("credential");
  });

  test("the emulator lists the triggers of a platform by name and type", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const body = { cronOption: "* * * * *" };
    await call(emulator, `PUT ${base}/triggers/t?type=cron`, { body });
    await call(emulator, `PUT ${base}/triggers/c?type=cron&platform=classic`, { body });

    expect(await call(emulator, `GET ${base}/triggers`)).toMatchObject({
      status: 200,
      content: { triggers: [{ name: "t", type: "Cron" }] },
    });
  });

  test("the emulator links an action once (80901) and fires only linked actions (80512)", async () => {
    const emulator = await startCloudFunctionsEmulator({
      run: async () => ({ status: 200, result: { ok: true } }),
    });
    await putAction(emulator, "a");
    await call(emulator, `PUT ${base}/triggers/t?type=cron`, { body: { cronOption: "* * * * *" } });
    const link = { body: { action: "a", package: "-" } };

    const early = await call(emulator, `POST ${base}/triggers/t`, { body: {} });
    const first = await call(emulator, `POST ${base}/triggers/t/link-action`, link);
    const second = await call(emulator, `POST ${base}/triggers/t/link-action`, link);
    const fired = await call(emulator, `POST ${base}/triggers/t`, { body: {} });
    const got = await call(emulator, `GET ${base}/triggers/t`);
    const unlinked = await call(emulator, `DELETE ${base}/triggers/t/link-action`, link);

    expect(early).toMatchObject({ status: 400, error: { errorCode: "80512" } });
    expect(first.status).toBe(200);
    expect(second).toMatchObject({ status: 400, error: { errorCode: "80901" } });
    expect(fired.content.activationId).toMatch(/^[0-9a-f]{32}$/);
    expect(got.content).toMatchObject({ type: "cron", actions: ["a"] });
    expect(unlinked.status).toBe(204);
  });

  test("the emulator does not find an activation for 35 seconds after its run (80322)", async () => {
    let nowMs = Date.now();
    const run = async () => ({ status: 200, result: { ok: true } });
    const emulator = await startCloudFunctionsEmulator({ run, now: () => nowMs });
    await putAction(emulator, "a");
    const ran = await call(emulator, `POST ${base}/packages/-/actions/a?timeout=60000`, {
      body: {},
    });
    const line = `GET ${base}/packages/-/actions/a/activations/${ran.content.activationId}`;

    const early = await call(emulator, line);
    nowMs += 35_000;
    const later = await call(emulator, line, { timestamp: nowMs });

    expect(ran.content.response.result).toEqual({ ok: true });
    expect(early).toMatchObject({ status: 404, error: { errorCode: "80322" } });
    expect(later.content.response.result).toEqual({ ok: true });
  });

  test("the emulator reports resources of another platform (80302, 80502) and deletes with 204", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await putAction(emulator, "a");
    const line = `${base}/packages/-/actions/a`;

    expect(await call(emulator, `GET ${line}?platform=classic`)).toMatchObject({
      status: 400,
      error: { errorCode: "80302" },
    });
    expect(await call(emulator, `DELETE ${line}`)).toEqual({ status: 204 });
    expect(await call(emulator, `DELETE ${line}`)).toMatchObject({
      status: 404,
      error: { errorCode: "80301" },
    });
  });

  test("the emulator keeps a package that contains an action (409)", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await call(emulator, `PUT ${base}/packages/p`, { body: {} });
    await call(emulator, `PUT ${base}/packages/p/actions/a`, { body: actionBody });

    const full = await call(emulator, `DELETE ${base}/packages/p`);
    await call(emulator, `DELETE ${base}/packages/p/actions/a`);
    const empty = await call(emulator, `DELETE ${base}/packages/p`);

    expect([full.status, empty.status]).toEqual([409, 204]);
  });

  test("actions of one name in two packages are two actions, each with its own activations", async () => {
    const ran: string[] = [];
    const emulator = await startCloudFunctionsEmulator({
      activationDelayMs: 0,
      async run({ action }) {
        ran.push(`${action.packageName}/${action.name}`);
        return { status: 200, result: { of: action.packageName } };
      },
    });
    for (const name of ["p", "q"]) {
      await call(emulator, `PUT ${base}/packages/${name}`, { body: {} });
      await call(emulator, `PUT ${base}/packages/${name}/actions/a`, {
        body: { ...actionBody, parameters: { of: name } },
      });
    }
    await call(emulator, `PUT ${base}/triggers/t?type=cron`, { body: { cronOption: "* * * * *" } });
    await call(emulator, `POST ${base}/triggers/t/link-action`, {
      body: { action: "a", package: "p" },
    });

    const first = await call(emulator, `GET ${base}/packages/p/actions/a`);
    const run = await call(emulator, `POST ${base}/packages/q/actions/a`, { body: {} });
    await emulator.fire("t");
    const foreign = await call(
      emulator,
      `GET ${base}/packages/p/actions/a/activations/${run.content.activationId}`,
    );
    await call(emulator, `DELETE ${base}/packages/q/actions/a`);
    const left = await call(emulator, `GET ${base}/packages/p/actions/a`);
    const trigger = await call(emulator, `GET ${base}/triggers/t`);

    expect(first.content.parameters).toEqual({ of: "p" });
    expect(run.content.response.result).toEqual({ of: "q" });
    expect(ran).toEqual(["q/a", "p/a"]);
    expect(foreign.status).toBe(404);
    expect(left.status).toBe(200);
    expect(trigger.content.actions).toEqual(["a"]);
  });

  test.for([
    [false, 200],
    [true, 409],
  ] as const)(
    "with names unique everywhere being %s an action of another package's name is %i",
    async ([namesAreUnique, status]) => {
      const emulator = await startCloudFunctionsEmulator({ namesAreUnique });
      await call(emulator, `PUT ${base}/packages/p`, { body: {} });
      await putAction(emulator, "a");

      const other = await call(emulator, `PUT ${base}/packages/p/actions/a`, { body: actionBody });
      const again = await putAction(emulator, "a");

      expect([other.status, again.status]).toEqual([status, 200]);
    },
  );

  test("a trigger with the name of an action in a package is refused (409)", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await call(emulator, `PUT ${base}/packages/p`, { body: {} });
    await call(emulator, `PUT ${base}/packages/p/actions/a`, { body: actionBody });

    const body = { cronOption: "* * * * *" };

    expect(await call(emulator, `PUT ${base}/triggers/a?type=cron`, { body })).toMatchObject({
      status: 409,
    });
  });

  test("linked actions of packages can be shown by their bare names", async () => {
    const emulator = await startCloudFunctionsEmulator({ shown: { actionNames: "bare" } });
    await call(emulator, `PUT ${base}/packages/p`, { body: {} });
    await call(emulator, `PUT ${base}/packages/p/actions/a`, { body: actionBody });
    await call(emulator, `PUT ${base}/triggers/t?type=cron`, { body: { cronOption: "* * * * *" } });
    await call(emulator, `POST ${base}/triggers/t/link-action`, {
      body: { action: "a", package: "p" },
    });

    const { content } = await call(emulator, `GET ${base}/triggers/t`);

    expect(content.actions).toEqual(["a"]);
  });

  test("packages and the actions of each are listed with their descriptions", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await call(emulator, `PUT ${base}/packages/p`, { body: { description: "ours" } });
    await call(emulator, `PUT ${base}/packages/p/actions/a`, {
      body: { ...actionBody, description: "x" },
    });

    const packages = await call(emulator, `GET ${base}/packages`);
    const inside = await call(emulator, `GET ${base}/packages/p/actions`);
    const outside = await call(emulator, `GET ${base}/packages/-/actions`);
    const none = await call(emulator, `GET ${base}/packages/q/actions`);

    expect(packages.content).toEqual([{ name: "p", description: "ours" }]);
    expect(inside.content.actions).toMatchObject([{ name: "a", description: "x", type: "basic" }]);
    expect(outside.content.actions).toEqual([]);
    expect(none.status).toBe(404);
  });

  test("API v3 makes at most ten versions of an action, on VPC only", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await call(emulator, `PUT ${base}/packages/-/actions/a`, { body: actionBody });
    const path = "/api/v3/packages/default/actions/a/versions";
    const post = (name: string, query = "") =>
      call(emulator, `POST ${path}${query}`, { body: { name, description: "before" } });
    const statuses: number[] = [];
    for (let index = 1; index <= 11; index += 1) {
      statuses.push((await post(`v${index}`)).status);
    }
    const others = [
      await post("-v"),
      await post("x", "?platform=CLASSIC"),
      await call(emulator, "POST /api/v3/packages/default/actions/b/versions", {
        body: { name: "v" },
      }),
      await call(emulator, "DELETE /api/v3/packages/default/actions/a/versions/v1"),
    ];

    expect(statuses).toEqual([...Array<number>(10).fill(201), 400]);
    expect(others.map(({ status }) => status)).toEqual([400, 400, 404, 404]);
    expect(emulator.versions("a")).toHaveLength(10);
  });

  test("the emulator has room for 500 triggers", { timeout: 120_000 }, async () => {
    const emulator = await startCloudFunctionsEmulator();
    const put = (name: string) =>
      call(emulator, `PUT ${base}/triggers/${name}?type=cron`, {
        body: { cronOption: "* * * * *" },
      });
    for (let index = 0; index < 500; index += 1) {
      await put(`t${index}`);
    }

    const [more, again] = [await put("t500"), await put("t1")];

    expect([more.status, again.status]).toEqual([409, 200]);
  });

  test("the emulator keeps the newest results, up to 64 MiB of them", async () => {
    const result = { text: "x".repeat(30 * 1024 * 1024) };
    const emulator = await startCloudFunctionsEmulator({
      run: async () => ({ status: 200, result }),
    });
    await putAction(emulator, "a");

    for (const _ of [1, 2, 3]) {
      await call(emulator, `POST ${base}/packages/-/actions/a?timeout=0`, { body: {} });
    }

    expect(emulator.activations()).toHaveLength(2);
  });

  test("the emulator responds to an unknown path as the gateway does (300)", async () => {
    const emulator = await startCloudFunctionsEmulator();

    expect(await call(emulator, "GET /api/v2/triggers/a")).toMatchObject({
      status: 404,
      error: { errorCode: "300" },
    });
  });
});
