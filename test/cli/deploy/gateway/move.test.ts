import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { CloudFunctionsOptions } from "../../../../local/cloud-functions/server.ts";
import { config, makeInConsole, sampleTemplate, startGateway } from "./harness.ts";

const named = { ...config, name: "prod" };
const inPackage = { ...named, package: "relay" };
const moves = [
  ["to another prefix", named, { ...named, prefix: "shop" }],
  ["to another package", inPackage, { ...named, package: "other" }],
] as const;

function templateFor(given: object): object {
  return "package" in given
    ? {
        ...{ ...sampleTemplate, package: given.package },
        ncpEndPoint: {
          ...sampleTemplate.ncpEndPoint,
          url: "https://made-up.example/made-up/{package}/{action}",
        },
      }
    : sampleTemplate;
}

/** Starts with a deployment whose URL works, and returns the first action's id. */
async function start(
  from: object,
  { isKept = true, ...options }: Partial<CloudFunctionsOptions> & { isKept?: boolean } = {},
) {
  const started = await startGateway(options, from);
  if (isKept) {
    writeFileSync(started.template.file, JSON.stringify(templateFor(from)));
  }
  await started.deploy({ apply: true });
  return started;
}

type Started = Awaited<ReturnType<typeof start>>;

function actionsOf({ emulator }: Started): readonly string[] {
  return [...emulator.resources()].flatMap(([key, { kind }]) => (kind === "action" ? [key] : []));
}

/** Calls the URL as senders do. The health check answers only if the action is there. */
async function callUrl({ emulator }: Started): Promise<string> {
  const [product] = emulator.products();
  const url = `${emulator.origin}/${product?.productId}/webhooks/v1/webhook/github`;
  return await (await fetch(url)).text();
}

/** Writes another configuration over the first: what --adopt keeps lies beside it. */
async function move({ deploy, file }: Started, to: object, options: object = {}) {
  writeFileSync(file, JSON.stringify(to));
  const plan = await deploy({ plan: true, json: true, ...options });
  const { code, out } = await deploy({ apply: true, json: true, ...options });
  return { plan: JSON.parse(plan.out), code, report: JSON.parse(out) };
}

type Row = { readonly kind: string; readonly name: string; readonly change: string };

function rowsOf(rows: readonly Row[], kind: string): readonly string[] {
  return rows.filter((one) => one.kind === kind).map(({ name, change }) => `${change} ${name}`);
}

describe("a move through API Gateway", { timeout: 120_000 }, () => {
  test.each(moves)("a move %s takes the URL along before the old action goes", async (...row) => {
    const [, from, to] = row;
    const started = await start(from);
    const before = started.emulator.calls().length;

    const { plan, code, report } = await move(started, to);
    const calls = started.emulator.calls().slice(before);
    const again = await started.deploy({ plan: true, json: true });

    expect(code).toBe(0);
    expect(rowsOf(plan.changes, "gateway stage")).toEqual(["update v1"]);
    expect(report.url).toMatch(/\/webhooks\/v1\/webhook\/<source>$/);
    expect(await callUrl(started)).toBe('{"status":"ok"}');
    expect(actionsOf(started)).toHaveLength(1);
    const deployed = calls.findIndex(({ path }) => path.endsWith("/deploy"));
    const removed = calls.findIndex(
      ({ method, path }) => method === "DELETE" && path.includes("/actions/"),
    );
    expect([deployed > 0, removed > deployed]).toEqual([true, true]);
    expect(JSON.parse(again.out).differs).toBe(false);
  });

  test.each(moves)("a move %s makes a method anew that the console made", async (...row) => {
    const [, from, to] = row;
    const started = await start(from, { isKept: false });
    const { packageName } = { packageName: "package" in from ? from.package : "-" };
    await makeInConsole(started.emulator, { package: packageName });
    await started.deploy({ apply: true, adopt: true });

    const { plan, code } = await move(started, to);

    expect(code).toBe(0);
    expect(rowsOf(plan.changes, "gateway method")).toContain("replace POST /webhook/{type+}");
    expect(await callUrl(started)).toBe('{"status":"ok"}');
    expect(actionsOf(started)).toHaveLength(1);
  });

  test("a move takes the URL along if API Gateway shows no descriptions", async () => {
    const started = await start(named, { isKept: false, gatewayForms: { descriptions: false } });
    await makeInConsole(started.emulator);
    await started.deploy({ apply: true, adopt: true });

    const { code } = await move(started, { ...named, prefix: "shop" });

    expect(code).toBe(0);
    expect(await callUrl(started)).toBe('{"status":"ok"}');
    expect(actionsOf(started)).toEqual(["shop-webhook"]);
  });

  test.each([
    ["nothing was read back", {}, false],
    ["no read shows the id", { shown: { resourceId: false } }, true],
  ])("the old action stays while the URL leads to it and %s", async (...row) => {
    const [, options, isAdopted] = row;
    const started = await start(named, { isKept: false, ...options });
    await makeInConsole(started.emulator, { methods: ["GET"] });
    if (isAdopted) {
      await started.deploy({ apply: true, adopt: true });
    }

    const { plan, code, report } = await move(started, { ...named, prefix: "shop" });

    expect(code).toBe(0);
    expect(rowsOf(plan.changes, "action")).toContain("kept datastream-relay-webhook");
    expect(report.changes).toEqual(plan.changes);
    expect(report.manualSteps).not.toEqual([]);
    expect(await callUrl(started)).toBe('{"status":"ok"}');
    expect(actionsOf(started)).toEqual(["datastream-relay-webhook", "shop-webhook"]);
  });

  test("the old action stays without a look at API Gateway, until --prune", async () => {
    const started = await start(named);

    const { code, report } = await move(started, { ...named, prefix: "shop" }, { gateway: false });
    const kept = actionsOf(started);
    const pruned = await started.deploy({ apply: true, prune: true, gateway: false });

    expect([code, pruned.code]).toEqual([0, 0]);
    expect(rowsOf(report.changes, "action")).toContain("kept datastream-relay-webhook");
    expect(kept).toEqual(["datastream-relay-webhook", "shop-webhook"]);
    expect(actionsOf(started)).toEqual(["shop-webhook"]);
  });

  test("a move of a configuration that got its name later takes the URL along", async () => {
    const started = await start(config);
    await move(started, named);

    const { code } = await move(started, { ...named, prefix: "shop" });
    const url = await callUrl(started);
    const removed = await started.deploy({ remove: true, json: true });

    expect([code, url]).toEqual([0, '{"status":"ok"}']);
    expect(removed.code).toBe(0);
    expect(started.emulator.products()).toEqual([]);
  });

  test.each(moves)("a rollback of a move %s leads the URL back", async (...row) => {
    const [, from, to] = row;
    const started = await start(from);
    await move(started, to);

    const plan = await started.deploy({ plan: true, rollback: true, json: true });
    const { code, out } = await started.deploy({ rollback: true, json: true });

    expect([plan.code, code]).toEqual([0, 0]);
    expect(rowsOf(JSON.parse(plan.out).changes, "gateway stage")).toEqual(["update v1"]);
    expect(JSON.parse(out).url).toMatch(/\/webhook\/<source>$/);
    expect(await callUrl(started)).toBe('{"status":"ok"}');
    expect(actionsOf(started)).toEqual([
      "package" in from ? "relay/datastream-relay-webhook" : "datastream-relay-webhook",
    ]);
  });

  test("a rollback to before the first apply keeps nothing, and says that the URL leads nowhere", async () => {
    const started = await start(named);

    const { code, out } = await started.deploy({ rollback: true, json: true });

    expect(code).toBe(0);
    expect(actionsOf(started)).toEqual([]);
    expect(JSON.parse(out).warnings.join("\n")).toContain(
      "API Gateway is left as it is: it may lead to the action datastream-relay-webhook, which goes",
    );
  });

  test("a move that is cut off at any request is finished by the next apply", async () => {
    const to = { ...named, prefix: "shop" };
    const whole = await start(named);
    const before = whole.emulator.calls().length;
    await move(whole, to);
    const requests = whole.emulator.calls().length - before;
    const left: string[] = [];

    for (let k = 1; k <= requests; k += 3) {
      const started = await start(named);
      writeFileSync(started.file, JSON.stringify(to));
      started.emulator.setFaults((n) =>
        n >= k ? { kind: "cut", when: n === k ? "after" : "before" } : undefined,
      );
      await started.deploy({ apply: true });
      started.emulator.setFaults(() => undefined);
      const between = await callUrl(started);
      const { code } = await started.deploy({ apply: true });
      left.push(`${between} ${code} ${await callUrl(started)} ${actionsOf(started)}`);
      await started.emulator.close();
    }

    expect([...new Set(left)]).toEqual(['{"status":"ok"} 0 {"status":"ok"} shop-webhook']);
  });
});
