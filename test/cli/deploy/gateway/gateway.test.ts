import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { RunningCloudFunctions } from "../../../../local/cloud-functions/server.ts";
import { secretsInUse } from "../../../support/spoken.ts";
import { secrets, writeConfig } from "../harness.ts";
import { config, makeInConsole, sampleTemplate, startGateway, stateOf } from "./harness.ts";

async function recordsOf(origin: string): Promise<readonly unknown[]> {
  const response = await fetch(`${origin}/_/topics/orders/records`);
  const { records }: { records: readonly unknown[] } = JSON.parse(await response.text());
  return records;
}

const writesOf = (calls: readonly { readonly method: string; readonly path: string }[]) =>
  calls.filter(({ method, path }) => method !== "GET" && path.startsWith("/api/v1/"));

type Change = { readonly kind: string; readonly name: string; readonly change: string };

function gatewayRows(out: string): readonly string[] {
  const { changes } = JSON.parse(out) as { changes: readonly Change[] };
  return changes
    .filter(({ kind }) => kind.startsWith("gateway") && kind !== "gateway template")
    .map(({ kind, name, change }) => `${change} ${kind.slice("gateway ".length)} ${name}`);
}

function resourcesOf(emulator: Pick<RunningCloudFunctions, "products">) {
  const apis = emulator.products().flatMap((product) => [...product.apis.values()]);
  return apis.flatMap(({ resources }) => [...resources.values()]);
}

describe("deploy through API Gateway", { timeout: 120_000 }, () => {
  test("the first apply makes product, API and resources, and says what is left to a person", async () => {
    const { emulator, deploy } = await startGateway();

    const { code, out } = await deploy({ apply: true });

    expect(code).toBe(0);
    expect(stateOf(emulator)).toMatchObject([
      {
        name: "datastream-relay",
        description: expect.stringMatching(/^datastream-relay: /),
        apis: [
          {
            name: "webhooks",
            description: expect.stringMatching(/^datastream-relay: /),
            resources: [
              { resourcePath: "/", methods: [] },
              { resourcePath: "/webhook", methods: [] },
              { resourcePath: "/webhook/{type+}", methods: [] },
            ],
            stages: [],
          },
        ],
      },
    ]);
    expect(out).toContain("no URL yet: a step by hand is open");
    expect(out).toContain("--apply --adopt");
  });

  test("a rehearsal prints the call in place of the console's steps, and --apply as a step only while something is missing", async () => {
    const { emulator, deploy, template } = await startGateway();
    const stepsIn = ({ out }: { readonly out: string }) => JSON.parse(out).manualSteps;
    const rehearsed = [
      `This is a rehearsal: one call stands for the steps in the console, with values that are made up. curl -s ${emulator.origin}/_/api-gateway/console-trigger -d '{"product":"datastream-relay","api":"webhooks","stage":"v1","action":"datastream-relay-webhook"}'`,
      "Run the same command with --apply --adopt. It reads the method back, and from then on makes it by itself.",
      `What it read stays in ${template.file}, for rehearsals only.`,
    ];

    const first = await deploy({ plan: true, json: true });
    const applied = await deploy({ apply: true, json: true });
    const again = await deploy({ plan: true, json: true });

    expect(stepsIn(first)).toEqual([
      "Run --apply: it makes the action, product, API and resources.",
      ...rehearsed,
    ]);
    expect(stepsIn(applied)).toEqual(rehearsed);
    expect(stepsIn(again)).toEqual(rehearsed);
  });

  test("the first plan with --adopt shows the stage as changed, as the apply then carries it out", async () => {
    const { emulator, deploy } = await startGateway();
    await deploy({ apply: true });
    await makeInConsole(emulator);

    const before = await deploy({ plan: true, json: true });
    const plan = await deploy({ plan: true, adopt: true, json: true });
    const applied = await deploy({ apply: true, adopt: true, json: true });

    expect(gatewayRows(before.out).slice(-2)).toEqual([
      "same method POST /webhook/{type+}",
      "same stage v1",
    ]);
    expect(gatewayRows(plan.out).slice(-3)).toEqual([
      "same method POST /webhook/{type+}",
      "create method GET /webhook/{type+}",
      "update stage v1",
    ]);
    expect(gatewayRows(applied.out)).toEqual(gatewayRows(plan.out));
  });

  test("--adopt reads the console's method back, makes the methods that are missing, and deploys them", async () => {
    const { emulator, deploy, template } = await startGateway();
    await deploy({ apply: true });
    await makeInConsole(emulator);

    const { code, out } = await deploy({ apply: true, adopt: true, json: true });
    const again = await deploy({ plan: true, json: true });
    const writes = writesOf(emulator.calls()).length;
    await deploy({ apply: true });

    const report = JSON.parse(out);
    expect(code).toBe(0);
    expect(template.read()).toMatchObject({
      format: 1,
      methodName: "POST",
      ncpEndPoint: {
        service: "MADE_UP_BY_THE_EMULATOR",
        region: "KR",
        actionId: "{action.resourceId}",
        actionName: "{action}",
        url: "https://made-up.example/made-up/default/{action}",
        stream: true,
      },
    });
    expect(report.gateway).toMatchObject({
      isOpen: false,
      invokeUrl: `${emulator.origin}/${emulator.products()[0]?.productId}/webhooks/v1/webhook/{type+}`,
      url: `${emulator.origin}/${emulator.products()[0]?.productId}/webhooks/v1/webhook`,
    });
    expect(report.manualSteps).toEqual([]);
    expect(gatewayRows(again.out)).toEqual([
      "same product datastream-relay",
      "same api datastream-relay/webhooks",
      "same resource /webhook",
      "same resource /webhook/{type+}",
      "same method POST /webhook/{type+}",
      "same method GET /webhook/{type+}",
      "same stage v1",
    ]);
    expect(writesOf(emulator.calls())).toHaveLength(writes);
  });

  test("what was adopted makes everything by the command in an empty account, under another prefix and package", async () => {
    const first = await startGateway();
    await first.deploy({ apply: true });
    await makeInConsole(first.emulator);
    await first.deploy({ apply: true, adopt: true });
    const given = { ...config, prefix: "shop", package: "relay" };
    const { emulator, deploy, template } = await startGateway({}, given);
    writeFileSync(template.file, JSON.stringify({ ...first.template.read(), package: "relay" }));

    const { code, out } = await deploy({ apply: true, json: true, smoke: true });

    const { gateway } = JSON.parse(out);
    expect(code).toBe(0);
    expect(gateway.smoke).toEqual({
      ending: "passed",
      lines: ["github: a wrong signature got the function's own 401 through the gateway"],
    });
    expect(stateOf(emulator)).toMatchObject([
      {
        apis: [
          {
            resources: [
              {},
              {},
              {
                methods: [
                  {
                    methodName: "POST",
                    ncpEndPoint: { actionName: "shop-webhook", method: "ANY" },
                    requiredApiKey: { required: false },
                    authentication: { platform: "NONE" },
                    validation: { type: "NONE" },
                    methodDescription: expect.stringMatching(
                      /^datastream-relay: webhook of shop-webhook, POST sha256:/,
                    ),
                  },
                  { methodName: "GET" },
                ],
              },
            ],
            stages: [
              {
                stageName: "v1",
                endpointDomain: "NONE",
                isMaintenance: false,
                enabledContentEncoding: false,
              },
            ],
          },
        ],
      },
    ]);
  });

  test("a signed delivery goes out only with --smoke-source, and its record is looked at", async () => {
    const { emulator, stream, deploy } = await startGateway();
    await deploy({ apply: true });
    await makeInConsole(emulator);
    const env = { standIn: stream.origin, smoke: true } as const;

    const wrong = await deploy({ apply: true, adopt: true, ...env });
    const before = await recordsOf(stream.origin);
    const signed = await deploy({ apply: true, smokeSource: "github", ...env });
    const unknown = await deploy({ apply: true, smokeSource: "gitlab", ...env });

    expect(wrong.code).toBe(0);
    expect(before).toEqual([]);
    expect(signed.code).toBe(0);
    expect(signed.out).toMatch(/the record is on topic orders, partition \d, offset \d/);
    expect(unknown.code).toBe(1);
    expect(unknown.out).toContain("--smoke-source: gitlab is no source of WEBHOOK_SOURCES");
    expect(unknown.err).toContain("docs/troubleshooting.md#deploy-gateway");
  });

  test("a delivery that its sender signed becomes a record through the invoke URL", async () => {
    const { emulator, stream, deploy } = await startGateway();
    await deploy({ apply: true });
    await makeInConsole(emulator);
    const { out } = await deploy({ apply: true, adopt: true, json: true });
    const body = '{"repository":{"full_name":"octo/hello"},"ref":"refs/heads/main"}';

    const response = await fetch(`${JSON.parse(out).gateway.url}/github`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-github-event": "push",
        "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "x-hub-signature-256": `sha256=${createHmac("sha256", secretsInUse.github).update(body).digest("hex")}`,
      },
      body,
    });

    expect(response.status).toBe(200);
    expect(await recordsOf(stream.origin)).toHaveLength(1);
  });

  test("--remove deletes what this command made, bottom up, and keeps the console's method with all above it", async () => {
    const { emulator, deploy } = await startGateway();
    await deploy({ apply: true });
    await makeInConsole(emulator);
    await deploy({ apply: true, adopt: true });

    const { code, out } = await deploy({ remove: true, json: true });

    expect(code).toBe(0);
    expect(gatewayRows(out)).toEqual([
      "kept method POST /webhook/{type+}",
      "delete method GET /webhook/{type+}",
      "kept stage v1",
      "kept api datastream-relay/webhooks",
      "kept product datastream-relay",
    ]);
    expect(JSON.parse(out).manualSteps[0]).toContain("gateway method POST /webhook/{type+}");
  });

  test("--remove leaves nothing of what this command made by itself, and --plan --remove deletes nothing", async () => {
    const { emulator, deploy, template } = await startGateway();
    writeFileSync(template.file, JSON.stringify(sampleTemplate));
    await deploy({ apply: true });

    const plan = await deploy({ plan: true, remove: true, json: true });
    const before = emulator.products().length;
    const { out } = await deploy({ remove: true, json: true });

    expect(before).toBe(1);
    expect(gatewayRows(plan.out)).toEqual(gatewayRows(out));
    expect(gatewayRows(out)).toEqual([
      "delete method POST /webhook/{type+}",
      "delete method GET /webhook/{type+}",
      "delete stage v1",
      "delete resource /webhook/{type+}",
      "delete resource /webhook",
      "delete api datastream-relay/webhooks",
      "delete product datastream-relay",
    ]);
    expect(emulator.products()).toEqual([]);
  });

  test("a product that holds another API stays when ours is removed", async () => {
    const { emulator, deploy, template } = await startGateway();
    writeFileSync(template.file, JSON.stringify(sampleTemplate));
    await deploy({ apply: true });
    emulator.products()[0]?.apis.set("x", {
      ...{ apiId: "x", apiName: "theirs", apiDescription: "" },
      ...{ resources: new Map(), stages: new Map() },
    });

    const { out } = await deploy({ remove: true, json: true });

    expect(gatewayRows(out).slice(-2)).toEqual([
      "delete api datastream-relay/webhooks",
      "kept product datastream-relay",
    ]);
    expect([...(emulator.products()[0]?.apis.keys() ?? [])]).toEqual(["x"]);
  });

  test("an API of somebody else is refused, and used with --adopt without becoming ours", async () => {
    const { emulator, deploy } = await startGateway();
    await deploy({ apply: true, gateway: false });
    await makeInConsole(emulator, { resource: "/{type+}" });

    const refused = await deploy({ plan: true });
    const adopted = await deploy({ apply: true, adopt: true, json: true, smoke: true });
    const later = await deploy({ plan: true, json: true });
    await deploy({ remove: true });

    expect(refused.code).toBe(1);
    expect(refused.out).toContain(
      "gateway api datastream-relay/webhooks: it is there and was not made by this command",
    );
    expect(refused.err).toContain("docs/troubleshooting.md#deploy-refused");
    expect(adopted.code).toBe(0);
    expect(JSON.parse(adopted.out).gateway.smoke.ending).toBe("passed");
    expect(JSON.parse(adopted.out).warnings).toContain(
      "deploying the stage publishes all of the API webhooks, which has methods on 1 other resource(s)",
    );
    expect(gatewayRows(later.out).every((row) => row.startsWith("same"))).toBe(true);
    expect(emulator.products()).toHaveLength(1);
    expect(emulator.products()[0]?.apis.size).toBe(1);
  });

  test("another configuration's API and methods are refused, also with --adopt", async () => {
    const { emulator, deploy, template } = await startGateway();
    writeFileSync(template.file, JSON.stringify(sampleTemplate));
    await deploy({ apply: true });

    const other = await startGateway({}, { ...config, prefix: "other" });
    const { code, out } = await other.deploy({
      ...{ apply: true, adopt: true, endpoint: emulator.origin },
    });

    expect(code).toBe(1);
    expect(out).toContain(
      "it belongs to another configuration of this command (prefix datastream-relay)",
    );
    expect(out).not.toContain("/webhooks/v1/webhook/<source>");
  });

  test("an API that another configuration left behind is used with --adopt, and is ours from then on", async () => {
    const { emulator, deploy, file, template } = await startGateway();
    await deploy({ apply: true });
    await makeInConsole(emulator, { methods: ["GET"] });
    await deploy({ remove: true });
    const [api] = [...(emulator.products()[0]?.apis.values() ?? [])];
    for (const { methods } of api?.resources.values() ?? []) {
      methods.clear();
    }
    writeFileSync(file, JSON.stringify({ ...config, name: "next", prefix: "next" }));
    writeFileSync(template.file, JSON.stringify(sampleTemplate));

    const refused = await deploy({ apply: true });
    const adopted = await deploy({ apply: true, adopt: true });
    const again = await deploy({ plan: true, json: true });

    expect([refused.code, adopted.code]).toEqual([1, 0]);
    expect(refused.out).toContain("another configuration of this command made it");
    expect(JSON.parse(again.out)).toMatchObject({ ok: true, differs: false });
  });

  test("--no-gateway makes no call to API Gateway and prints none of its steps", async () => {
    const { emulator, deploy } = await startGateway();

    const { code, out } = await deploy({ apply: true, gateway: false });

    expect(code).toBe(0);
    expect(emulator.calls().filter(({ path }) => path.startsWith("/api/v1/"))).toEqual([]);
    expect(out).not.toContain("API Gateway");
  });

  test("a key pair that may not see API Gateway deploys the functions, and the steps are printed", async () => {
    const { emulator, deploy } = await startGateway();
    emulator.setFaults((_, { path }) =>
      path.startsWith("/api/v1/") ? { kind: "status", status: 403 } : undefined,
    );

    const { code, out } = await deploy({ apply: true });

    expect(code).toBe(0);
    expect(out).toContain("API Gateway is left to you: GET /products: HTTP 403");
    expect(out).toContain("Give the key pair's Sub Account NCP_API_GATEWAY_MANAGER");
    expect(out).toContain("Copy the trigger's URL as the console shows it.");
  });

  test.for([
    ["api", "code 10011", "Change/createAPI"],
    ["resource", "code 10002", "why is not documented"],
  ] as const)(
    "a write of %s that is denied ends with its code and the cure",
    async ([what, code, cure]) => {
      const { deploy } = await startGateway({ gatewayForms: { denied: [what] } });

      const result = await deploy({ apply: true });

      expect(result.code).toBe(1);
      expect(result.err).toContain(code);
      expect(result.err).toContain(cure);
      expect(result.err).toContain("run the same command again");
    },
  );

  test.for([
    ["the posted method is answered alone", { postedMethod: "method" as const }],
    ["lists have one item a page", { pageSize: 1 }],
    ["end points are JSON text", { endPoint: "json" as const }],
    ["descriptions are not shown", { descriptions: false }],
  ] as const)("an apply and a second plan fit if %s", async ([, gatewayForms]) => {
    const { emulator, deploy } = await startGateway({ gatewayForms });
    await deploy({ apply: true });
    await makeInConsole(emulator);

    const { code } = await deploy({ apply: true, adopt: true, smoke: true });
    const { out } = await deploy({ plan: true, json: true });

    expect(code).toBe(0);
    expect(gatewayRows(out).filter((row) => !row.startsWith("same"))).toEqual([]);
  });

  test("a challenge of CloudEvents needs OPTIONS, and GET alone no POST", async () => {
    const { emulator, deploy, template } = await startGateway();
    writeFileSync(template.file, JSON.stringify(sampleTemplate));
    const base = { DATASTREAM_TOPIC: "orders" };
    const sourced = (options: object) => ({
      ...base,
      WEBHOOK_SOURCES: JSON.stringify({ a: { verifier: "hmac", header: "x-s", ...options } }),
      WEBHOOK_SECRETS: JSON.stringify({ a: [secretsInUse.github] }),
    });
    const namesOf = () => {
      const [api] = [...(emulator.products()[0]?.apis.values() ?? [])];
      return [...(api?.resources.values() ?? [])].flatMap(({ methods }) => [...methods.keys()]);
    };
    const keys = {
      DEPLOY_ACCESS_KEY: "ncp_iam_DEPLOYER0000001",
      DEPLOY_SECRET_KEY: "deployer-secret-key-0001",
      NCLOUD_ACCESS_KEY: secretsInUse.ncloudAccessKey,
      NCLOUD_SECRET_KEY: secretsInUse.ncloudSecretKey,
    };

    const first = await deploy({ apply: true, env: { ...keys, ...sourced({ methods: ["GET"] }) } });
    const onlyGet = namesOf();
    const second = await deploy({
      apply: true,
      env: { ...keys, ...sourced({ challenge: "cloudevents" }) },
    });

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(onlyGet).toEqual(["GET"]);
    expect(namesOf().toSorted()).toEqual(["GET", "OPTIONS", "POST"]);
    await deploy({ apply: true, env: { ...keys, ...sourced({}) } });
    expect(namesOf().toSorted()).toEqual(["GET", "POST"]);
  });

  test.for([
    [{ gatewayEndpoint: "http://gateway.example" }, "--gateway-endpoint"],
    [{ endpoint: undefined, local: true, gatewayEndpoint: "https://x.example" }, "give --local or"],
  ])(
    "an origin that is neither https nor this machine, or beside --local, is refused: %j",
    async ([options, text]) => {
      const { emulator, deploy } = await startGateway();

      const { code, err } = await deploy({ plan: true, ...(options as object) });

      expect(code).toBe(2);
      expect(err).toContain(text);
      expect(emulator.calls()).toEqual([]);
    },
  );

  test("a file that --adopt did not write ends the command before anything is made", async () => {
    const { emulator, deploy, template } = await startGateway();
    writeFileSync(template.file, '{"format":2}');

    const { code, err } = await deploy({ apply: true });

    expect(code).toBe(2);
    expect(err).toContain("is not what --adopt writes");
    expect(writesOf(emulator.calls())).toEqual([]);
  });

  test("a method that somebody changed is made again as it was", async () => {
    const { emulator, deploy, template } = await startGateway();
    writeFileSync(template.file, JSON.stringify(sampleTemplate));
    await deploy({ apply: true });
    const before = stateOf(emulator);
    const [api] = [...(emulator.products()[0]?.apis.values() ?? [])];
    const child = [...(api?.resources.values() ?? [])].at(-1);
    const post = child?.methods.get("POST");
    if (child === undefined || post === undefined) {
      throw new Error("nothing was deployed");
    }
    child.methods.set("POST", { ...post, requiredApiKey: { required: true } });

    const plan = await deploy({ plan: true, json: true });
    const { code } = await deploy({ apply: true });

    expect(gatewayRows(plan.out)).toContain("replace method POST /webhook/{type+}");
    expect(code).toBe(0);
    expect(stateOf(emulator)).toMatchObject(before as object[]);
  });

  test("--prune removes what leads to a webhook that is no longer configured, and a plan says what would go", async () => {
    const { emulator, deploy, template } = await startGateway();
    writeFileSync(template.file, JSON.stringify(sampleTemplate));
    await deploy({ apply: true });
    const given = { ...config, functions: { heartbeat: { cron: "0 * * * *" } } };
    const without = { config: writeConfig(given), prune: true, json: true } as const;

    const plan = await deploy({ plan: true, ...without });
    const before = emulator.products().length;
    const { code, out } = await deploy({ apply: true, ...without });

    expect(before).toBe(1);
    expect(gatewayRows(plan.out)).toHaveLength(7);
    expect(gatewayRows(out)).toEqual(gatewayRows(plan.out));
    expect(code).toBe(0);
    expect(emulator.products()).toEqual([]);
  });

  test("an action that no longer shows the adopted id ends an apply with 1, and says what to do", async () => {
    const { deploy, template } = await startGateway({ shown: { resourceId: false } });
    writeFileSync(template.file, JSON.stringify(sampleTemplate));

    const { code, out } = await deploy({ apply: true });

    expect(code).toBe(1);
    expect(out).toContain("gateway method POST /webhook/{type+} could not be made");
    expect(out).toContain("run --apply --adopt again");
  });

  test("an id that no read shows is kept as it is, and fits this action alone", async () => {
    const { emulator, deploy, template } = await startGateway({ shown: { resourceId: false } });
    await deploy({ apply: true });
    await makeInConsole(emulator);

    const { code } = await deploy({ apply: true, adopt: true, smoke: true });
    const other = await deploy({
      plan: true,
      given: undefined,
      config: template.file.replace("gateway.local", "config"),
    });

    expect(code).toBe(0);
    expect(other.code).toBe(0);
    expect(template.read().ncpEndPoint.actionId).toMatch(/^[0-9a-f]{10}$/);
  });

  test("the methods of an action that is gone are planned to be made anew, those of the console too", async () => {
    const { emulator, deploy } = await startGateway();
    await deploy({ apply: true });
    await makeInConsole(emulator);
    await deploy({ apply: true, adopt: true });
    await deploy({ remove: true, gateway: false });

    const plan = await deploy({ plan: true });
    const { code, out } = await deploy({ apply: true, smoke: true });

    for (const name of ["POST", "GET"]) {
      expect(plan.out).toContain(
        `± gateway method ${name} /webhook/{type+} (replace): its action is not there yet, and may get another id`,
      );
    }
    expect([code, out]).toEqual([0, expect.stringContaining("smoke call passed")]);
  });

  test("an id that no read shows is named when its action is made anew, and a new trigger cures it", async () => {
    const started = await startGateway({ shown: { resourceId: false } });
    const { emulator, deploy, template } = started;
    await deploy({ apply: true });
    await makeInConsole(emulator);
    await deploy({ apply: true, adopt: true });
    const former = template.read().ncpEndPoint.actionId;
    await deploy({ remove: true, gateway: false });

    const plan = await deploy({ plan: true });
    const apply = await deploy({ apply: true, smoke: true });
    for (const { methods } of resourcesOf(emulator)) {
      methods.clear();
    }
    await makeInConsole(emulator);
    const cured = await deploy({ apply: true, adopt: true, smoke: true });

    const warning =
      "the action datastream-relay-webhook is made anew, and what --adopt kept holds the id of the former one, because no read of an action shows it. If the URL answers 503 afterwards, delete the methods of /webhook/{type+} in the console, make the trigger there again, and run --apply --adopt";
    expect(plan.out).toContain(warning);
    expect([apply.code, apply.out]).toEqual([1, expect.stringContaining(warning)]);
    expect([cured.code, cured.out]).toEqual([0, expect.not.stringContaining(warning)]);
    expect(template.read().ncpEndPoint.actionId).not.toBe(former);
  });

  test("the console's method serves without --adopt, and the methods that are missing are named", async () => {
    const { emulator, deploy } = await startGateway();
    await deploy({ apply: true });
    await makeInConsole(emulator);

    const { code, out } = await deploy({ apply: true, smoke: true, json: true });

    const { gateway, warnings, manualSteps } = JSON.parse(out);
    expect(code).toBe(0);
    expect(gateway.smoke.ending).toBe("passed");
    expect(manualSteps).toEqual([]);
    expect(warnings).toContain(
      "the method(s) GET /webhook/{type+} are not there: --apply --adopt reads back the one that the console made, and makes them",
    );
  });

  test("ANY of the console serves all methods, and nothing is made beside it", async () => {
    const { emulator, deploy } = await startGateway();
    await deploy({ apply: true });
    await makeInConsole(emulator, { methods: ["ANY"] });

    await deploy({ apply: true, adopt: true });
    const { out } = await deploy({ plan: true, json: true });

    expect(gatewayRows(out).filter((row) => row.includes("method"))).toEqual([
      "same method ANY /webhook/{type+}",
    ]);
    expect(JSON.parse(out).warnings.join()).not.toContain("are not there");
  });

  test("a method on our resource that leads elsewhere is refused, also with --adopt", async () => {
    const { emulator, deploy } = await startGateway();
    await deploy({ apply: true });
    const [api] = [...(emulator.products()[0]?.apis.values() ?? [])];
    const child = [...(api?.resources.values() ?? [])].at(-1);
    child?.methods.set("POST", { methodName: "POST", httpEndPoint: { url: "https://x.example" } });

    const { code, out } = await deploy({ apply: true, adopt: true });

    expect(code).toBe(1);
    expect(out).toContain("a method is there that leads elsewhere");
    expect(child?.methods.get("POST")).toHaveProperty("httpEndPoint");
  });

  test("no output holds a secret", async () => {
    const { emulator, deploy } = await startGateway();
    await deploy({ apply: true });
    await makeInConsole(emulator);

    const { out, err } = await deploy({ apply: true, adopt: true, smoke: true, json: true });

    for (const secret of secrets) {
      expect(out + err).not.toContain(secret);
    }
  });
});

describe("a console's method whose action was made again", { timeout: 60_000 }, () => {
  test("--adopt keeps what it read before, and the methods are made anew", async () => {
    const { emulator, deploy, template } = await startGateway();
    await deploy({ apply: true });
    await makeInConsole(emulator);
    await deploy({ apply: true, adopt: true });
    const before = template.read();
    const [api] = [...(emulator.products()[0]?.apis.values() ?? [])];
    const methods = [...(api?.resources.values() ?? [])].at(-1)?.methods;
    const post = methods?.get("POST");
    const ncpEndPoint = { ...(post?.["ncpEndPoint"] as object), actionId: "old-id-0001" };
    methods?.set("POST", { methodName: "POST", ...post, ncpEndPoint });

    const { code, out } = await deploy({ apply: true, adopt: true, json: true });

    expect(code).toBe(0);
    expect(template.read()).toEqual(before);
    expect(gatewayRows(out).slice(-3)).toEqual([
      "replace method POST /webhook/{type+}",
      "same method GET /webhook/{type+}",
      "update stage v1",
    ]);
    expect(methods?.get("POST")?.["ncpEndPoint"]).not.toMatchObject({ actionId: "old-id-0001" });
  });
});
