import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { RunningCloudFunctions } from "../../../local/cloud-functions/server.ts";
import { deployKeys, startDouble } from "./harness.ts";

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

/** Signed here by hand, in the words of NAVER Cloud's common page. */
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

/** `name` may have a query after it. */
function putAction(double: RunningCloudFunctions, name: string, change: object = {}) {
  const target = `PUT ${base}/packages/-/actions/${name}`;
  return call(double, target, { body: { ...actionBody, ...change } });
}

describe("the double of Cloud Functions", () => {
  test("answers a path that is not percent-encoded as it should be", async () => {
    const double = await startDouble();

    const answer = await call(double, `GET ${base}/triggers/%zz?platform=vpc`);

    expect(answer).toMatchObject({ status: 400, error: { errorCode: "undocumented" } });
  });

  test("knows its callers by their signatures, and their clocks", async () => {
    const double = await startDouble();
    const line = `GET ${base}/triggers/a?platform=vpc`;

    const good = await call(double, line);
    const forged = await call(double, line, { secret: "another" });
    const late = await call(double, line, { timestamp: Date.now() - 300_000 });

    expect(good).toMatchObject({ status: 404, error: { errorCode: "80501" } });
    expect(forged).toMatchObject({ status: 401, error: { errorCode: "200" } });
    expect(late).toMatchObject({ status: 401, error: { errorCode: "200" } });
  });

  test("gives back an action as it was put", async () => {
    const double = await startDouble();
    const parameters = { A: "1" };

    await putAction(double, "a?platform=vpc&type=web", { parameters, "raw-http": true });
    const { status, content } = await call(double, `GET ${base}/packages/-/actions/a`);

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
  ] as const)("refuses an action with %s", async ([, change, status]) => {
    const double = await startDouble();

    expect(await putAction(double, "a", change)).toMatchObject({ status });
    expect(double.resources().size).toBe(0);
  });

  test("names a missing field, as 80306", async () => {
    const double = await startDouble();

    expect(await putAction(double, "a", { limits: { memory: 256 } })).toMatchObject({
      status: 400,
      error: { errorCode: "80306", details: "limits.timeout is required" },
    });
  });

  test.for(["-a", "x".repeat(51), "a.b", "%EA%B0%80"])("refuses the name %s", async (name) => {
    const double = await startDouble();

    expect(await putAction(double, name)).toMatchObject({ status: 400 });
  });

  test("has one name for one thing, whatever its kind", async () => {
    const double = await startDouble();
    await putAction(double, "a");

    const trigger = await call(double, `PUT ${base}/triggers/a?type=cron`, {
      body: { cronOption: "* * * * *" },
    });

    expect(trigger).toMatchObject({ status: 409 });
  });

  test("never changes the type of an action or a trigger", async () => {
    const double = await startDouble();
    await putAction(double, "a");
    await call(double, `PUT ${base}/triggers/t?type=cron`, { body: { cronOption: "* * * * *" } });

    const action = await putAction(double, "a?type=web");
    const trigger = await call(double, `PUT ${base}/triggers/t?type=object_storage`, {
      body: { objectStorageLink: [{ bucketName: "b", eventRuleName: "r" }] },
    });

    expect([action.status, trigger.status]).toEqual([400, 400]);
  });

  test("links once (80901), fires what is linked, and nothing else (80512)", async () => {
    const double = await startDouble({ run: async () => ({ status: 200, result: { ok: true } }) });
    await putAction(double, "a");
    await call(double, `PUT ${base}/triggers/t?type=cron`, { body: { cronOption: "* * * * *" } });
    const link = { body: { action: "a", package: "-" } };

    const early = await call(double, `POST ${base}/triggers/t`, { body: {} });
    const first = await call(double, `POST ${base}/triggers/t/link-action`, link);
    const second = await call(double, `POST ${base}/triggers/t/link-action`, link);
    const fired = await call(double, `POST ${base}/triggers/t`, { body: {} });
    const got = await call(double, `GET ${base}/triggers/t`);
    const unlinked = await call(double, `DELETE ${base}/triggers/t/link-action`, link);

    expect(early).toMatchObject({ status: 400, error: { errorCode: "80512" } });
    expect(first.status).toBe(200);
    expect(second).toMatchObject({ status: 400, error: { errorCode: "80901" } });
    expect(fired.content.activationId).toMatch(/^[0-9a-f]{32}$/);
    expect(got.content).toMatchObject({ type: "cron", actions: ["a"] });
    expect(unlinked.status).toBe(204);
  });

  test("does not find an activation for 35 seconds after its run (80322)", async () => {
    let nowMs = Date.now();
    const run = async () => ({ status: 200, result: { ok: true } });
    const double = await startDouble({ run, now: () => nowMs });
    await putAction(double, "a");
    const ran = await call(double, `POST ${base}/packages/-/actions/a?timeout=60000`, {
      body: {},
    });
    const line = `GET ${base}/packages/-/actions/a/activations/${ran.content.activationId}`;

    const early = await call(double, line);
    nowMs += 35_000;
    const later = await call(double, line, { timestamp: nowMs });

    expect(ran.content.response.result).toEqual({ ok: true });
    expect(early).toMatchObject({ status: 404, error: { errorCode: "80322" } });
    expect(later.content.response.result).toEqual({ ok: true });
  });

  test("tells another platform (80302, 80502), and deletes with 204", async () => {
    const double = await startDouble();
    await putAction(double, "a");
    const line = `${base}/packages/-/actions/a`;

    expect(await call(double, `GET ${line}?platform=classic`)).toMatchObject({
      status: 400,
      error: { errorCode: "80302" },
    });
    expect(await call(double, `DELETE ${line}`)).toEqual({ status: 204 });
    expect(await call(double, `DELETE ${line}`)).toMatchObject({
      status: 404,
      error: { errorCode: "80301" },
    });
  });

  test("keeps a package that holds an action (409)", async () => {
    const double = await startDouble();
    await call(double, `PUT ${base}/packages/p`, { body: {} });
    await call(double, `PUT ${base}/packages/p/actions/a`, { body: actionBody });

    const full = await call(double, `DELETE ${base}/packages/p`);
    await call(double, `DELETE ${base}/packages/p/actions/a`);
    const empty = await call(double, `DELETE ${base}/packages/p`);

    expect([full.status, empty.status]).toEqual([409, 204]);
  });

  test("answers a path that is none of the API's as the gateway does (300)", async () => {
    const double = await startDouble();

    expect(await call(double, "GET /api/v2/triggers/a")).toMatchObject({
      status: 404,
      error: { errorCode: "300" },
    });
  });
});
