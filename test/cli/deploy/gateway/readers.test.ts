import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ManagementApi } from "../../../../cli/deploy/api/management-api.ts";
import { readGateway } from "../../../../cli/deploy/gateway/actual/read-gateway.ts";
import { planGateway } from "../../../../cli/deploy/gateway/plan/plan-gateway.ts";
import { planGatewayRemoval } from "../../../../cli/deploy/gateway/removal/remove-gateway.ts";
import { toSenderUrl } from "../../../../cli/deploy/gateway/sender-url.ts";
import { findAdoptable } from "../../../../cli/deploy/gateway/template/adopt-method.ts";
import {
  fillEndPoint,
  toTemplateEndPoint,
} from "../../../../cli/deploy/gateway/template/end-point.ts";
import { whyUnusable } from "../../../../cli/deploy/gateway/template/template.ts";
import type { WantedGateway } from "../../../../cli/deploy/gateway/wanted-gateway.ts";
import type { UnknownObject } from "../../../../lib/encoding/unknown-object.ts";
import { isUnknownObject } from "../../../../lib/encoding/unknown-object.ts";

const wanted: WantedGateway = {
  ...{ product: "p", api: "a", stage: "v1", region: "kr", action: "relay-webhook" },
  ...{ packageName: "-", methods: ["POST", "GET"] },
  ...{ owner: "configuration prod", owners: ["configuration prod", "prefix relay"] },
};

/** Any JSON, in which the names of the API's own fields are likely. */
const names = [
  ...["productPage", "content", "total", "productId", "productName", "apis", "apiId", "apiName"],
  ...["resourceList", "resourceId", "resourcePath", "methods", "methodName", "ncpEndPoint"],
  ...["stages", "stageId", "stageName", "deployedStageDeploymentNo", "stageDeploymentNo"],
  ...["stageMethod", "invokeUrl", "actionName", "productDescription", "isDeleted", "offset"],
];
const texts = ["p", "a", "v1", "/webhook", "/webhook/{type+}", "POST", "relay-webhook", "../x"];
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(...texts, ...["x1", 1, -1, 1e99, null, true, ""]),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie("value"), { maxKeys: 6 }),
  ),
}));
const answers = fc.array(value.filter(isUnknownObject), { minLength: 1, maxLength: 12 });

/** Answers each request with the next of these bodies, and notes the requests. */
function apiOf(bodies: readonly UnknownObject[]) {
  const requests: string[] = [];
  const api: ManagementApi = async ({ method, path }) => {
    requests.push(`${method} ${path}`);
    return bodies[(requests.length - 1) % bodies.length] ?? {};
  };
  return { api, requests };
}

describe("readers of API Gateway's answers", () => {
  test("any JSON in place of lists is read in bounded requests, whose paths hold nothing but ids", async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (bodies) => {
        const { api, requests } = apiOf(bodies as readonly UnknownObject[]);

        const actual = await readGateway(wanted, api);
        const plan = planGateway(actual, {
          ...{ wanted, template: undefined, action: undefined, adopt: true, former: [] },
        });
        await findAdoptable(actual, { wanted, action: undefined, api });
        const removals = await planGatewayRemoval(actual, wanted, api);

        expect(plan.steps.length).toBeGreaterThan(3);
        expect(requests.length).toBeLessThan(300);
        for (const path of [...requests, ...removals.map((one) => `DELETE ${one.path ?? "/"}`)]) {
          expect(path).toMatch(/^(GET|DELETE) (\/[A-Za-z0-9_-]*)+$/);
        }
      }),
    );
  });

  test("a name that differs in case, and a deleted one, are not taken", async () => {
    const content = [
      { productId: "p1", productName: "P" },
      { productId: "p2", productName: "p", isDeleted: true },
      { productId: "p3", productName: "pp" },
    ];
    const { api } = apiOf([{ productPage: { content, total: 3 } }]);

    expect((await readGateway(wanted, api)).product).toBeUndefined();
  });

  test("a product on a later page is found", async () => {
    const pages = [
      { productPage: { content: [{ productId: "p1", productName: "other" }], total: 2 } },
      { productPage: { content: [{ productId: "p2", productName: "p" }], total: 2 } },
    ];
    const { api } = apiOf(pages);

    expect((await readGateway(wanted, api)).product).toEqual({ id: "p2", description: undefined });
  });
});

describe("what --adopt keeps", () => {
  const endPoint = {
    service: "SOME_SERVICE",
    region: "KR",
    actionId: "abc123",
    actionName: "relay-webhook",
    method: "POST",
    stream: true,
    url: "https://example.com/web/abc123/pkg/relay-webhook",
  };
  const facts = { action: "relay-webhook", package: "pkg", content: { resourceId: "abc123" } };

  test("action, package, id and method become placeholders, and are filled for another action", () => {
    const ncpEndPoint = toTemplateEndPoint(endPoint, facts, "POST");
    const template = {
      ...{ region: "kr" as const, action: "relay-webhook", package: "pkg", methodName: "POST" },
      ...{ ncpEndPoint, endpointDomain: "NONE" },
    };
    const other = { action: "shop-webhook", package: "shop", content: { resourceId: "zzz999" } };

    expect(ncpEndPoint).toEqual({
      ...endPoint,
      actionId: "{action.resourceId}",
      actionName: "{action}",
      method: "{method}",
      url: "https://example.com/web/{action.resourceId}/{package}/{action}",
    });
    expect(fillEndPoint(template, facts, "POST")).toEqual(endPoint);
    expect(fillEndPoint(template, other, "GET")).toEqual({
      ...endPoint,
      actionId: "zzz999",
      actionName: "shop-webhook",
      method: "GET",
      url: "https://example.com/web/zzz999/shop/shop-webhook",
    });
    expect(fillEndPoint(template, { ...other, content: undefined }, "GET")).toBeUndefined();
    expect(whyUnusable(template, { ...wanted, action: "x", packageName: "y" })).toBeUndefined();
  });

  test("an id that no read of the action shows fits this action alone", () => {
    const ncpEndPoint = toTemplateEndPoint(endPoint, { ...facts, content: {} }, "POST");
    const template = {
      ...{ region: "kr" as const, action: "relay-webhook", package: "pkg", methodName: "POST" },
      ...{ ncpEndPoint, endpointDomain: "NONE" },
    };

    expect(ncpEndPoint["actionId"]).toBe("abc123");
    expect(whyUnusable(template, { ...wanted, packageName: "pkg" })).toBeUndefined();
    expect(whyUnusable(template, { ...wanted, action: "x", packageName: "pkg" })).toBe(
      "it was read for the action relay-webhook, whose id no read of an action shows",
    );
    expect(whyUnusable(template, { ...wanted, region: "jp" })).toBe("it was read in region kr");
  });

  test("what was read from any end point gives the same end point for the same action", () => {
    const text = fc.string({ maxLength: 20 }).filter((one) => !/[{}]/.test(one));
    fc.assert(
      fc.property(
        fc.record({
          service: text,
          url: text,
          actionId: text,
          actionName: text,
          stream: fc.boolean(),
        }),
        text,
        (given, id) => {
          const all = { action: "relay-webhook", package: "pkg", content: { resourceId: id } };
          const ncpEndPoint = toTemplateEndPoint(given, all, "POST");
          const template = {
            ...{
              region: "kr" as const,
              action: "relay-webhook",
              package: "pkg",
              methodName: "POST",
            },
            ...{ ncpEndPoint, endpointDomain: "NONE" },
          };

          expect(fillEndPoint(template, all, "POST")).toEqual(given);
        },
      ),
    );
  });
});

describe("the address that senders get", () => {
  test.for([
    [
      "https://abc.apigw.ntruss.com/hooks/v1/webhook/{type+}",
      "https://abc.apigw.ntruss.com/hooks/v1/webhook",
    ],
    [
      "https://abc.apigw.ntruss.com/hooks/v1/webhook/%7Btype+%7D",
      "https://abc.apigw.ntruss.com/hooks/v1/webhook",
    ],
    ["https://abc.apigw.ntruss.com/hooks/v1", "https://abc.apigw.ntruss.com/hooks/v1/webhook"],
    ["abc.apigw.ntruss.com/hooks/v1/webhook", "https://abc.apigw.ntruss.com/hooks/v1/webhook"],
    ["http://abc.apigw.ntruss.com/hooks/v1", undefined],
    ["https://", undefined],
  ] as const)("the invoke URL %s gives %s", ([given, url]) => {
    expect(toSenderUrl(given, false)).toBe(url);
  });
});
