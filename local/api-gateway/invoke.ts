import { isJsonObject } from "../cloud-functions/check-fields.ts";
import type { JsonObject } from "../cloud-functions/resources.ts";
import type { OutgoingResponse } from "../http/response.ts";
import type { ApiGateway, GatewayMethod, GatewayResource, WebRequest } from "./model.ts";
import { isProductId } from "./model.ts";
import { gatewayRefusal } from "./responses.ts";

/**
 * The gateway takes 10 MB: https://guide.ncloud-docs.com/docs/en/cloudfunctions-troubleshoot-invocation (read
 * 2026-11-30).
 */
const bodyBytesMax = 10_000_000;

/** Tells a path of the stages from one of the management APIs: it begins with a product's id. */
export function isInvocation(target: string): boolean {
  return isProductId(target.split(/[/?]/)[1] ?? "");
}

/**
 * Serves `/{productId}/{apiName}/{stageName}{resourcePath}`, which stands for the host
 * `https://{productId}.apigw.ntruss.com`. Only what was deployed to the stage is served.
 */
export async function invokeStage(
  { target, ...request }: Omit<WebRequest, "path" | "query"> & { readonly target: string },
  gateway: ApiGateway,
): Promise<OutgoingResponse> {
  if (request.body.length > bodyBytesMax) {
    return gatewayRefusal(430);
  }
  const [path = "", ...queries] = target.split("?");
  const found = findMethod(path, request.method, gateway);
  if (found === undefined) {
    return gatewayRefusal(300);
  }
  const { method, rest } = found;
  const refused = checkFilters(method);
  if (refused !== undefined) {
    return refused;
  }
  return await callEndPoint(method, { ...request, path: rest, query: queries.join("?") }, gateway);
}

type Found = { readonly method: GatewayMethod; readonly rest: string };

function findMethod(path: string, name: string, gateway: ApiGateway): Found | undefined {
  const [, productId = "", apiName, stageName, ...segments] = path.split("/");
  const apis = [...(gateway.products.get(productId)?.apis.values() ?? [])];
  const stages = [...(apis.find((one) => one.apiName === apiName)?.stages.values() ?? [])];
  const stage = stages.find((one) => one.stageName === stageName);
  const deployed = stage?.deployments.find((one) => one.stageDeploymentNo === stage.deployedNo);
  const matching = (deployed?.resources ?? [])
    .flatMap((resource) => {
      const rest = matchPath(resource.resourcePath, segments);
      return rest === undefined ? [] : [{ resource, rest }];
    })
    // A path that is written out goes before one with a parameter.
    .toSorted((a, b) => parametersIn(a.resource) - parametersIn(b.resource));
  const [first] = matching;
  const method = first?.resource.methods.get(name) ?? first?.resource.methods.get("ANY");
  return first === undefined || method === undefined ? undefined : { method, rest: first.rest };
}

function parametersIn({ resourcePath }: GatewayResource): number {
  return resourcePath.split("{").length + (resourcePath.endsWith("+}") ? 1 : 0);
}

/** Returns what the last parameter took, and undefined if the path is not the resource's. */
function matchPath(resourcePath: string, segments: readonly string[]): string | undefined {
  const parts = resourcePath.split("/").slice(1);
  const isGreedy = parts.at(-1)?.endsWith("+}") === true;
  const isLong = segments.length > parts.length;
  const fits = parts.every(
    (part, index) => part === segments[index] || (part.startsWith("{") && !!segments[index]),
  );
  if (!fits || (isLong && !isGreedy)) {
    return undefined;
  }
  return isGreedy ? `/${segments.slice(parts.length - 1).join("/")}` : "";
}

function checkFilters({
  requiredApiKey,
  authentication,
}: GatewayMethod): OutgoingResponse | undefined {
  // Seen live: a call without the key that a method requires is 401 with 210. The emulator has no such keys.
  if (isJsonObject(requiredApiKey) && requiredApiKey["required"] === true) {
    return gatewayRefusal(210);
  }
  const { platform = "NONE" } = isJsonObject(authentication) ? authentication : {};
  return platform === "NONE" ? undefined : gatewayRefusal(200);
}

async function callEndPoint(
  { ncpEndPoint, mockEndPoint }: GatewayMethod,
  request: WebRequest,
  gateway: ApiGateway,
): Promise<OutgoingResponse> {
  if (isJsonObject(mockEndPoint)) {
    return mockResponse(mockEndPoint);
  }
  if (!isJsonObject(ncpEndPoint)) {
    // The emulator calls no other machine.
    return gatewayRefusal(500);
  }
  const { actionId, actionName } = ncpEndPoint;
  const endPoint = { actionId: String(actionId), actionName: String(actionName) };
  const outgoing = await gateway.callAction(endPoint, request);
  return outgoing === undefined ? gatewayRefusal(500) : withoutOwnOfConnection(outgoing);
}

/** These headers are those of the emulator's own connection. */
function withoutOwnOfConnection(outgoing: OutgoingResponse): OutgoingResponse {
  const {
    "content-length": _,
    "transfer-encoding": __,
    connection: ___,
    ...headers
  } = outgoing.headers;
  return { ...outgoing, headers };
}

function mockResponse({ response = "" }: JsonObject): OutgoingResponse {
  return { status: 200, headers: { "content-type": "application/json" }, body: String(response) };
}
