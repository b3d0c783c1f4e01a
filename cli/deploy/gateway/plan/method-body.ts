import { isDeepStrictEqual } from "node:util";
import type { UnknownObject } from "../../../../lib/encoding/unknown-object.ts";
import { toPlainText } from "../../api/api-failure.ts";
import type { FieldChange } from "../../plan/difference.ts";
import type { ActualMethod } from "../actual/actual-gateway.ts";
import { fillEndPoint } from "../template/end-point.ts";
import type { MethodTemplate } from "../template/template.ts";
import { shortHash, toDescription, type WantedGateway } from "../wanted-gateway.ts";
import type { GatewayInput } from "./gateway-step.ts";

/** Returns the methods that shall be there: one ANY serves all, if the console made that. */
export function wantedMethods(
  { methods }: WantedGateway,
  template: MethodTemplate | undefined,
): readonly string[] {
  return template?.methodName === "ANY" ? ["ANY"] : methods;
}

/** Returns undefined if the action, which the end point is made of, is not there yet. */
export function toMethodBody(
  methodName: string,
  { wanted, template, action: content }: Pick<GatewayInput, "wanted" | "template" | "action">,
): UnknownObject | undefined {
  const facts = { action: wanted.action, package: wanted.packageName, content };
  const ncpEndPoint =
    template === undefined ? undefined : fillEndPoint(template, facts, methodName);
  return ncpEndPoint === undefined
    ? undefined
    : {
        ...{ methodName, ncpEndPoint },
        // All three filters are required. Senders prove themselves by their signatures, which webhook checks.
        requiredApiKey: { required: false },
        authentication: { platform: "NONE" },
        validation: { type: "NONE" },
        methodDescription: toDescription(wanted, `${methodName} ${shortHash(ncpEndPoint)}`),
      };
}

/** Compares what is shown. Values of the end point are not secret, and are not printed: they are NAVER Cloud's own. */
export function compareMethod(
  actual: ActualMethod,
  body: UnknownObject | undefined,
): readonly FieldChange[] {
  if (body === undefined) {
    return [];
  }
  const { ncpEndPoint, methodDescription } = body;
  const shown = actual.endPoint ?? {};
  const changed = Object.entries(ncpEndPoint as UnknownObject).filter(
    ([name, value]) => name in shown && !isDeepStrictEqual(shown[name], value),
  );
  return [
    ...changed.map(([name]) => ({
      field: `ncpEndPoint.${toPlainText(name)}`,
      change: "changed" as const,
    })),
    ...(actual.isLocked ? [{ field: "authentication", change: "changed" as const }] : []),
    ...(actual.description === undefined || actual.description === methodDescription
      ? []
      : [{ field: "methodDescription", change: "changed" as const }]),
  ];
}
