import { describe, expect, test } from "vitest";
import type { CloudFunctionsOptions } from "../../../local/cloud-functions/server.ts";
import { startCloudFunctionsEmulator } from "../../cli/deploy/harness.ts";
import { callGateway } from "./gateway-client.ts";

const filters = {
  requiredApiKey: { required: false },
  authentication: { platform: "NONE" },
  validation: { type: "NONE" },
};
const endPoint = {
  service: "?",
  region: "KR",
  actionId: "a1",
  actionName: "relay-webhook",
  method: "ANY",
  stream: true,
  url: "https://example.com/x",
};
const method = { methodName: "POST", ncpEndPoint: endPoint, ...filters };

async function start(options: Partial<CloudFunctionsOptions> = {}) {
  const emulator = await startCloudFunctionsEmulator({
    run: async ({ event }) => ({ status: 200, result: { body: event } }),
    ...options,
  });
  const call = (line: string, body?: unknown, secret?: string) =>
    callGateway(
      { origin: emulator.origin, ...(secret === undefined ? {} : { secret }) },
      line,
      body,
    );
  return { emulator, call };
}

/** Makes the product and the API with the resource of webhooks. */
async function makeApi(options: Partial<CloudFunctionsOptions> = {}) {
  const { emulator, call } = await start({ gatewayForms: { actionBy: "name" }, ...options });
  const product = await call("POST /products", {
    productName: "relay",
    subscriptionCode: "PUBLIC",
    description: "ours",
  });
  const p = `/products/${product.body.product.productId}`;
  const api = await call(`POST ${p}/apis`, { apiName: "hooks" });
  const a = `${p}/apis/${api.body.api.apiId}`;
  await call(`POST ${a}/resources`, { resourcePath: "/webhook" });
  const child = await call(`POST ${a}/resources`, { resourcePath: "/webhook/{type+}" });
  const r = `${a}/resources/${child.body.resource.resourceId}`;
  emulator.plant({
    ...{ kind: "action", name: "relay-webhook", packageName: "-", platform: "vpc", type: "web" },
    ...{ description: "", runtime: "nodejs:22", code: "", binary: false, main: "main" },
    ...{ timeoutMs: 10_000, memoryMb: 256, vpc: undefined, rawHttp: true, customOptions: false },
    parameters: {},
  });
  return { emulator, call, p, a, r, product: product.body.product };
}

describe("the emulator of API Gateway", () => {
  test("a product answers 201 with its id, and is found by its name in a page", async () => {
    const { call, product } = await makeApi();

    const listed = await call("GET /products?productName=relay");

    expect(product).toMatchObject({ productName: "relay", productDescription: "ours" });
    expect(product.productId).toMatch(/^[A-Za-z0-9]{1,10}$/);
    expect(listed).toMatchObject({
      status: 200,
      body: {
        initialCount: 1,
        productPage: { content: [{ productId: product.productId }], total: 1 },
      },
    });
  });

  test("a wrong signature is 401 with the gateway's code 200", async () => {
    const { call } = await start();

    expect(await call("GET /products", undefined, "another")).toMatchObject({
      status: 401,
      body: { error: { errorCode: "200" } },
    });
  });

  test("a new API has the resource / and no other", async () => {
    const { call, p } = await makeApi();

    const { body } = await call(`POST ${p}/apis`, { apiName: "second" });
    const { body: listed } = await call(`GET ${p}/apis/${body.api.apiId}/resources`);

    expect(listed.resourceList.map((one: { resourcePath: string }) => one.resourcePath)).toEqual([
      "/",
    ]);
  });

  test.for([
    ["/webhook/{type+}/", 400],
    ["webhook", 400],
    ["/a b", 400],
    ["/{type+}", 201],
    ["/orders/{id}/lines", 201],
  ] as const)("the resource path %s is answered with %i", async ([resourcePath, status]) => {
    const { call, a } = await makeApi();

    expect(await call(`POST ${a}/resources`, { resourcePath })).toMatchObject({ status });
  });

  test.for([
    [
      "without a filter",
      { methodName: "POST", ncpEndPoint: endPoint, ...filters, validation: undefined },
    ],
    ["with two end points", { ...method, mockEndPoint: {} }],
    ["without an end point", { methodName: "POST", ...filters }],
    ["of an unknown name", { ...method, methodName: "FETCH" }],
    ["without stream", { ...method, ncpEndPoint: { ...endPoint, stream: undefined } }],
    ["with a relative URL", { ...method, ncpEndPoint: { ...endPoint, url: "/x" } }],
    ["in an unknown region", { ...method, ncpEndPoint: { ...endPoint, region: "kr" } }],
  ] as const)("a method %s is refused with 400", async ([, body]) => {
    const { call, r } = await makeApi();

    expect(await call(`POST ${r}/methods`, body)).toMatchObject({ status: 400 });
  });

  test("creating a stage deploys it, and its row of the URL holds the invoke URL", async () => {
    const { emulator, call, a, r, product } = await makeApi();
    await call(`POST ${r}/methods`, method);

    const { body } = await call(`POST ${a}/stages`, { stageName: "v1", endpointDomain: "NONE" });
    const row = `${a}/stages/${body.stage.stageId}/deployments/1${r.slice(a.length)}/methods`;

    expect(body.stage).toMatchObject({ stageName: "v1", deployedStageDeploymentNo: 1 });
    expect(await call(`GET ${row}/POST`)).toMatchObject({
      status: 200,
      body: {
        stageMethod: {
          invokeUrl: `${emulator.origin}/${product.productId}/hooks/v1/webhook/{type+}`,
        },
      },
    });
    expect(await call(`GET ${row}/GET`)).toMatchObject({ status: 404 });
  });

  test("a stage serves what was deployed to it, and a method that was added later after the next deployment", async () => {
    const { emulator, call, a, r, product } = await makeApi();
    await call(`POST ${r}/methods`, method);
    const { body } = await call(`POST ${a}/stages`, { stageName: "v1", endpointDomain: "NONE" });
    const url = `${emulator.origin}/${product.productId}/hooks/v1/webhook`;
    await call(`POST ${r}/methods`, { ...method, methodName: "GET" });

    const before = await fetch(`${url}/github`);
    await call(`POST ${a}/deploy`, { stageId: body.stage.stageId });
    const after = await fetch(`${url}/github?x=1`);
    const posted = await fetch(`${url}/a/b`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    await call(`POST ${a}/stages/${body.stage.stageId}/deploy`, { deploymentNo: 1 });
    const back = await fetch(`${url}/github`);

    expect(before.status).toBe(404);
    expect(await before.json()).toEqual({ error: { errorCode: "300", message: "Not Found" } });
    expect(await after.json()).toMatchObject({
      __ow_method: "get",
      __ow_path: "/github",
      __ow_query: "x=1",
    });
    expect(await posted.json()).toMatchObject({ __ow_path: "/a/b", __ow_body: "e30=" });
    expect(back.status).toBe(404);
  });

  test("deployments are listed with their descriptions, the newest first", async () => {
    const { call, a, r } = await makeApi();
    await call(`POST ${r}/methods`, method);
    const stage = { stageName: "v1", endpointDomain: "NONE", deploymentDescription: "first" };
    const { body } = await call(`POST ${a}/stages`, stage);
    const { stageId } = body.stage;
    await call(`POST ${a}/deploy`, { stageId, deploymentDescription: "second" });

    const { body: listed } = await call(`GET ${a}/stages/${stageId}/deployments`);

    expect(listed).toMatchObject({
      content: [
        { stageDeploymentNo: 2, deploymentDescription: "second" },
        { stageDeploymentNo: 1, deploymentDescription: "first" },
      ],
      total: 2,
      defaultDeploymentNo: 2,
    });
  });

  test("a method that needs an API key is refused with 401 and 210, and one that leads nowhere with 503 and 500", async () => {
    const { emulator, call, a, r, product } = await makeApi();
    await call(`POST ${r}/methods`, { ...method, requiredApiKey: { required: true } });
    const gone = { ...endPoint, actionName: "gone" };
    await call(`POST ${r}/methods`, { ...method, methodName: "GET", ncpEndPoint: gone });
    await call(`POST ${a}/stages`, { stageName: "v1", endpointDomain: "NONE" });
    const url = `${emulator.origin}/${product.productId}/hooks/v1/webhook/github`;

    const locked = await fetch(url, { method: "POST", body: "{}" });
    const lost = await fetch(url);

    expect([locked.status, await locked.json()]).toMatchObject([
      401,
      { error: { errorCode: "210" } },
    ]);
    expect([lost.status, await lost.json()]).toMatchObject([503, { error: { errorCode: "500" } }]);
  });

  test("rights that are missing are refused with the codes that were seen: 10011 and 10002", async () => {
    const { call, a, p } = await makeApi();
    const denied = await makeApi({ gatewayForms: { denied: [] } });
    expect(denied.product).toBeDefined();
    const noApi = await start({ gatewayForms: { denied: ["api"] } });
    const { body } = await noApi.call("POST /products", {
      productName: "x",
      subscriptionCode: "PUBLIC",
    });

    expect(
      await noApi.call(`POST /products/${body.product.productId}/apis`, { apiName: "hooks" }),
    ).toMatchObject({ status: 403, body: { error: { errorCode: "10011" } } });
    expect(await call(`DELETE ${p}`)).toMatchObject({ status: 409 });
    expect(await call(`DELETE ${a}`)).toMatchObject({ status: 204 });
    expect(await call(`DELETE ${p}`)).toMatchObject({ status: 204 });
  });

  test("a stage exports the extensions of what is deployed", async () => {
    const { call, a, r } = await makeApi();
    await call(`POST ${r}/methods`, method);
    const { body } = await call(`POST ${a}/stages`, { stageName: "v1", endpointDomain: "NONE" });

    const exported = await call(
      `GET ${a}/stages/${body.stage.stageId}/export?platform=OPENAPI3_JSON`,
    );

    expect(exported.body.paths["/webhook/{type+}"].post).toMatchObject({
      "x-ncp-apigateway-endpoint": { ncpEndPoint: endPoint },
      "x-ncp-apigateway-filters": filters,
    });
  });

  test("the call that imitates the console makes a method whose values say that they are made up, and refuses a resource with a method", async () => {
    const { emulator, call, r } = await makeApi();
    const asked = { product: "relay", api: "hooks", stage: "v1", action: "relay-webhook" };
    const post = (body: unknown) =>
      fetch(`${emulator.origin}/_/api-gateway/console-trigger`, {
        method: "POST",
        body: JSON.stringify(body),
      });

    const made = await post(asked);
    const again = await post(asked);
    const wrong = await post({ ...asked, action: "gone" });

    expect([made.status, again.status, wrong.status]).toEqual([201, 409, 404]);
    expect(await made.json()).toMatchObject({ valuesAreMadeUp: true });
    const { body } = await call(`GET ${r}/methods`);
    expect(body.methods[0].ncpEndPoint).toMatchObject({
      service: "MADE_UP_BY_THE_EMULATOR",
      actionName: "relay-webhook",
      stream: true,
    });
  });

  test("a foreign page may not call a stage", async () => {
    const { emulator, product } = await makeApi();

    const response = await fetch(`${emulator.origin}/${product.productId}/hooks/v1/webhook/x`, {
      headers: { origin: "https://evil.example" },
    });

    expect(response.status).toBe(403);
  });
});
