import type { ManagementRequest } from "../api/management-api.ts";
import { mark } from "../state/mark.ts";
import { type ActualGateway, childOf, pathOf } from "./actual/actual-gateway.ts";
import type { GatewayInput, GatewayStep } from "./plan/gateway-step.ts";
import { deploymentDescription } from "./plan/plan-stage.ts";
import { toDescription } from "./wanted-gateway.ts";

type Request = Pick<ManagementRequest, "method" | "path" | "body" | "again">;

export function toRequests(
  { change, write }: GatewayStep,
  known: ActualGateway,
  input: GatewayInput,
): readonly Request[] {
  const { wanted } = input;
  const post = (path: string, body: unknown): Request => ({ method: "POST", path, body });
  switch (write.kind) {
    case "product":
      return [
        post("/products", {
          ...{ productName: wanted.product, subscriptionCode: "PUBLIC" },
          description: mark("product of API Gateway", [wanted.owner]),
        }),
      ];
    case "api":
      return [
        post(pathOf(known, "/apis"), {
          ...{ apiName: wanted.api, apiDescription: toDescription(wanted, "API") },
        }),
      ];
    case "resource":
      return [post(pathOf(known, "/resources"), { resourcePath: write.path })];
    case "method":
      return toMethodRequests(change, write.body, known);
    case "unmake":
      return [{ method: "DELETE", path: `${methodsPath(known)}/${write.method}`, again: "always" }];
    case "stage":
      return [post(pathOf(known, "/stages"), stageBody(input))];
    case "deploy": {
      const stageId = known.stage?.id;
      const description = deploymentDescription(input);
      return [post(pathOf(known, "/deploy"), { stageId, deploymentDescription: description })];
    }
    case "none":
      return [];
  }
}

/**
 * A method that differs is deleted and made again. The stage serves what was deployed to it before, so no delivery is
 * refused meanwhile. Deleting can be repeated.
 */
function toMethodRequests(
  change: GatewayStep["change"],
  body: GatewayInput["action"],
  known: ActualGateway,
): readonly Request[] {
  const path = methodsPath(known);
  const name = String(body?.["methodName"]);
  const old = known.methods.some((one) => one.name === name);
  return [
    ...(change === "replace" && old
      ? [{ method: "DELETE", path: `${path}/${name}`, again: "always" } as const]
      : []),
    { method: "POST", path, body },
  ];
}

function methodsPath(known: ActualGateway): string {
  return pathOf(known, `/resources/${childOf(known)?.id ?? ""}/methods`);
}

/** The `endpointDomain` that a stage of functions needs is not documented: the value of the console if there is one, else `NONE`. */
function stageBody(input: GatewayInput) {
  return {
    stageName: input.wanted.stage,
    endpointDomain: input.template?.endpointDomain ?? "NONE",
    isMaintenance: false,
    // The bytes of a body are signed, so nothing may encode them anew.
    enabledContentEncoding: false,
    deploymentDescription: deploymentDescription(input),
  };
}
