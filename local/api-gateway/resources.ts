import type { JsonObject } from "../cloud-functions/resources.ts";
import { noContent } from "../cloud-functions/responses.ts";
import { jsonResponse, type OutgoingResponse } from "../http/response.ts";
import { absent, checkName, full, inUse, resourcesMax, taken } from "./check-fields.ts";
import { handleMethods } from "./methods.ts";
import {
  type ApiPlace,
  type GatewayApi,
  type GatewayCall,
  type GatewayResource,
  newId,
} from "./model.ts";
import { deniedResponse, noSuchPath } from "./responses.ts";

/** The pattern of the vendor's own export (apigw_v1.json), and a bound so that it never takes long. */
const resourcePath = /^(?=.{1,500}$)(\/|(\/([\w+-]*\w|\{[\w+-]*\w\+?\}))+)$/;

/** Handles `…/resources` and the paths below it. */
export function handleResources(call: GatewayCall, place: ApiPlace): OutgoingResponse {
  const { api } = place;
  const [, , , , , resourceId, below] = call.segments;
  if (resourceId === undefined) {
    return call.method === "GET"
      ? jsonResponse(200, {
          resourceList: [...api.resources.values()].map((one) => show(one, api)),
        })
      : postResource(call, place);
  }
  const resource = api.resources.get(resourceId);
  if (resource === undefined) {
    return absent("resource");
  }
  if (below !== undefined) {
    return below === "methods" ? handleMethods(call, resource, place) : noSuchPath();
  }
  return call.method === "DELETE" ? deleteResource(resource, api) : noSuchPath();
}

function deleteResource(resource: GatewayResource, { resources }: GatewayApi): OutgoingResponse {
  const { resourceId, resourcePath: path } = resource;
  const hasChildren = [...resources.values()].some((one) =>
    one.resourcePath.startsWith(`${path === "/" ? "" : path}/`),
  );
  if (path === "/" || hasChildren) {
    return inUse("the resource has others below it");
  }
  resources.delete(resourceId);
  return noContent;
}

function postResource({ method, body }: GatewayCall, { api, gateway }: ApiPlace): OutgoingResponse {
  if (method !== "POST") {
    return noSuchPath();
  }
  if (gateway.forms.denied.includes("resource")) {
    return deniedResponse("resource");
  }
  const path = body["resourcePath"];
  const refused =
    checkName(path, "resourcePath", resourcePath) ??
    (api.resources.size < resourcesMax ? undefined : full(`at most ${resourcesMax} resources`)) ??
    (findResource(api, String(path)) === undefined ? undefined : taken("resourcePath"));
  if (refused !== undefined) {
    return refused;
  }
  return jsonResponse(201, { resource: show(addResource(api, String(path)), api) });
}

export function addResource({ resources }: GatewayApi, path: string): GatewayResource {
  const resource = { resourceId: newId(), resourcePath: path, methods: new Map() };
  resources.set(resource.resourceId, resource);
  return resource;
}

export function findResource({ resources }: GatewayApi, path: string): GatewayResource | undefined {
  return [...resources.values()].find((one) => one.resourcePath === path);
}

function show(
  { resourceId, resourcePath: path, methods }: GatewayResource,
  { apiId }: GatewayApi,
): JsonObject {
  return {
    ...{ resourceId, apiId, resourcePath: path },
    methods: [...methods.keys()].map((methodName) => ({ methodName, methodCode: methodName })),
  };
}
