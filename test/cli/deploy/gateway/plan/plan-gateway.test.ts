import { describe, expect, test } from "vitest";
import type { ActualMethod } from "../../../../../cli/deploy/gateway/actual/actual-gateway.ts";
import { planGateway } from "../../../../../cli/deploy/gateway/plan/plan-gateway.ts";
import type { MethodTemplate } from "../../../../../cli/deploy/gateway/template/template.ts";
import { sampleTemplate } from "../harness.ts";

const wanted = {
  ...{ product: "p", api: "a", stage: "v1", region: "kr" as const },
  ...{ action: "datastream-relay-webhook", packageName: "-", methods: ["POST", "GET"] },
  ...{ owner: "prefix datastream-relay", owners: ["prefix datastream-relay"] },
};
const mark = "datastream-relay: webhook of datastream-relay-webhook, API; prefix datastream-relay";

/** A method as the console makes it, which leads to an action of this id. */
function consoleMethod(name: string, actionId: string): ActualMethod {
  const endPoint = {
    ...{ service: "S", region: "KR", method: "ANY", stream: true, url: "https://made-up.example" },
    ...{ actionId, actionName: "datastream-relay-webhook" },
  };
  return { name, description: "", endPoint, action: "datastream-relay-webhook", isLocked: false };
}

function rowsFor(methods: readonly ActualMethod[], template: object, action: object) {
  const names = methods.map(({ name }) => name);
  const { steps } = planGateway(
    {
      product: { id: "p1", description: mark },
      api: { id: "a1", description: mark },
      resources: [
        { id: "r1", path: "/webhook", methodNames: [] },
        { id: "r2", path: "/webhook/{type+}", methodNames: names },
      ],
      methods,
      stage: {
        ...{ id: "s1", endpointDomain: "NONE", deployedNo: 1, isWhole: true },
        deployments: [{ no: 1, description: "" }],
      },
      ...{ served: names, invokeUrl: undefined },
    },
    {
      ...{ wanted, template: template as MethodTemplate, action: { ...action } },
      ...{ adopt: false, former: [] },
    },
  );
  return steps
    .filter(({ level }) => level === "method" || level === "stage")
    .map(({ change, name }) => `${change} ${name}`);
}

const methods = [consoleMethod("POST", "old-id"), consoleMethod("GET", "old-id")];

describe("the console's methods after the action was deleted and made again", () => {
  test("they are made anew if the action shows another id", () => {
    expect(rowsFor(methods, sampleTemplate, { resourceId: "new-id" })).toEqual([
      ...["replace POST /webhook/{type+}", "replace GET /webhook/{type+}", "update v1"],
    ]);
  });

  test("they stay as they are while the action shows their id", () => {
    expect(rowsFor(methods, sampleTemplate, { resourceId: "old-id" })).toEqual([
      ...["same POST /webhook/{type+}", "same GET /webhook/{type+}", "same v1"],
    ]);
  });

  test("ANY that leads to the old id goes if the methods are made one by one", () => {
    const any = [consoleMethod("ANY", "old-id")];

    expect(rowsFor(any, sampleTemplate, { resourceId: "new-id" })).toEqual([
      "create POST /webhook/{type+}",
      "create GET /webhook/{type+}",
      "delete ANY /webhook/{type+}",
      "update v1",
    ]);
  });

  test("they stay as they are if no read of the action shows an id", () => {
    const fixed = {
      ...sampleTemplate,
      ncpEndPoint: { ...sampleTemplate.ncpEndPoint, actionId: "fixed" },
    };

    expect(rowsFor(methods, fixed, { name: "datastream-relay-webhook" })).toEqual([
      ...["same POST /webhook/{type+}", "same GET /webhook/{type+}", "same v1"],
    ]);
  });
});
