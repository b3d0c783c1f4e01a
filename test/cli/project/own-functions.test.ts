import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environment, startCloudFunctionsEmulator } from "../deploy/harness.ts";
import { freePorts, type Ports } from "../deploy/npm-start.ts";
import { makeProject, runIn, startIn, threeFunctions, writeFiles } from "./harness.ts";

/** A function of one's own that takes HTTP: it reads the settings of webhook under another name. */
const orders = `
import { onEveryPlatform, relay, systemEffects, webhook } from "datastream-relay";

const definition = { ...webhook(), name: "orders" };

export const { main, handler, fetch } = onEveryPlatform(relay(definition, systemEffects));
`;

function configOf(functions: object): string {
  const config = { region: "kr", vpc: { vpcNo: 11, subnetNo: 22 }, functions };
  return `export const config = ${JSON.stringify(config)};`;
}

const files = { ...threeFunctions, "functions/orders.ts": orders };
const project = makeProject({
  ...files,
  "deploy.config.ts": configOf({ orders: {}, heartbeat: { cron: "0 0 1 1 *" } }),
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const waitMsMax = 60_000;

async function until(isTrue: () => boolean, told: () => string): Promise<void> {
  const endMs = Date.now() + waitMsMax;
  while (!isTrue()) {
    expect(Date.now(), told()).toBeLessThan(endMs);
    await sleep(50);
  }
}

type Report = {
  readonly consoleTriggers?: readonly string[];
  readonly manualSteps: readonly string[];
  readonly changes: readonly { readonly kind: string; readonly name: string }[];
};

function reportOf({ stdout }: { readonly stdout: string }): Report {
  return JSON.parse(stdout);
}

describe("a function of one's own that takes HTTP", { timeout: 180_000 }, () => {
  const started: { stop: () => Promise<void>; ports: Ports } = {
    stop: async () => undefined,
    ports: { STANDIN_PORT: "", OBJECT_STORAGE_PORT: "", HTTP_PORT: "", CLOUD_FUNCTIONS_PORT: "" },
  };
  const deploy = (...args: readonly string[]) =>
    runIn(project, ["deploy", ...args, "--local"], started.ports);

  beforeAll(async () => {
    const ports = await freePorts();
    const { child, text } = startIn(project, ["start"], ports);
    await until(() => text().includes("Ctrl-C ends everything"), text);
    Object.assign(started, {
      ports,
      stop: async () => {
        child.kill("SIGINT");
        await once(child, "exit");
      },
    });
  }, 120_000);
  afterAll(() => started.stop());

  test("the plan says how it gets a URL, and the call that it prints makes one that leads to it", async () => {
    const applied = reportOf(await deploy("--apply", "--json"));

    const { HTTP_PORT, CLOUD_FUNCTIONS_PORT } = started.ports;
    const call = `http://127.0.0.1:${CLOUD_FUNCTIONS_PORT}/_/api-gateway/console-trigger`;
    const body =
      '{"product":"datastream-relay","api":"orders","stage":"v1","action":"datastream-relay-orders","resource":"/orders/{type+}","methods":["GET","POST"]}';
    expect(applied.consoleTriggers).toEqual([
      `API Gateway: orders takes HTTP and has no URL by this command, which makes one for webhook alone. Here http://127.0.0.1:${HTTP_PORT}/orders/<path> calls it. One call stands for the console: curl -s ${call} -d '${body}'`,
    ]);
    const made = await fetch(call, { method: "POST", body });
    const { invokeUrl }: { invokeUrl: string } = JSON.parse(await made.text());
    const replies = await Promise.all(
      [invokeUrl.replace("{type+}", "github"), `http://127.0.0.1:${HTTP_PORT}/orders/github`].map(
        async (url) => (await fetch(url)).text(),
      ),
    );
    expect(replies.map((text) => text.trim())).toEqual(['{"status":"ok"}', '{"status":"ok"}']);
  });

  test("--logs shows its runs by its name, --follow each new one, and an unknown name the names there are", async () => {
    await deploy("--apply", "--no-smoke");
    const url = `http://127.0.0.1:${started.ports.HTTP_PORT}/orders/github`;
    await fetch(url);

    const own = await deploy("--logs", "orders");
    const unknown = await deploy("--logs", "nope");
    const missing = await deploy("--logs", "redrive");
    const { child, text } = startIn(
      project,
      ["deploy", "--logs", "orders", "--follow", "--local"],
      started.ports,
    );
    await until(() => text().includes("orders  success"), text);
    const before = text().split("orders  success").length;
    await fetch(url);
    await until(() => text().split("orders  success").length > before, text);
    child.kill("SIGINT");
    const [followed] = await once(child, "exit");

    expect([own.code, unknown.code, missing.code, followed]).toEqual([0, 2, 1, 0]);
    expect(own.stdout).toMatch(/^ {2}\S+ {2}orders {2}success {2}\d+ ms {2}[\da-f]{32}\n/);
    expect(own.stdout).toContain("info call ended: healthy");
    expect(unknown.stderr).toContain(
      "--logs nope: there is no such function; there are webhook, heartbeat, redrive, orders",
    );
    expect(missing.stderr).toContain(
      "redrive is not deployed: there is no action datastream-relay-redrive",
    );
  });

  test("the plan for NAVER Cloud names the console's steps, and a removal the trigger that may be left", async () => {
    const emulator = await startCloudFunctionsEmulator();
    writeFiles(project, {
      "cloud.config.ts": configOf({
        orders: { apiGateway: { product: "p", api: "a", stage: "s" } },
      }),
    });
    const where = ["--json", "--no-gateway", "--config", join(project, "cloud.config.ts")];
    const run = (...args: readonly string[]) =>
      runIn(project, ["deploy", ...args, ...where, "--endpoint", emulator.origin], environment);

    const plan = reportOf(await run("--plan"));
    await run("--apply", "--no-smoke");
    const removed = reportOf(await run("--remove"));

    expect(plan.consoleTriggers).toEqual([
      "API Gateway: orders takes HTTP and has no URL by this command, which makes one for webhook alone. On the page of the action datastream-relay-orders, add a trigger of this type. It must say HTTP. Product p, API a, stage s, resource /orders/{type+}, authentication as the function's callers have it. The console then shows the URL.",
    ]);
    expect(removed.manualSteps).toEqual([
      "If you made an API Gateway trigger for orders in the console, delete it there: product p, API a.",
    ]);
  });

  test("a name that ends like webhook's is a function of its own when something moves", async () => {
    const named = orders.replaceAll('"orders"', '"my-webhook"');
    const other = makeProject({ ...threeFunctions, "functions/my-webhook.ts": named });
    const emulator = await startCloudFunctionsEmulator();
    await runIn(other, ["build"]);
    const write = (prefix: string) =>
      writeFiles(other, {
        "deploy.config.json": JSON.stringify({
          ...{ region: "kr", vpc: { vpcNo: 11, subnetNo: 22 }, name: "prod", prefix },
          functions: { "my-webhook": {} },
        }),
      });
    const run = (...args: readonly string[]) =>
      runIn(
        other,
        [
          ...["deploy", ...args, "--no-gateway", "--no-smoke", "--json"],
          ...["--config", "deploy.config.json", "--endpoint", emulator.origin],
        ],
        environment,
      );

    write("shop");
    await run("--apply");
    write("store");
    const moved = await run("--apply");

    expect(moved.code).toBe(0);
    expect([...emulator.resources().keys()]).toEqual(["store-my-webhook"]);
    rmSync(other, { recursive: true, force: true });
  });
});
