import { textOf } from "../../../lib/encoding/unknown-object.ts";
import { ApiFailure } from "../api/api-failure.ts";
import { actionPath, findContent, type ManagementApi } from "../api/management-api.ts";
import type { ActualGateway } from "./actual/actual-gateway.ts";
import { readGateway } from "./actual/read-gateway.ts";
import type { GatewayContext } from "./gateway-part.ts";
import type { GatewayInput } from "./plan/gateway-step.ts";
import { type Adoption, findAdoptable } from "./template/adopt-method.ts";
import {
  loadTemplate,
  type MethodTemplate,
  templateFileOf,
  whyUnusable,
} from "./template/template.ts";
import { toWantedGateway, type WantedGateway } from "./wanted-gateway.ts";

export type Known = {
  readonly wanted: WantedGateway;
  readonly api: ManagementApi;
  readonly templateFile: string;
};

export function toKnown({ prepared, options, wanted }: GatewayContext): Known | undefined {
  const { gateway, deployment } = prepared;
  const webhook = wanted.actions.find((one) => one.function === "webhook");
  const found =
    webhook &&
    toWantedGateway(deployment, {
      ...{ action: webhook.name, packageName: wanted.packageName, settings: webhook.parameters },
    });
  return gateway === undefined || found === undefined
    ? undefined
    : {
        wanted: found,
        api: gateway.api,
        templateFile: templateFileOf(options.config, gateway.isRehearsal),
      };
}

export type State = {
  readonly actual: ActualGateway;
  readonly input: GatewayInput;
  readonly adoption: Adoption | undefined;
};

export async function readState(
  known: Known,
  { prepared, options, former, rollback }: GatewayContext,
): Promise<State> {
  const { wanted, api, templateFile } = known;
  const { adopt = false } = options;
  const path = actionPath(wanted.packageName, wanted.action);
  const action = await findContent(prepared.api, path);
  const actual = await readGateway(wanted, api);
  const kept = recordedTemplate(rollback, wanted) ?? loadTemplate(templateFile);
  const adoption =
    adopt && rollback === undefined
      ? unlessOutdated(await findAdoptable(actual, { wanted, action, api }), kept)
      : undefined;
  const template = adoption?.kind === "found" ? adoption.template : kept;
  return { actual, adoption, input: { wanted, template, action, adopt, former } };
}

/** If a read of an action shows its id, a method with another one leads to an action that is gone. */
function unlessOutdated(adoption: Adoption, kept: MethodTemplate | undefined): Adoption {
  return adoption.kind === "found" && showsId(kept) && !showsId(adoption.template)
    ? { kind: "none", reason: `${adoption.at} leads to an action that is gone` }
    : adoption;
}

function showsId(template: MethodTemplate | undefined): boolean {
  return textOf(template?.ncpEndPoint["actionId"]).includes("{action.");
}

/** Returns what our methods held before the apply that is rolled back, if it fits the action that they lead to then. */
function recordedTemplate(
  rollback: GatewayContext["rollback"],
  wanted: WantedGateway,
): MethodTemplate | undefined {
  const template = rollback?.recorded?.template ?? undefined;
  return template === undefined || whyUnusable(template, wanted) !== undefined
    ? undefined
    : template;
}

/** A key pair that may deploy functions and not see API Gateway is no reason to stop: the steps are printed instead. */
export async function readOrWhy(known: Known, context: GatewayContext): Promise<State | string> {
  try {
    return await readState(known, context);
  } catch (error) {
    if (error instanceof ApiFailure && error.isForbidden) {
      return error.message;
    }
    throw error;
  }
}
