import { ApiFailure } from "../../api/api-failure.ts";
import type { ReportedChange } from "../../output/report.ts";
import { readGateway } from "../actual/read-gateway.ts";
import { type GatewayContext, type GatewayPart, none } from "../gateway-part.ts";
import { stepsAfterRemoval } from "../gateway-steps.ts";
import { toRemovedGateway } from "../wanted-gateway.ts";
import { planGatewayRemoval, removeFromGateway } from "./remove-gateway.ts";

/** Removes what this command made in API Gateway, or tells what would go. */
export async function removeGatewayPart(
  isPlan: boolean,
  { prepared, progress }: Pick<GatewayContext, "prepared" | "progress">,
): Promise<Pick<GatewayPart, "changes" | "manualSteps" | "warnings">> {
  const { gateway, deployment } = prepared;
  if (gateway === undefined) {
    return none;
  }
  try {
    const wanted = toRemovedGateway(deployment);
    const actual = await readGateway(wanted, gateway.api);
    const planned = await planGatewayRemoval(actual, wanted, gateway.api);
    const changes: ReportedChange[] = [];
    for (const { path, ...removal } of planned) {
      if (!isPlan && path !== undefined) {
        progress.begin(removal);
        const ended = await removeFromGateway({ ...removal, path }, gateway.api);
        progress.end(ended);
        changes.push(ended);
      } else {
        changes.push(removal);
      }
    }
    const kept = changes
      .filter(({ change }) => change === "kept")
      .map(({ kind, name }) => `${kind} ${name}`);
    return { changes, warnings: [], manualSteps: stepsAfterRemoval(kept) };
  } catch (error) {
    if (error instanceof ApiFailure && error.isForbidden) {
      return { ...none, warnings: [`API Gateway is left to you: ${error.message}`] };
    }
    throw error;
  }
}
