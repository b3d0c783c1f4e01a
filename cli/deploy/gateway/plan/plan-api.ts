import type { ActualGateway } from "../actual/actual-gateway.ts";
import { isMarked, isOurApi, otherConfiguration, type WantedGateway } from "../wanted-gateway.ts";
import type { GatewayInput, GatewayStep } from "./gateway-step.ts";

export function productStep({ product }: ActualGateway, wanted: WantedGateway): GatewayStep {
  return {
    ...{ kind: "gateway product", name: wanted.product, level: "product", fields: [] },
    change: product === undefined ? "create" : "same",
    write: { kind: "product" },
  };
}

export function apiStep(
  actual: ActualGateway,
  { wanted, template, adopt }: GatewayInput,
): GatewayStep {
  const { api } = actual;
  const own = {
    ...{ kind: "gateway api", name: `${wanted.product}/${wanted.api}`, level: "api" as const },
    ...{ fields: [], write: { kind: "api" as const } },
  };
  if (api === undefined) {
    return { ...own, change: "create" };
  }
  const { id, description } = api;
  const isOwn = description === undefined || isOurApi(actual, wanted);
  if (isMarked(description) && !isOwn && isInUse(actual)) {
    return { ...own, change: "refused", reason: otherConfiguration(description) };
  }
  return isOwn || adopt || template?.adoptedApi === id
    ? { ...own, change: "same" }
    : { ...own, change: "refused", reason: isMarked(description) ? abandoned : notOurs };
}

/** A configuration that was removed or moved can leave its API behind, with a stage of the console in it. */
function isInUse({ methods }: ActualGateway): boolean {
  return methods.some(({ description }) => isMarked(description));
}

const abandoned =
  "another configuration of this command made it, and has no method in it. Use it with --adopt, or choose another functions.webhook.apiGateway.api";
const notOurs =
  "it is there and was not made by this command, and deploying a stage publishes all of it. Choose another functions.webhook.apiGateway.api, use it with --adopt, or leave API Gateway out with --no-gateway";

export function resourceStep(path: string, isThere: boolean): GatewayStep {
  return {
    ...{ kind: "gateway resource", name: path, level: "resource", fields: [] },
    change: isThere ? "same" : "create",
    write: { kind: "resource", path },
  };
}
