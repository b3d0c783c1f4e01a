import type { ActualGateway } from "../actual/actual-gateway.ts";
import { isMarked, shortHash, toDescription } from "../wanted-gateway.ts";
import type { GatewayInput, GatewayStep } from "./gateway-step.ts";
import { toMethodBody, wantedMethods } from "./method-body.ts";
import { isConsoles, isFormer } from "./plan-methods.ts";

/** Creating a stage deploys it. Later changes need a deployment, and nothing else does. */
export function stageStep(
  actual: ActualGateway,
  input: GatewayInput,
  methods: readonly GatewayStep[],
): GatewayStep {
  const own = ownOf(input);
  if (actual.stage === undefined) {
    return { ...own, change: "create", fields: [], write: { kind: "stage" } };
  }
  return methods.every(({ change }) => change === "same") && isDeployed(actual, input)
    ? { ...own, change: "same", fields: [], write: { kind: "none" } }
    : deployStep(input);
}

export function deployStep(input: GatewayInput): GatewayStep {
  const fields = [{ field: "deployment", change: "changed" as const }];
  return { ...ownOf(input), change: "update", fields, write: { kind: "deploy" } };
}

function ownOf({ wanted }: GatewayInput) {
  return { kind: "gateway stage", name: wanted.stage, level: "stage" as const };
}

/** The description of a deployment says which methods it holds, so that an interrupted run is told from a finished one. */
export function deploymentDescription(input: GatewayInput): string {
  const { wanted, template, action } = input;
  const bodies = wantedMethods(wanted, template).map((name) =>
    toMethodBody(name, { wanted, template, action }),
  );
  return toDescription(wanted, shortHash(bodies));
}

/** Without the action nobody knows what the methods shall hold, so nothing differs from it yet. */
function isFillable(input: GatewayInput): boolean {
  const { wanted, template } = input;
  return (
    template === undefined ||
    wantedMethods(wanted, template).every((name) => toMethodBody(name, input))
  );
}

function isDeployed(actual: ActualGateway, input: GatewayInput): boolean {
  const { stage, methods, served } = actual;
  const current = stage?.deployments.find(({ no }) => no === stage.deployedNo);
  const isServed = methods.length > 0 && methods.every(({ name }) => served.includes(name));
  if (methods.some((one) => isFormer(one, input))) {
    return false;
  }
  if (!isFillable(input) || current?.description === deploymentDescription(input)) {
    return isServed;
  }
  const isForeign = current?.description !== undefined && !isMarked(current.description);
  const areConsoles = methods.every((one) => isConsoles(one, input.wanted));
  return isServed && (current?.description === undefined || (isForeign && areConsoles));
}
