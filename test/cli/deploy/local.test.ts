import { execFile } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { closeServer, listen } from "../../../local/http/listen.ts";
import { rawRequest } from "../../local/harness.ts";
import { freePort } from "../../support/free-port.ts";
import { deployKeys, type RunOptions, runDeploy, writeConfig, writeFile } from "./harness.ts";
import { type NpmStart, startNpmStart } from "./npm-start.ts";

/** The key pair and the secret of local/settings.env. */
const sample = {
  accessKey: "ncp_iam_LOCALACCESSKEY",
  secretKey: "local-secret-key-not-for-production",
  github: "local-github-secret",
};

const config = {
  region: "kr",
  vpc: { vpcNo: 11, subnetNo: 22 },
  functions: {
    webhook: {},
    bucket: { events: [{ bucketName: "my-uploads", eventRuleName: "created" }] },
    heartbeat: { cron: "0 3 1 1 *", settings: { HEARTBEAT_NAME: "deployed" } },
    event: {
      triggers: [{ type: "insight", links: [{ prodKey: "1", ruleGrpId: "2" }] }],
    },
    redrive: { cron: "0 4 1 1 *" },
  },
};
const onlyWebhook = { region: "kr", vpc: config.vpc, functions: { webhook: {} } };

let started: NpmStart;

beforeAll(async () => {
  started = await startNpmStart({
    env: { DEPLOY_ACCESS_KEY: deployKeys.access, DEPLOY_SECRET_KEY: deployKeys.secret },
  });
}, 150_000);
afterAll(() => started.close());

/** Runs the command with --local. Its only setting is the port, unless `env` has more. */
function deployLocal({ env = {}, given = config, ...options }: RunOptions) {
  const { CLOUD_FUNCTIONS_PORT } = started.ports;
  return runDeploy(undefined, {
    artifacts: "dist",
    given,
    local: true,
    ...options,
    env: { CLOUD_FUNCTIONS_PORT, ...env },
  });
}

const originOf = (name: keyof NpmStart["ports"]) => `http://127.0.0.1:${started.ports[name]}`;

type Produced = { readonly key: string; readonly value: string };

async function recordsOf(topic = "local-events"): Promise<readonly Produced[]> {
  const response = await fetch(`${originOf("STANDIN_PORT")}/_/topics/${topic}/records`);
  return ((await response.json()) as { records: Produced[] }).records;
}

async function waitFor<Value>(find: () => Promise<Value | undefined>): Promise<Value> {
  for (const endMs = Date.now() + 20_000; Date.now() < endMs; await sleep(50)) {
    const found = await find();
    if (found !== undefined) {
      return found;
    }
  }
  throw new Error("nothing was found within 20 s");
}

async function deliver(secret = sample.github, source = "github") {
  const body = JSON.stringify({ repository: { full_name: "octo/hello" } });
  const response = await fetch(`${originOf("HTTP_PORT")}/webhook/${source}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
    body,
  });
  return { status: response.status, body: await response.text() };
}

/** Calls the management API, signed as NAVER Cloud's common page describes it. */
async function callApi(line: string, body?: unknown) {
  const [method = "", path = ""] = line.split(" ");
  const target = `/ncf/api/v2${path}`;
  const timestamp = String(Date.now());
  const signed = `${method} ${target}\n${timestamp}\n${sample.accessKey}`;
  const response = await fetch(originOf("CLOUD_FUNCTIONS_PORT") + target, {
    method,
    headers: {
      "x-ncp-apigw-timestamp": timestamp,
      "x-ncp-iam-access-key": sample.accessKey,
      "x-ncp-apigw-signature-v2": createHmac("sha256", sample.secretKey)
        .update(signed)
        .digest("base64"),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, content: text === "" ? {} : JSON.parse(text).content };
}

async function fire(trigger: string, event: unknown) {
  const url = `${originOf("CLOUD_FUNCTIONS_PORT")}/_/triggers/${trigger}`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify(event) });
  return { status: response.status, body: await response.json() };
}

async function putObject(bucket: string, name: string): Promise<number> {
  const args = ["-sS", "-o", "/dev/null", "-w", "%{http_code}"];
  const signing = ["--aws-sigv4", "aws:amz:kr-standard:s3"];
  const user = ["--user", `${sample.accessKey}:${sample.secretKey}`];
  const unsigned = ["-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD"];
  const url = `${originOf("OBJECT_STORAGE_PORT")}/${bucket}/${name}`;
  const all = [...args, ...signing, ...user, ...unsigned, "-T", writeFile("upload", "x"), url];
  return Number((await promisify(execFile)("curl", all)).stdout);
}

/** The lines about what runs, that the terminal has shown since the text before. */
function linesSince(before: string): readonly string[] {
  return started.text().slice(before.length).split("\n");
}

describe("deploy --local", { timeout: 120_000 }, () => {
  afterEach(async () => {
    await deployLocal({ remove: true });
    await deployLocal({ remove: true, given: { ...onlyWebhook, prefix: "other" } });
  });

  test("plan, apply, plan again and remove go through, with the exit codes of deploy", async () => {
    const plan = await deployLocal({ plan: true });
    const apply = await deployLocal({ apply: true, smoke: true });
    const again = await deployLocal({ plan: true });
    const planned = await deployLocal({ plan: true, remove: true });
    const removed = await deployLocal({ remove: true });
    const nothing = await deployLocal({ plan: true, remove: true });

    expect([plan, apply, again, planned, removed, nothing].map(({ code }) => code)).toEqual([
      0, 0, 0, 0, 0, 0,
    ]);
    expect(plan.out).toContain("create: 13");
    expect(plan.out).toContain(
      `rehearsal on this machine: what is deployed runs at ${originOf("HTTP_PORT")}`,
    );
    expect(apply.out).toMatch(
      /Smoke call: passed\n {2}datastream-relay-heartbeat: delivered 1\n {2}the record is on topic local-events, partition \d, offset \d+\n/,
    );
    expect(again.out).toContain("same: 13");
    expect(removed.out).toContain("delete: 13");
    expect(nothing.out).toContain("absent: ");
  });

  test("a rehearsal prints the URL that senders call, and no steps for a person", async () => {
    const people = await deployLocal({ plan: true });
    const machines = await deployLocal({ plan: true, json: true });
    const without = await deployLocal({
      ...{ plan: true, json: true },
      given: { ...config, functions: { heartbeat: config.functions.heartbeat } },
    });

    const url = `${originOf("HTTP_PORT")}/webhook/<source>`;
    expect(people.out).toContain(`\nwebhook: ${url}\n`);
    expect(people.out).not.toContain("by hand");
    expect(JSON.parse(machines.out)).toMatchObject({ url, manualSteps: [] });
    expect(JSON.parse(without.out)).not.toHaveProperty("url");
  });

  test("--logs shows a delivery to the deployed webhook, and nothing of the built functions", async () => {
    const runsIn = (out: string): readonly string[] =>
      out.match(/^[ !] \S+Z {2}webhook {2}.*$/gm) ?? [];
    await deployLocal({ apply: true, given: onlyWebhook });
    const before = await deployLocal({ logs: true, given: onlyWebhook });
    await deliver();
    await deliver("a-wrong-secret");
    const { code, out } = await deployLocal({ logs: true, given: onlyWebhook });
    await deployLocal({ remove: true, given: onlyWebhook });
    await deliver();
    const removed = await deployLocal({ logs: true, given: onlyWebhook });

    expect([code, removed.code]).toEqual([0, 1]);
    expect(runsIn(out).filter((row) => !runsIn(before.out).includes(row))).toHaveLength(2);
    expect(out).toMatch(/info call ended: delivered, delivered 1, attempts 1, \d+ ms/);
    expect(out).toContain("docs/troubleshooting.md#UNAUTHENTICATED");
  });

  test("an apply ends with a URL: the console's method is read back, and a signed delivery goes through it", async () => {
    const given = { given: onlyWebhook, config: writeConfig(onlyWebhook), gateway: true } as const;
    const first = await deployLocal({ apply: true, ...given });
    const asked = { product: "datastream-relay", api: "webhooks", stage: "v1" };
    const made = await fetch(`${originOf("CLOUD_FUNCTIONS_PORT")}/_/api-gateway/console-trigger`, {
      method: "POST",
      body: JSON.stringify({ ...asked, action: "datastream-relay-webhook" }),
    });
    const adopted = await deployLocal({
      ...{ apply: true, adopt: true, smoke: true, smokeSource: "github", json: true },
      ...given,
    });
    const { gateway } = JSON.parse(adopted.out);
    const healthy = await fetch(`${gateway.url}/github`);
    const unknown = await fetch(`${gateway.url}/nobody`, { method: "POST", body: "{}" });

    expect([first.code, made.status, adopted.code]).toEqual([0, 201, 0]);
    expect(gateway.smoke).toEqual({
      ending: "passed",
      lines: [
        "github: a wrong signature got the function's own 401 through the gateway",
        expect.stringMatching(/^github: a signed delivery was delivered, id /),
        expect.stringMatching(/^the record is on topic local-events, partition \d, offset \d+$/),
      ],
    });
    expect([healthy.status, await healthy.text()]).toEqual([200, '{"status":"ok"}']);
    expect(unknown.status).toBe(404);
    expect(started.text()).toContain("/webhook/github");
  });

  test("a webhook reaches the deployed action, with its own secret, until it is removed", async () => {
    const settings = writeFile(
      "own.env",
      `NCLOUD_ACCESS_KEY=${sample.accessKey}
NCLOUD_SECRET_KEY=${sample.secretKey}
DATASTREAM_TOPIC=local-events
WEBHOOK_SOURCES='{"mine":{"verifier":"github"}}'
WEBHOOK_SECRETS='{"mine":["a-secret-of-the-deployment"]}'
`,
    );
    const before = await deliver("a-secret-of-the-deployment", "mine");

    const applied = await deployLocal({ apply: true, given: onlyWebhook, settings: [settings] });
    const deployed = await deliver("a-secret-of-the-deployment", "mine");
    const forged = await deliver("another-secret-of-nobody", "mine");
    const builtOnly = await deliver();
    await deployLocal({ remove: true, given: onlyWebhook, settings: [settings] });
    const after = await deliver();

    expect(applied.code).toBe(0);
    expect([before.status, deployed.status, forged.status, builtOnly.status]).toEqual([
      404, 200, 401, 404,
    ]);
    expect(JSON.parse(deployed.body)).toMatchObject({ status: "delivered" });
    expect(after.status).toBe(200);
  });

  test("nothing reaches the live service, whatever settings and configuration say", async () => {
    const settings = writeFile(
      "live.env",
      `NCLOUD_ACCESS_KEY=${sample.accessKey}
NCLOUD_SECRET_KEY=${sample.secretKey}
DATASTREAM_TOPIC=local-events
DATASTREAM_ENDPOINT=https://api.datastream.naverncp.com
OBJECT_STORAGE_ENDPOINT=https://kr.object.ncloudstorage.com
DEAD_LETTER_BUCKET=local-dead-letters
`,
    );
    const own = { DATASTREAM_ENDPOINT: "https://api.datastream.naverncp.com" };
    const heartbeat = { cron: "0 3 1 1 *", settings: own };
    const given = { region: "kr", vpc: config.vpc, functions: { heartbeat } };

    const { code, out } = await deployLocal({
      ...{ apply: true, smoke: true, given },
      settings: [settings],
    });

    expect(code).toBe(0);
    expect(out).toContain(`parameters.DATASTREAM_ENDPOINT set: ${originOf("STANDIN_PORT")}`);
    expect(out).toContain(
      `parameters.OBJECT_STORAGE_ENDPOINT set: ${originOf("OBJECT_STORAGE_PORT")}`,
    );
    expect(out).toContain("the record is on topic local-events");
    expect(out).not.toContain("naverncp.com");
  });

  test("deployed triggers run the deployed actions, and the built ones no longer run by theirs", async () => {
    const text = started.text();
    await deployLocal({ apply: true });

    const uploaded = await putObject("my-uploads", "a.txt");
    const other = await putObject("local-uploads", "b.txt");
    const fired = await fire("datastream-relay-event-insight", { ruleName: "cpu" });
    const ticked = await fire("datastream-relay-heartbeat-cron", {});
    const byHand = await callApi("POST /triggers/datastream-relay-event-insight?platform=vpc", {
      ruleName: "memory",
    });
    const upload = await waitFor(async () =>
      (await recordsOf()).find(({ key }) => key === "my-uploads/a.txt"),
    );

    expect([uploaded, other, fired.status, ticked.status, byHand.status]).toEqual([
      200, 200, 200, 200, 200,
    ]);
    expect(JSON.parse(upload.value)).toMatchObject({ subject: "a.txt" });
    expect(fired.body).toMatchObject({
      activations: [{ action: "datastream-relay-event", isSuccess: true }],
    });
    const records = await recordsOf();
    const named = records.filter(({ value }) => /"ruleName":"(cpu|memory)"/.test(value));
    expect(named).toHaveLength(2);
    expect(records.map(({ key }) => key)).toContain("deployed");
    expect(records.map(({ key }) => key)).not.toContain("local-uploads/b.txt");
    const linesOfRuns = () =>
      linesSince(text).filter((line) => /deployed-trigger.*delivered/.test(line));
    await expect.poll(linesOfRuns).toHaveLength(4);
    expect(linesSince(text)).toContain(
      "webhook is now the deployed action datastream-relay-webhook",
    );
  });

  test("an upload wakes the built function again after a removal", async () => {
    await deployLocal({ apply: true });
    await deployLocal({ remove: true });

    expect(await putObject("local-uploads", "c.txt")).toBe(200);

    const record = await waitFor(async () =>
      (await recordsOf()).find(({ key }) => key === "local-uploads/c.txt"),
    );
    expect(JSON.parse(record.value)).toMatchObject({ subject: "c.txt" });
  });

  test("a zip runs like a source", async () => {
    const given = { ...config, artifact: "zip" };

    const { code, out } = await deployLocal({ apply: true, smoke: true, given });

    expect(code).toBe(0);
    expect(out).toContain("datastream-relay-heartbeat: delivered 1");
    expect((await deliver()).status).toBe(200);
  });

  test("actions of one name in two packages stay apart, and the last one put answers", async () => {
    const settingsOf = (name: string) =>
      writeFile(
        "own.env",
        `NCLOUD_ACCESS_KEY=${sample.accessKey}
NCLOUD_SECRET_KEY=${sample.secretKey}
DATASTREAM_TOPIC=local-events
WEBHOOK_SOURCES='{"${name}":{"verifier":"github"}}'
WEBHOOK_SECRETS='{"${name}":["a-secret-of-the-package-${name}"]}'
`,
      );
    const given = (name: string) => ({ ...onlyWebhook, package: name });
    const run = (name: string, what: RunOptions) =>
      deployLocal({ ...what, given: given(name), settings: [settingsOf(name)] });
    const statuses = async () => [
      (await deliver("a-secret-of-the-package-one", "one")).status,
      (await deliver("a-secret-of-the-package-two", "two")).status,
    ];

    await run("one", { apply: true });
    const first = await statuses();
    await run("two", { apply: true });
    const second = await statuses();
    const planOfFirst = await run("one", { plan: true });
    await run("two", { remove: true });
    const third = await statuses();
    await run("one", { remove: true });

    expect([first, second, third]).toEqual([
      [200, 404],
      [404, 200],
      [200, 404],
    ]);
    expect(planOfFirst.out).toContain("same: 2");
    expect((await deliver()).status).toBe(200);
  });

  test("the deployed webhook without raw HTTP answers 500 and says so, as on the platform", async () => {
    await deployLocal({ apply: true, given: onlyWebhook });
    const path = "/packages/-/actions/datastream-relay-webhook?platform=vpc&type=web";
    const [got] = path.split("?");
    const { content } = await callApi(`GET ${got}?platform=vpc`);
    const { description, exec, limits, parameters, vpc } = content;
    const body = { description, exec, limits, parameters, vpc: [vpc], "raw-http": false };

    const put = await callApi(`PUT ${path}`, body);
    const reply = await deliver();

    expect(put.status).toBe(200);
    expect(reply.status).toBe(500);
    expect(reply.body).toContain("raw");
  });

  test("a key pair of the deployment's own signs, if npm start knows it", async () => {
    const env = { DEPLOY_ACCESS_KEY: deployKeys.access, DEPLOY_SECRET_KEY: deployKeys.secret };

    const { code, out } = await deployLocal({ plan: true, env });

    expect(code).toBe(0);
    expect(out).not.toContain("the functions' own key pair signs these calls");
  });

  test("a key pair that npm start does not know ends with 1 and says what to give it", async () => {
    const env = { DEPLOY_ACCESS_KEY: "ncp_iam_ELSE", DEPLOY_SECRET_KEY: "the-key-of-another" };

    const { code, err } = await deployLocal({ plan: true, env });

    expect(code).toBe(1);
    expect(err).toContain(
      "The emulators know the key pairs of npm start: give it the same --settings.",
    );
  });

  test("local/settings.env can be named too: the schedule in it is npm start's own", async () => {
    const { code, out } = await deployLocal({ plan: true, settings: ["local/settings.env"] });

    expect(code).toBe(0);
    expect(out).toContain("parameters.HEARTBEAT_CRON set: 0 3 1 1 *");
    expect(out).not.toContain("is no setting");
  });

  test("another schedule in a file of one's own is refused, as without --local", async () => {
    const settings = writeFile(
      "own.env",
      `NCLOUD_ACCESS_KEY=${sample.accessKey}
NCLOUD_SECRET_KEY=${sample.secretKey}
DATASTREAM_TOPIC=local-events
HEARTBEAT_CRON="7 7 * * *"
`,
    );
    const { heartbeat } = config.functions;

    const { code, err } = await deployLocal({
      ...{ plan: true, settings: [settings] },
      given: { ...config, functions: { heartbeat } },
    });

    expect(code).toBe(2);
    expect(err).toContain("HEARTBEAT_CRON is not functions.heartbeat.cron");
  });

  test("--json has the addresses of the rehearsal", async () => {
    const { code, out } = await deployLocal({ plan: true, json: true });

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      local: {
        cloudFunctions: originOf("CLOUD_FUNCTIONS_PORT"),
        dataStream: originOf("STANDIN_PORT"),
        objectStorage: originOf("OBJECT_STORAGE_PORT"),
        functions: originOf("HTTP_PORT"),
      },
    });
  });

  test.for([
    ["gov", { region: "gov" }],
    ["fin", { region: "fin", vpc: config.vpc }],
    ["jp", { region: "jp", vpc: config.vpc }],
    ["kr on classic", { region: "kr", platform: "classic" }],
  ] as const)("a deployment to %s is rehearsed too", async ([, place]) => {
    const { webhook, heartbeat } = config.functions;
    const given = { ...place, functions: { webhook, heartbeat } };

    const applied = await deployLocal({ apply: true, smoke: true, given });
    const delivered = await deliver();
    const removed = await deployLocal({ remove: true, given });

    expect([applied.code, delivered.status, removed.code]).toEqual([0, 200, 0]);
  });

  test("--endpoint to the emulator works like any other endpoint", async () => {
    const { code, out } = await deployLocal({
      ...{ plan: true, local: false, endpoint: originOf("CLOUD_FUNCTIONS_PORT") },
      settings: [
        writeFile(
          "plain.env",
          `NCLOUD_ACCESS_KEY=${sample.accessKey}
NCLOUD_SECRET_KEY=${sample.secretKey}
DATASTREAM_TOPIC=local-events
`,
        ),
      ],
      given: { ...config, functions: { heartbeat: config.functions.heartbeat } },
    });

    expect(code).toBe(0);
    expect(out).toContain(
      "parameters.DATASTREAM_ENDPOINT set: https://api.datastream.naverncp.com",
    );
    expect(out).not.toContain("rehearsal");
  });
});

describe("deploy --local without a running npm start", () => {
  test("nothing that listens is told with what to do, and ends with 1", async () => {
    const env = { CLOUD_FUNCTIONS_PORT: String(await freePort()) };

    const people = await deployLocal({ plan: true, env });
    const machines = await deployLocal({ plan: true, env, json: true });

    expect([people.code, machines.code]).toEqual([1, 1]);
    expect(people.err).toContain(
      `npm start does not run: nothing answers at http://127.0.0.1:${env.CLOUD_FUNCTIONS_PORT} (ECONNREFUSED)`,
    );
    expect(people.err).toContain("page: docs/troubleshooting.md#deploy-local\n");
    expect(JSON.parse(machines.out)).toMatchObject({
      ok: false,
      page: "docs/troubleshooting.md#deploy-local",
    });
  });

  test.for([
    "not JSON",
    "{}",
    '{"cloudFunctions":true,"dataStream":"https://api.datastream.naverncp.com","objectStorage":"http://127.0.0.1:1","functions":"http://127.0.0.1:1"}',
  ])("what answers %s is not deployed to", async (answer) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end(answer);
    });
    const port = await listen(server, 0, "127.0.0.1");
    onTestFinished(() => closeServer(server));

    const { code, err } = await deployLocal({
      ...{ apply: true, env: { CLOUD_FUNCTIONS_PORT: String(port) } },
    });

    expect(code).toBe(1);
    expect(err).toContain("is not npm start");
    expect(asked).toEqual(["GET /_/origins"]);
  });

  test("--local and --endpoint exclude each other, and a wrong port is named, with 2", async () => {
    const both = await deployLocal({ plan: true, endpoint: "http://127.0.0.1:1" });
    const wrong = await deployLocal({ plan: true, env: { CLOUD_FUNCTIONS_PORT: "70000" } });

    expect([both.code, wrong.code]).toEqual([2, 2]);
    expect(both.err).toContain("give --local or --endpoint, not both");
    expect(wrong.err).toContain("CLOUD_FUNCTIONS_PORT must be a port from 1 to 65535");
  });
});

describe("the port of the Cloud Functions emulator", () => {
  const port = () => Number(started.ports.CLOUD_FUNCTIONS_PORT);

  test.for([
    ["a foreign Host", { host: "evil.example" }],
    ["a foreign Origin", { origin: "https://evil.example" }],
    ["a page on another port", { origin: "http://127.0.0.1:4010" }],
    ["a request that another page starts", { "sec-fetch-site": "cross-site" }],
  ] as const)("%s is refused with 403, on the control paths too", async ([, headers]) => {
    for (const path of ["/ncf/api/v2/triggers", "/_/origins", "/_/deployed", "/_/triggers/x"]) {
      const method = path.endsWith("/x") ? "POST" : "GET";
      const refused = await rawRequest({ port: port(), method, path, headers });

      expect(refused.status).toBe(403);
      expect(refused.body).not.toContain("evil.example");
    }
  });

  test("an unsigned request to the API is refused, and an unknown trigger is told", async () => {
    const unsigned = await rawRequest({ port: port(), path: "/ncf/api/v2/triggers" });
    const unknown = await fire("nothing", {});

    expect(unsigned.status).toBe(400);
    expect(unsigned.body).toContain("Invalid headers");
    expect(unknown).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining("no such trigger") },
    });
  });

  test("what is deployed is listed without any parameter", async () => {
    await deployLocal({ apply: true, given: onlyWebhook });
    onTestFinished(async () => {
      await deployLocal({ remove: true, given: onlyWebhook });
    });

    const response = await fetch(`${originOf("CLOUD_FUNCTIONS_PORT")}/_/deployed`);

    expect(await response.json()).toEqual({
      actions: [{ package: "-", name: "datastream-relay-webhook", type: "web" }],
      triggers: [],
    });
  });
});
