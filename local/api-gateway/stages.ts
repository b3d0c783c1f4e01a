import type { JsonObject } from "../cloud-functions/resources.ts";
import { noContent } from "../cloud-functions/responses.ts";
import { jsonResponse, type OutgoingResponse } from "../http/response.ts";
import {
  absent,
  checkDescription,
  checkName,
  full,
  invalid,
  isHttpUrl,
  stagesMax,
  taken,
} from "./check-fields.ts";
import { deploy, handleDeployments, rollBack } from "./deployments.ts";
import {
  type ApiPlace,
  type GatewayApi,
  type GatewayCall,
  type GatewayStage,
  newId,
} from "./model.ts";
import { noSuchPath } from "./responses.ts";

const stageName = /^[A-Za-z0-9_-]{1,20}$/;
const endpointDomainCharactersMax = 200;

/** Handles `…/stages` and the paths below it. */
export function handleStages(call: GatewayCall, place: ApiPlace): OutgoingResponse {
  const { api, product } = place;
  const [, , , , , stageId, below] = call.segments;
  if (stageId === undefined) {
    const host = `${new URL(call.origin).host}/${product.productId}`;
    return call.method === "GET"
      ? jsonResponse(200, { host, stages: [...api.stages.values()].map((one) => show(one, api)) })
      : postStage(call, place);
  }
  const stage = api.stages.get(stageId);
  if (stage === undefined) {
    return absent("stage");
  }
  switch (below) {
    case undefined:
      return handleStage(call, stage, api);
    case "deployments":
      return handleDeployments(call, stage, place);
    case "deploy":
      return call.method === "POST" ? rollBack(call, stage) : noSuchPath();
    case "usage-plan":
      return putUsagePlan(call, stage);
    case "export":
      return call.method === "GET" ? exportStage(call, stage, place) : noSuchPath();
    default:
      return noSuchPath();
  }
}

function handleStage(
  { method }: GatewayCall,
  stage: GatewayStage,
  api: GatewayApi,
): OutgoingResponse {
  if (method === "DELETE") {
    api.stages.delete(stage.stageId);
    return noContent;
  }
  return method === "GET" ? jsonResponse(200, { stage: show(stage, api) }) : noSuchPath();
}

function postStage({ method, body }: GatewayCall, place: ApiPlace): OutgoingResponse {
  if (method !== "POST") {
    return noSuchPath();
  }
  const { api, gateway } = place;
  const domain = String(body["endpointDomain"]);
  const refused =
    checkName(body["stageName"], "stageName", stageName) ??
    (domain === "NONE" || isHttpUrl(domain, endpointDomainCharactersMax)
      ? undefined
      : invalid("endpointDomain must be an http(s) URL or NONE")) ??
    checkDescription(body, "deploymentDescription") ??
    (api.stages.size < stagesMax ? undefined : full(`at most ${stagesMax} stages`)) ??
    (findStage(api, String(body["stageName"])) === undefined ? undefined : taken("stageName"));
  if (refused !== undefined) {
    return refused;
  }
  const stage = addStage(api, body, gateway.now());
  return jsonResponse(201, { stage: show(stage, api) });
}

/** Adds a stage. Creating one deploys it. */
export function addStage(api: GatewayApi, body: JsonObject, nowMs: number): GatewayStage {
  const { deploymentDescription = "", ...fields } = body;
  const stage: GatewayStage = {
    ...{ stageId: newId(), stageName: String(body["stageName"]), fields },
    ...{ usagePlan: {}, deployedNo: 0, deployments: [] },
  };
  api.stages.set(stage.stageId, stage);
  deploy(stage, { api, deploymentDescription: String(deploymentDescription), nowMs });
  return stage;
}

/** The response of this call is not known, so the emulator sends an empty one. */
export function deployApi({ body }: GatewayCall, { api, gateway }: ApiPlace): OutgoingResponse {
  const stage = api.stages.get(String(body["stageId"]));
  const refused =
    stage === undefined ? absent("stage") : checkDescription(body, "deploymentDescription");
  if (stage === undefined || refused !== undefined) {
    return refused ?? absent("stage");
  }
  const deploymentDescription = String(body["deploymentDescription"] ?? "");
  deploy(stage, { api, deploymentDescription, nowMs: gateway.now() });
  return jsonResponse(200, {});
}

export function findStage({ stages }: GatewayApi, name: string): GatewayStage | undefined {
  return [...stages.values()].find((one) => one.stageName === name);
}

function show(
  { stageId, stageName: name, fields, deployedNo, usagePlan }: GatewayStage,
  { apiId }: GatewayApi,
): JsonObject {
  return {
    ...{ ...fields, ...usagePlan, stageId, stageName: name, apiId },
    deployedStageDeploymentNo: deployedNo,
  };
}

function putUsagePlan({ method, body }: GatewayCall, stage: GatewayStage): OutgoingResponse {
  if (method !== "PUT") {
    return noSuchPath();
  }
  const { rateRps, dayQuotaRequest, monthQuotaRequest, quotaCondition } = body;
  stage.usagePlan = { rateRps, dayQuotaRequest, monthQuotaRequest, quotaCondition };
  return jsonResponse(200, {});
}

/** Exports what is deployed. Only the two extensions that are documented by name are filled. */
function exportStage(
  { search }: GatewayCall,
  stage: GatewayStage,
  { api }: ApiPlace,
): OutgoingResponse {
  const platform = search.get("platform") ?? "OPENAPI3_JSON";
  if (platform !== "OPENAPI3_JSON") {
    return invalid("the emulator exports OPENAPI3_JSON only");
  }
  const deployed = stage.deployments.find((one) => one.stageDeploymentNo === stage.deployedNo);
  const paths = (deployed?.resources ?? []).map(({ resourcePath, methods }) => {
    const operations = [...methods.values()].map((method) => {
      const { methodName, ncpEndPoint, httpEndPoint, mockEndPoint } = method;
      const { requiredApiKey, authentication, validation } = method;
      const operation = {
        "x-ncp-apigateway-endpoint": { ncpEndPoint, httpEndPoint, mockEndPoint },
        "x-ncp-apigateway-filters": { requiredApiKey, authentication, validation },
      };
      return [methodName.toLowerCase(), operation];
    });
    return [resourcePath, Object.fromEntries(operations)];
  });
  const info = { title: api.apiName, version: stage.stageName };
  return jsonResponse(200, { openapi: "3.0.1", info, paths: Object.fromEntries(paths) });
}
