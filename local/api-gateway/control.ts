import { isJsonObject } from "../cloud-functions/check-fields.ts";
import type { JsonObject } from "../cloud-functions/resources.ts";
import { jsonResponse, type OutgoingResponse, problemResponse } from "../http/response.ts";
import { addApi } from "./apis.ts";
import { deploy } from "./deployments.ts";
import { addMethod } from "./methods.ts";
import type { ApiGateway, GatewayApi, GatewayResource } from "./model.ts";
import { addProduct } from "./products.ts";
import { addResource, findResource } from "./resources.ts";
import { addStage, findStage } from "./stages.ts";

/** The path of the call that imitates the console. NAVER Cloud has no such path. */
export const consoleTriggerPath = "/_/api-gateway/console-trigger";

const methodsOfConsole = ["POST", "GET", "OPTIONS", "PUT", "DELETE", "PATCH", "HEAD", "ANY"];
const nameRule = /^[A-Za-z0-9_-]{1,50}$/;

type Asked = {
  readonly product: string;
  readonly api: string;
  readonly stage: string;
  readonly resource: string;
  readonly action: string;
  readonly package: string;
  readonly methods: readonly string[];
};

export type ConsoleContext = {
  readonly gateway: ApiGateway;
  readonly origin: string;
  /** Returns the id of a deployed web action; undefined if there is none of this name. */
  readonly actionIdOf: (packageName: string, action: string) => string | undefined;
};

/**
 * Makes an API Gateway trigger as a person does in the console, so that `deploy --adopt` can be rehearsed. No
 * page says what the console writes into a method for a function: the values are made up, and say so.
 */
export function addConsoleTrigger(text: string, context: ConsoleContext): OutgoingResponse {
  const asked = parseAsked(text);
  if (asked === undefined) {
    return problemResponse(
      400,
      'a JSON object is expected: { "product", "api", "stage", "action" }, and "resource", "package", "methods" if you like',
    );
  }
  const actionId = context.actionIdOf(asked.package, asked.action);
  if (actionId === undefined) {
    return problemResponse(404, `no web action ${asked.action} is deployed here`);
  }
  const { gateway, origin } = context;
  const { product, api } = findOrAdd(asked, gateway);
  const resource = findResource(api, asked.resource) ?? addResource(api, asked.resource);
  if (resource.methods.size > 0) {
    return problemResponse(409, "the console does not offer a resource that has a method already");
  }
  addMethods(resource, asked, actionId);
  const stage = findStage(api, asked.stage);
  if (stage === undefined) {
    addStage(api, { stageName: asked.stage, endpointDomain: "NONE" }, gateway.now());
  } else {
    deploy(stage, { api, deploymentDescription: "", nowMs: gateway.now() });
  }
  const invokeUrl = `${origin}/${product.productId}/${api.apiName}/${asked.stage}${asked.resource}`;
  return jsonResponse(201, { valuesAreMadeUp: true, invokeUrl });
}

function findOrAdd(asked: Asked, gateway: ApiGateway) {
  const products = [...gateway.products.values()];
  const product =
    products.find(({ productName }) => productName === asked.product) ??
    addProduct(gateway, {
      ...{ productName: asked.product, subscriptionCode: "PUBLIC", productDescription: "" },
    });
  const apis: readonly GatewayApi[] = [...product.apis.values()];
  const api = apis.find(({ apiName }) => apiName === asked.api) ?? addApi(product, asked.api, "");
  return { product, api };
}

function addMethods(resource: GatewayResource, asked: Asked, actionId: string): void {
  for (const methodName of asked.methods) {
    addMethod(resource, {
      methodName,
      ncpEndPoint: madeUpEndPoint(asked, actionId),
      requiredApiKey: { required: false },
      authentication: { platform: "NONE" },
      validation: { type: "NONE" },
    });
  }
}

/** Only the names of these fields, and the regions, are documented. */
function madeUpEndPoint({ action, package: packageName }: Asked, actionId: string): JsonObject {
  const folder = packageName === "-" ? "default" : packageName;
  return {
    service: "MADE_UP_BY_THE_EMULATOR",
    region: "KR",
    actionId,
    actionName: action,
    method: "ANY",
    stream: true,
    url: `https://made-up.example/made-up/${folder}/${action}`,
  };
}

function parseAsked(text: string): Asked | undefined {
  const given = parse(text);
  const {
    product,
    api,
    stage,
    action,
    package: packageName = "-",
    resource = "/webhook/{type+}",
    methods = ["POST"],
  } = given;
  const names = [product, api, stage, action, packageName];
  const areNames = names.every((one) => typeof one === "string" && nameRule.test(one));
  const isPath = typeof resource === "string" && /^(\/[\w{}+-]{1,50}){1,5}$/.test(resource);
  const areMethods =
    Array.isArray(methods) &&
    methods.length > 0 &&
    methods.every((one) => methodsOfConsole.includes(one));
  return areNames && isPath && areMethods
    ? ({ product, api, stage, action, package: packageName, resource, methods } as Asked)
    : undefined;
}

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
