import { strToU8, zipSync } from "fflate";
import { describe, expect, onTestFinished, test } from "vitest";
import { createDeployedActions } from "../../../../local/cloud-functions/hosting/deployed-actions.ts";
import {
  keyOf,
  type Resources,
  type StoredAction,
} from "../../../../local/cloud-functions/resources.ts";
import type { FunctionCall } from "../../../../local/functions/host/function-call.ts";
import { startHost } from "../../../../local/functions/host/host.ts";

const built = 'function main(parameters) { return { who: "built", ...parameters }; }';

async function start() {
  const calls: FunctionCall[] = [];
  const reports: string[] = [];
  const host = await startHost({
    port: 0,
    functions: {
      hello: { code: { kind: "source", code: built }, parameters: {}, triggers: {} },
      web: { code: { kind: "source", code: built }, parameters: {}, triggers: { http: true } },
    },
    onCall: (call) => calls.push(call),
    report: (line) => reports.push(line),
  });
  const actions = createDeployedActions({
    ...{ host, functionNames: ["hello", "web"] },
    report: (line) => reports.push(line),
  });
  onTestFinished(async () => {
    await actions.close();
    await host.stop();
  });
  return { host, calls, reports, ...actions };
}

function action(name: string, change: Partial<StoredAction> = {}): StoredAction {
  return {
    ...{ kind: "action", name, packageName: "-", platform: "vpc", type: "basic", description: "" },
    ...{ runtime: "nodejs:22", binary: false, main: "main", timeoutMs: 60_000, memoryMb: 128 },
    ...{ vpc: undefined, rawHttp: false, customOptions: false },
    code: `function main(parameters) { return { who: "deployed", ...parameters }; }`,
    parameters: { bound: "yes" },
    ...change,
  };
}

function resources(...actions: readonly StoredAction[]): Resources {
  return { byName: new Map(actions.map((one) => [keyOf(one), one])), activations: [] };
}

const run = (one: StoredAction, event = {}) =>
  ({ action: one, event, cause: "trigger", activationId: "" }) as const;

describe("deployed actions", { timeout: 120_000 }, () => {
  test("an action runs with its parameters in place of the built function, until it is gone", async () => {
    const host = await start();
    const deployed = action("x-hello");

    await host.update(resources(deployed));
    const first = await host.host.call("hello", { event: 1 });
    const ran = await host.run(run(deployed, { bound: "by the event" }));
    await host.update(resources());
    const second = await host.host.call("hello", { event: 1 });

    expect(first?.reply).toEqual({ result: { who: "deployed", bound: "yes", event: 1 } });
    expect(ran).toMatchObject({ status: 200, result: { bound: "by the event" } });
    expect(second?.reply).toEqual({ result: { who: "built", event: 1 } });
    expect(host.reports).toEqual([
      "hello is now the deployed action x-hello",
      "hello is the built function again",
    ]);
  });

  test("a run by a trigger is a call with that trigger, and the bound parameters are not in its event", async () => {
    const host = await start();
    const deployed = action("x-hello");
    await host.update(resources(deployed));

    const { activationId } = await host.run(run(deployed, { ruleName: "cpu" }));

    expect(host.calls).toMatchObject([
      { id: activationId, function: "hello", trigger: "deployed-trigger" },
    ]);
    expect(host.calls[0]?.event).toEqual({ ruleName: "cpu" });
  });

  test("a zip runs, and what cannot be unpacked or does not load fails each run with its reason", async () => {
    const host = await start();
    const zip = zipSync({ "index.js": strToU8("exports.main = async () => ({ zip: true });") });
    const good = action("hello", { binary: true, code: Buffer.from(zip).toString("base64") });
    const bad = action("one", { binary: true, code: "bm8gemlw" });
    const broken = action("two", { code: "this is no code" });
    await host.update(resources(good, bad, broken));

    const runs = [await host.run(run(good)), await host.run(run(bad)), await host.run(run(broken))];

    expect(runs[0]).toMatchObject({ status: 200, result: { zip: true } });
    expect(runs.map(({ status }) => status)).toEqual([200, 502, 502]);
    expect(JSON.stringify(runs[1]?.result)).toContain("Initialization has failed");
  });

  test("the timeout of the action ends a run", async () => {
    const host = await start();
    const slow = action("hello", {
      timeoutMs: 500,
      code: "function main() { return new Promise(() => setInterval(() => {}, 1000)); }",
    });
    await host.update(resources(slow));

    expect(await host.run(run(slow))).toMatchObject({
      status: 502,
      result: { error: "The action exceeded its time limits of 500 milliseconds." },
    });
  });

  test("the memory of the action limits its heap", async () => {
    const host = await start();
    const code = `function main() { return require("node:v8").getHeapStatistics(); }`;
    const [small, large] = [action("hello", { code }), action("big", { code, memoryMb: 1024 })];
    await host.update(resources(small, large));

    const limitOf = async (one: StoredAction) =>
      ((await host.run(run(one))).result as { heap_size_limit: number }).heap_size_limit / 2 ** 20;

    expect(await limitOf(small)).toBeLessThan(300);
    expect(await limitOf(large)).toBeGreaterThan(1_000);
  });

  test("a web action answers with raw HTTP or with parsed parameters, as it was deployed", async () => {
    const host = await start();
    const code = "function main({ __ow_headers, ...rest }) { return { body: rest }; }";
    const send = async (rawHttp: boolean) => {
      await host.update(resources(action("web", { type: "web", rawHttp, code })));
      const url = `${host.host.origin}/web/github?a=1`;
      const headers = { "content-type": "application/json" };
      const response = await fetch(url, { method: "POST", headers, body: '{"b":2}' });
      return (await response.json()) as unknown;
    };

    expect(await send(true)).toEqual({
      ...{ bound: "yes", __ow_method: "post", __ow_path: "/github", __ow_query: "a=1" },
      __ow_body: "eyJiIjoyfQ==",
    });
    expect(await send(false)).toEqual({
      ...{ bound: "yes", __ow_method: "post", __ow_path: "/github", a: "1", b: 2 },
    });
  });

  test("functions that are built anew come back when the deployed ones are gone", async () => {
    const host = await start();
    const again = 'function main() { return { who: "built again" }; }';
    const rebuilt = {
      ...{ parameters: {}, triggers: {} },
      code: { kind: "source", code: again } as const,
    };

    await host.update(resources(action("x-hello")));
    await host.host.rebuildFunction("hello", rebuilt);
    const during = await host.host.call("hello", {});
    await host.update(resources());
    const after = await host.host.call("hello", {});

    expect(during?.reply).toMatchObject({ result: { who: "deployed" } });
    expect(after?.reply).toMatchObject({ result: { who: "built again" } });
  });

  test("of more than 50 actions the newest run, and the others say that they do not", async () => {
    const host = await start();
    const cheap = { code: "function main() { return { ran: true }; }" };
    const many = Array.from({ length: 51 }, (_, index) => action(`a${index}`, cheap));
    await host.update(resources(...many));

    const [oldest, newest] = [many[0], many[50]].map((one) => one && host.run(run(one)));

    expect(await oldest).toMatchObject({ status: 502 });
    expect(await newest).toMatchObject({ status: 200, result: { ran: true } });
    expect(host.reports).toContain("only the newest 50 of 51 deployed actions run here");
  }, 120_000);
});
