import type { JsonObject } from "../cloud-functions/resources.ts";
import { jsonResponse, type OutgoingResponse } from "../http/response.ts";
import { absent, deploymentsMax } from "./check-fields.ts";
import type {
  ApiPlace,
  GatewayApi,
  GatewayCall,
  GatewayDeployment,
  GatewayStage,
} from "./model.ts";
import { noSuchPath, pageOf } from "./responses.ts";

type Deployed = {
  readonly api: GatewayApi;
  readonly deploymentDescription: string;
  readonly nowMs: number;
};

/** Deploys the API as it is now. The oldest deployments are forgotten. */
export function deploy(stage: GatewayStage, { api, deploymentDescription, nowMs }: Deployed): void {
  const newest = stage.deployments.at(-1)?.stageDeploymentNo ?? 0;
  const deployment = {
    stageDeploymentNo: newest + 1,
    deployedTime: new Date(nowMs).toISOString(),
    deploymentDescription,
    resources: [...api.resources.values()].map((one) => ({
      ...one,
      methods: new Map(one.methods),
    })),
  };
  stage.deployments.push(deployment);
  stage.deployments.splice(0, stage.deployments.length - deploymentsMax);
  stage.deployedNo = deployment.stageDeploymentNo;
}

export function rollBack({ body }: GatewayCall, stage: GatewayStage): OutgoingResponse {
  const found = stage.deployments.find((one) => one.stageDeploymentNo === body["deploymentNo"]);
  if (found === undefined) {
    return absent("deployment");
  }
  stage.deployedNo = found.stageDeploymentNo;
  return jsonResponse(200, {});
}

/** Handles `…/deployments` and the rows of the URLs below it. */
export function handleDeployments(
  call: GatewayCall,
  stage: GatewayStage,
  place: ApiPlace,
): OutgoingResponse {
  const [, , , , , , , no, , resourceId, , methodName] = call.segments;
  if (call.method !== "GET") {
    return noSuchPath();
  }
  if (no === undefined) {
    return listDeployments(call, stage, place);
  }
  const deployment = stage.deployments.find((one) => String(one.stageDeploymentNo) === no);
  const resource = deployment?.resources.find((one) => one.resourceId === resourceId);
  if (deployment === undefined || resource === undefined || methodName === undefined) {
    return absent("deployment");
  }
  if (!resource.methods.has(methodName)) {
    return absent("method");
  }
  const { product, api } = place;
  const { resourcePath } = resource;
  const invokeUrl = `${call.origin}/${product.productId}/${api.apiName}/${stage.stageName}${resourcePath}`;
  const { stageDeploymentNo } = deployment;
  return jsonResponse(200, {
    stageMethod: {
      ...{ invokeUrl, restUrl: resourcePath, methodName, resourceId, resourcePath },
      ...{ stageDeploymentNo, isInherit: true },
    },
  });
}

/** The newest stand first. */
function listDeployments(
  { search }: GatewayCall,
  { deployments, deployedNo }: GatewayStage,
  { gateway: { forms } }: ApiPlace,
): OutgoingResponse {
  const shown = deployments.toReversed().map((one) => show(one, forms.descriptions));
  return jsonResponse(200, {
    content: pageOf(shown, search, forms.pageSize),
    total: shown.length,
    defaultDeploymentNo: deployedNo,
  });
}

function show(
  { stageDeploymentNo, deployedTime, deploymentDescription }: GatewayDeployment,
  isDescribed: boolean,
): JsonObject {
  return {
    ...{ stageDeploymentNo, deployedTime },
    ...(isDescribed ? { deploymentDescription } : {}),
  };
}
