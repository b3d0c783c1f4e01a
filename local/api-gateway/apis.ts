import type { JsonObject } from "../cloud-functions/resources.ts";
import { noContent } from "../cloud-functions/responses.ts";
import { jsonResponse, type OutgoingResponse } from "../http/response.ts";
import {
  absent,
  apisMax,
  checkDescription,
  checkName,
  full,
  inUse,
  taken,
} from "./check-fields.ts";
import {
  type ApiGateway,
  type ApiPlace,
  type GatewayApi,
  type GatewayCall,
  type GatewayProduct,
  newId,
} from "./model.ts";
import { handleResources } from "./resources.ts";
import { deniedResponse, noSuchPath, pageOf } from "./responses.ts";
import { deployApi, handleStages } from "./stages.ts";

const apiName = /^[A-Za-z0-9_-]{1,20}$/;

/** Handles `/products/{productId}/apis` and the paths below it. */
export function handleApis(
  call: GatewayCall,
  product: GatewayProduct,
  gateway: ApiGateway,
): OutgoingResponse {
  const [, , , apiId, below] = call.segments;
  if (apiId === undefined) {
    return call.method === "GET"
      ? listApis(call, product, gateway)
      : postApi(call, product, gateway);
  }
  const api = product.apis.get(apiId);
  if (api === undefined) {
    return absent("api");
  }
  const place = { product, api, gateway };
  switch (below) {
    case "resources":
      return handleResources(call, place);
    case "stages":
      return handleStages(call, place);
    case "deploy":
      return call.method === "POST" ? deployApi(call, place) : noSuchPath();
    case undefined:
      return handleApi(call, place);
    default:
      return noSuchPath();
  }
}

function handleApi({ method }: GatewayCall, { product, api, gateway }: ApiPlace): OutgoingResponse {
  if (method === "DELETE") {
    if (api.stages.size > 0) {
      return inUse("the API has stages");
    }
    product.apis.delete(api.apiId);
    return noContent;
  }
  return method === "GET"
    ? jsonResponse(200, { api: showApi(api, product, gateway) })
    : noSuchPath();
}

/** An item of the list has no description: that is in the API itself. */
function listApis(
  { search }: GatewayCall,
  product: GatewayProduct,
  { forms }: ApiGateway,
): OutgoingResponse {
  const asked = (search.get("apiName") ?? "").toLowerCase();
  const found = [...product.apis.values()].filter((one) =>
    one.apiName.toLowerCase().includes(asked),
  );
  const items = found.map((one) => ({
    ...{ apiId: one.apiId, apiName: one.apiName, isDeleted: false },
    ...(search.get("withStage") === "true" ? { stages: stageItems(one) } : {}),
  }));
  return jsonResponse(200, { apis: pageOf(items, search, forms.pageSize), total: items.length });
}

function stageItems({ apiId, stages }: GatewayApi): readonly JsonObject[] {
  return [...stages.values()].map(({ stageId, stageName }) => ({
    ...{ apiId, stageId, stageName },
    isPublished: false,
  }));
}

function postApi(
  { method, body }: GatewayCall,
  product: GatewayProduct,
  gateway: ApiGateway,
): OutgoingResponse {
  if (method !== "POST") {
    return noSuchPath();
  }
  if (gateway.forms.denied.includes("api")) {
    return deniedResponse("api");
  }
  const refused =
    checkName(body["apiName"], "apiName", apiName) ??
    checkDescription(body, "apiDescription") ??
    (product.apis.size < apisMax ? undefined : full(`at most ${apisMax} APIs`)) ??
    ([...product.apis.values()].some((one) => one.apiName === body["apiName"])
      ? taken("apiName")
      : undefined);
  if (refused !== undefined) {
    return refused;
  }
  const api = addApi(product, String(body["apiName"]), String(body["apiDescription"] ?? ""));
  return jsonResponse(201, { api: showApi(api, product, gateway) });
}

/** Adds an API, which has the resource `/` from the beginning. */
export function addApi(product: GatewayProduct, name: string, apiDescription: string): GatewayApi {
  const root = { resourceId: newId(), resourcePath: "/", methods: new Map() };
  const api: GatewayApi = {
    ...{ apiId: newId(), apiName: name, apiDescription },
    resources: new Map([[root.resourceId, root]]),
    stages: new Map(),
  };
  product.apis.set(api.apiId, api);
  return api;
}

function showApi(
  api: GatewayApi,
  { productId }: GatewayProduct,
  { forms }: ApiGateway,
): JsonObject {
  const { apiId, apiName: name, apiDescription } = api;
  return {
    ...{ apiId, apiName: name, productId, isDeleted: false },
    ...(forms.descriptions ? { apiDescription } : {}),
  };
}
