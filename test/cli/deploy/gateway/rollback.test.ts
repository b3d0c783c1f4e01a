import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { RunningCloudFunctions } from "../../../../local/cloud-functions/server.ts";
import { secretsInUse } from "../../../support/spoken.ts";
import { environment } from "../harness.ts";
import { config, makeInConsole, sampleTemplate, startGateway, stateOf } from "./harness.ts";

type Started = Awaited<ReturnType<typeof startGateway>>;
type Row = { readonly kind: string; readonly name: string; readonly change: string };

/** Methods hold this number, so that it tells which template they were made of. */
function writeTemplate({ template }: Started, version: number): void {
  const url = `https://made-up.example/v${version}/{action}`;
  const ncpEndPoint = { ...sampleTemplate.ncpEndPoint, url };
  writeFileSync(template.file, JSON.stringify({ ...sampleTemplate, ncpEndPoint }));
}

function apiOf({ emulator }: Started) {
  const [api] = [...(emulator.products()[0]?.apis.values() ?? [])];
  if (api === undefined) {
    throw new Error("there is no API");
  }
  return api;
}

function methodsIn(started: Started) {
  return [...apiOf(started).resources.values()].flatMap(({ methods }) => [...methods.values()]);
}

/** Returns the methods that the URL serves, each with the version of its template. */
function served(started: Started): readonly string[] {
  const [stage] = [...apiOf(started).stages.values()];
  const deployed = stage?.deployments.find((one) => one.stageDeploymentNo === stage.deployedNo);
  const methods = (deployed?.resources ?? []).flatMap((one) => [...one.methods.values()]);
  return methods
    .map(({ methodName, ncpEndPoint }) => `${methodName} ${JSON.stringify(ncpEndPoint)}`)
    .map((text) => `${text.split(" ")[0]} ${/made-up\.example\/([^/]+)/.exec(text)?.[1]}`)
    .toSorted();
}

async function callUrl({ emulator }: Started): Promise<string> {
  const url = `${emulator.origin}/${emulator.products()[0]?.productId}/webhooks/v1/webhook/github`;
  return await (await fetch(url)).text();
}

async function rollback({ deploy }: Started, options: object = {}) {
  const { code, out, err } = await deploy({ rollback: true, json: true, ...options });
  const report = code === 2 ? { changes: [], warnings: [] } : JSON.parse(out);
  const rows = (report.changes as readonly Row[]).map(
    (one) => `${one.change} ${one.kind} ${one.name}`,
  );
  return { code, report, rows, err, warnings: report.warnings.join("\n") as string };
}

function actionsOf(emulator: RunningCloudFunctions): readonly string[] {
  return [...emulator.resources()].flatMap(([name, { kind }]) => (kind === "action" ? [name] : []));
}

const withOptions = (given: object) => ({
  ...environment,
  WEBHOOK_SOURCES: JSON.stringify({ a: { verifier: "hmac", header: "x-s", ...given } }),
  WEBHOOK_SECRETS: JSON.stringify({ a: [secretsInUse.github] }),
});

async function startTwice(): Promise<Started> {
  const started = await startGateway();
  for (const version of [1, 2]) {
    writeTemplate(started, version);
    await started.deploy({ apply: true });
  }
  return started;
}

/** Cuts every request from one on, and rolls back again. */
async function cutAt(k: number, when: "before" | "after"): Promise<string> {
  const started = await startTwice();
  const { emulator, deploy } = started;
  emulator.setFaults((n) => (n < k ? undefined : { kind: "cut", when: n === k ? when : "before" }));
  const cut = await deploy({ rollback: true });
  emulator.setFaults(() => undefined);
  const again = cut.code === 0 ? cut : await deploy({ rollback: true });
  const ending = `${again.code} ${served(started)} ${actionsOf(emulator)}`;
  await emulator.close();
  return ending;
}

describe("a rollback through API Gateway", { timeout: 120_000 }, () => {
  test("an apply that changed methods only is rolled back by itself, and the URL serves them as before", async () => {
    const started = await startGateway();
    writeTemplate(started, 1);
    await started.deploy({ apply: true });
    const [id] = started.emulator.products().map(({ productId }) => productId);
    writeTemplate(started, 2);
    await started.deploy({ apply: true });
    const between = served(started);

    const plan = await started.deploy({ plan: true, rollback: true, json: true });
    const { code, rows } = await rollback(started);

    expect(between).toEqual(["GET v2", "POST v2"]);
    expect(code).toBe(0);
    expect(rows).toEqual([
      "same gateway product datastream-relay",
      "same gateway api datastream-relay/webhooks",
      "same gateway resource /webhook",
      "same gateway resource /webhook/{type+}",
      "replace gateway method POST /webhook/{type+}",
      "replace gateway method GET /webhook/{type+}",
      "update gateway stage v1",
    ]);
    expect(JSON.parse(plan.out)).toMatchObject({ ok: true, differs: true });
    expect(served(started)).toEqual(["GET v1", "POST v1"]);
    expect(started.emulator.products()[0]?.productId).toBe(id);
    expect(actionsOf(started.emulator)).toEqual(["datastream-relay-webhook"]);
    expect(await callUrl(started)).toBe('{"status":"ok"}');
  });

  test("an authentication that an apply takes away is named before it, and by the rollback that leaves it so", async () => {
    const started = await startGateway();
    writeTemplate(started, 1);
    await started.deploy({ apply: true });
    const resources = [...(started.emulator.products()[0]?.apis.values() ?? [])].flatMap((api) => [
      ...api.resources.values(),
    ]);
    const [method] = resources.flatMap(({ methods }) => methods.get("POST") ?? []);
    for (const { methods } of resources.filter((one) => one.methods.has("POST"))) {
      methods.set("POST", { ...method, methodName: "POST", authentication: { platform: "IAM" } });
    }

    const plan = await started.deploy({ plan: true });
    await started.deploy({ apply: true });
    const { code, out } = await started.deploy({ rollback: true });

    expect(plan.out).toContain(
      "method POST /webhook/{type+} asks for an API key or an authentication, which senders do not have: --apply takes it away, and --rollback does not put it back",
    );
    expect(code).toBe(0);
    expect(out).toContain(
      "the apply took an API key or an authentication away from POST /webhook/{type+}, and a rollback does not put it back, because senders do not have it: set it in the console if they shall",
    );
    expect(await callUrl(started)).toBe('{"status":"ok"}');
  });

  test("each rollback goes one further, and what a rollback put back is nobody else's change", async () => {
    const started = await startGateway();
    for (const version of [1, 2, 3]) {
      writeTemplate(started, version);
      await started.deploy({ apply: true });
    }

    const second = await rollback(started);
    const atSecond = served(started);
    const first = await rollback(started);
    const atFirst = served(started);
    const none = await rollback(started);

    expect([second.code, first.code, none.code]).toEqual([0, 0, 0]);
    expect(atSecond).toEqual(["GET v2", "POST v2"]);
    expect(atFirst).toEqual(["GET v1", "POST v1"]);
    expect(actionsOf(started.emulator)).toEqual([]);
    expect(none.warnings).toContain(
      "it may lead to the action datastream-relay-webhook, which goes",
    );
    expect(started.emulator.products()).toHaveLength(1);
    expect((await rollback(started)).code).toBe(2);
  });

  test("methods whose action was made anew are planned to be made anew too, and an apply tells what it did", async () => {
    const started = await startTwice();
    const { deploy, emulator } = started;
    await rollback(started);
    await rollback(started);
    const before = actionsOf(emulator);

    const plan = await deploy({ plan: true, json: true });
    const applied = await deploy({ apply: true, json: true });

    const methods = ({ out }: { readonly out: string }) =>
      (JSON.parse(out).changes as (Row & { readonly reason?: string })[])
        .filter(({ kind }) => kind === "gateway method")
        .map(({ change, reason = "" }) => `${change}: ${reason}`);
    const awaiting = "replace: its action is not there yet, and may get another id";
    expect(before).toEqual([]);
    expect(methods(plan)).toEqual([awaiting, awaiting]);
    expect(methods(applied)).toEqual(["replace: ", "replace: "]);
    expect(served(started)).toEqual(["GET v2", "POST v2"]);
    expect(await callUrl(started)).toBe('{"status":"ok"}');
  });

  test("what the apply made stays, and the rows say why", async () => {
    const started = await startGateway();
    await started.deploy({ apply: true, gateway: false });
    writeTemplate(started, 1);
    await started.deploy({ apply: true });
    const before = stateOf(started.emulator);

    const plan = await started.deploy({ plan: true, rollback: true });
    const { code, rows, report } = await rollback(started);

    expect(code).toBe(0);
    expect(rows).toEqual([
      "kept gateway product datastream-relay",
      "kept gateway api datastream-relay/webhooks",
      "kept gateway resource /webhook",
      "kept gateway resource /webhook/{type+}",
      "kept gateway method POST /webhook/{type+}",
      "kept gateway method GET /webhook/{type+}",
      "kept gateway stage v1",
    ]);
    expect(plan.out).toContain(
      "! gateway product datastream-relay (kept): the last apply made it. A rollback leaves it, because senders may have its URL; --remove deletes it",
    );
    expect(report.url).toMatch(/\/webhooks\/v1\/webhook\/<source>$/);
    expect(stateOf(started.emulator)).toEqual(before);
    expect(actionsOf(started.emulator)).toEqual(["datastream-relay-webhook"]);
  });

  test("an apply with --adopt is rolled back by itself: the console's method and the one beside it stay", async () => {
    const started = await startGateway();
    await started.deploy({ apply: true });
    await makeInConsole(started.emulator);
    await started.deploy({ apply: true, adopt: true });
    const before = stateOf(started.emulator);
    const template = readFileSync(started.template.file, "utf8");

    const { code, rows } = await rollback(started, { adopt: true });

    expect(code).toBe(0);
    expect(rows).toContain("same gateway method POST /webhook/{type+}");
    expect(rows).toContain("kept gateway method GET /webhook/{type+}");
    expect(stateOf(started.emulator)).toEqual(before);
    expect(readFileSync(started.template.file, "utf8")).toBe(template);
    expect(await callUrl(started)).toBe('{"status":"ok"}');
  });

  test("a method that the former settings do not need goes with the settings", async () => {
    const started = await startGateway();
    writeTemplate(started, 1);
    await started.deploy({ apply: true, env: withOptions({}) });
    const env = withOptions({ challenge: "cloudevents" });
    await started.deploy({ apply: true, env });
    const between = served(started);

    const { code, rows } = await rollback(started, { env });

    expect(between).toEqual(["GET v1", "OPTIONS v1", "POST v1"]);
    expect(code).toBe(0);
    expect(rows).toContain("delete gateway method OPTIONS /webhook/{type+}");
    expect(served(started)).toEqual(["GET v1", "POST v1"]);
  });

  test("a method that somebody changed since is left with all of API Gateway, and code and settings go back", async () => {
    const started = await startGateway();
    writeTemplate(started, 1);
    await started.deploy({ apply: true });
    writeTemplate(started, 2);
    const env = { ...environment, DATASTREAM_TOPIC: "orders-2" };
    await started.deploy({ apply: true, env });
    const [resource] = [...apiOf(started).resources.values()].filter(
      ({ methods }) => methods.size > 0,
    );
    const [post] = methodsIn(started);
    resource?.methods.set("POST", {
      ...(post ?? { methodName: "POST" }),
      authentication: { platform: "IAM" },
    });
    const before = stateOf(started.emulator);

    const plan = await started.deploy({ plan: true, rollback: true, json: true, env });
    const { code, rows, warnings } = await rollback(started, { env });

    const left =
      "API Gateway is left as it is: somebody has changed gateway method POST /webhook/{type+} since";
    expect(JSON.parse(plan.out).warnings).toContain(left);
    expect(code).toBe(0);
    expect(warnings).toContain(left);
    expect(rows).toEqual(["update action datastream-relay-webhook"]);
    expect(stateOf(started.emulator)).toEqual(before);
  });

  test("a stage that somebody deployed since is left", async () => {
    const started = await startTwice();
    const [stage] = [...apiOf(started).stages.values()];
    const last = stage?.deployments.at(-1);
    if (stage === undefined || last === undefined) {
      throw new Error("there is no stage");
    }
    const stageDeploymentNo = last.stageDeploymentNo + 1;
    stage.deployments.push({ ...last, stageDeploymentNo, deploymentDescription: "by hand" });
    stage.deployedNo = stageDeploymentNo;

    const { code, rows, warnings } = await rollback(started);

    expect(code).toBe(0);
    expect(rows).toEqual([]);
    expect(warnings).toContain("somebody has deployed the stage since");
    expect(served(started)).toEqual(["GET v2", "POST v2"]);
  });

  test("a stage that somebody deleted since is not made anew", async () => {
    const started = await startTwice();
    apiOf(started).stages.clear();
    const before = stateOf(started.emulator);

    const { code, rows, warnings } = await rollback(started);

    expect([code, rows]).toEqual([0, []]);
    expect(warnings).toContain(
      "gateway stage v1 is not there, and a rollback makes none, because its URL could be another one. An --apply makes it",
    );
    expect(stateOf(started.emulator)).toEqual(before);
  });

  test("a key pair that may not see API Gateway leaves it as it is, without steps for a first URL", async () => {
    const started = await startTwice();
    started.emulator.setFaults((_, { path }) =>
      path.startsWith("/api/v1/") ? { kind: "status", status: 403 } : undefined,
    );

    const { code, report, warnings } = await rollback(started);

    expect(code).toBe(0);
    expect(warnings).toContain("API Gateway is left as it is: GET /products: HTTP 403");
    expect(report.manualSteps).toEqual([]);
  });

  test("what --prune removed is not made anew, and the rollback says so", async () => {
    const heartbeat = { cron: "* * * * *" };
    const both = { ...config, functions: { ...config.functions, heartbeat } };
    const started = await startGateway({}, both);
    writeTemplate(started, 1);
    await started.deploy({ apply: true });
    writeFileSync(started.file, JSON.stringify({ ...both, functions: { heartbeat } }));
    await started.deploy({ apply: true, prune: true });
    const between = started.emulator.products();

    const { code, warnings } = await rollback(started);

    expect(between).toEqual([]);
    expect(code).toBe(0);
    expect(actionsOf(started.emulator)).toContain("datastream-relay-webhook");
    expect(started.emulator.products()).toEqual([]);
    expect(warnings).toContain(
      "API Gateway is left as it is: the apply removed gateway stage v1, and one made now could have another URL. An --apply with functions.webhook makes it",
    );
  });

  test("a rollback with --prune removes nothing of the URL, though webhook is no longer configured", async () => {
    const heartbeat = { cron: "* * * * *" };
    const both = { ...config, functions: { ...config.functions, heartbeat } };
    const started = await startGateway({}, both);
    for (const version of [1, 2]) {
      writeTemplate(started, version);
      await started.deploy({ apply: true });
    }
    const [id] = started.emulator.products().map(({ productId }) => productId);
    writeFileSync(started.file, JSON.stringify({ ...both, functions: { heartbeat } }));

    const { code, warnings } = await rollback(started, { prune: true });

    expect(code).toBe(0);
    expect(warnings).toContain(
      "API Gateway is left as it is: functions.webhook is not in the configuration",
    );
    expect(started.emulator.products().map(({ productId }) => productId)).toEqual([id]);
    expect(served(started)).toEqual(["GET v2", "POST v2"]);
  });

  test("a rollback of another function leaves API Gateway, and one of webhook puts it back", async () => {
    const heartbeat = { cron: "* * * * *" };
    const given = { ...config, functions: { ...config.functions, heartbeat } };
    const started = await startGateway({}, given);
    writeTemplate(started, 1);
    await started.deploy({ apply: true });
    writeTemplate(started, 2);
    const changed = { ...given.functions, heartbeat: { cron: "*/5 * * * *" } };
    writeFileSync(started.file, JSON.stringify({ ...given, functions: changed }));
    await started.deploy({ apply: true });

    const other = await rollback(started, { rollback: "heartbeat" });
    const between = served(started);
    const own = await rollback(started, { rollback: "webhook" });

    expect([other.code, own.code]).toEqual([0, 0]);
    expect(other.rows.filter((row) => row.includes("gateway"))).toEqual([]);
    expect(between).toEqual(["GET v2", "POST v2"]);
    expect(served(started)).toEqual(["GET v1", "POST v1"]);
  });

  test("--no-gateway leaves API Gateway as it is, and says so", async () => {
    const started = await startTwice();

    const { code, warnings } = await rollback(started, { gateway: false });

    expect(code).toBe(0);
    expect(warnings).toContain("API Gateway is left as it is: --no-gateway leaves it out");
    expect(served(started)).toEqual(["GET v2", "POST v2"]);
  });

  test("a rollback that is cut off at any request is finished by the next one", async () => {
    const whole = await startTwice();
    const before = whole.emulator.calls().length;
    await rollback(whole);
    const requests = whole.emulator.calls().length - before;
    const made = whole.emulator.calls().slice(before);
    const endings: string[] = [];

    for (let k = 1; k <= requests; k += 1) {
      endings.push(await cutAt(k, "before"));
      // A read whose answer was lost is as one that was never sent.
      if (made[k - 1]?.method !== "GET") {
        endings.push(await cutAt(k, "after"));
      }
    }

    expect(requests).toBeGreaterThan(10);
    expect([...new Set(endings)]).toEqual(["0 GET v1,POST v1 datastream-relay-webhook"]);
  });
});
