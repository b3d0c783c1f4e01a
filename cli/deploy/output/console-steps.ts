import { functionNames } from "../../project/functions.ts";
import { anyTriggerOptions, type Deployment } from "../desired/deployment.ts";
import { toNames } from "../desired/names.ts";

/**
 * Returns the triggers that the management API does not know, for each function that any trigger may call (guide, pages
 * of the types "Resource Manager" and "API Gateway", https://guide.ncloud-docs.com/docs/en/cloudfunctions-apigateway-vpc,
 * read in November 2026).
 */
export function consoleTriggers(deployment: Deployment): { consoleTriggers?: readonly string[] } {
  const names = toNames(deployment);
  const lines = functionNames.flatMap((name) =>
    anyTriggerOptions(deployment, name) === undefined ? [] : linesFor(names.actions[name]),
  );
  return lines.length === 0 ? {} : { consoleTriggers: lines };
}

function linesFor(action: string): readonly string[] {
  return [
    `Resource Manager: Cloud Functions > Trigger, create one of this type, choose an Observer, and link the action ${action}.`,
    `API Gateway: on the page of the action ${action}, add a trigger of this type. It says Webhook: it passes JSON fields and no headers, so no signature can be checked. Choose an API key or IAM as its authentication.`,
  ];
}

export function anyTriggerWarnings(deployment: Deployment): readonly string[] {
  return functionNames.flatMap((name) => {
    const triggers = anyTriggerOptions(deployment, name)?.triggers ?? [];
    const types = [...new Set(triggers.map(({ type }) => type))];
    return [
      ...(types.length === 0
        ? []
        : [
            `what triggers of the types ${types.join(", ")} pass to ${name} is not documented in full: look at the first event, then choose its id, type and key`,
          ]),
      ...(types.includes("secret_manager")
        ? [
            `secret_manager triggers are documented to run for the steps of a rotation: ${name} reports the steps and rotates nothing`,
          ]
        : []),
      ...(types.includes("github")
        ? ["GitHub triggers are reached through API Gateway, which is billed apart"]
        : []),
    ];
  });
}

/** Returns what a removal leaves in the console. */
export function manualRemoval(deployment: Deployment): readonly string[] {
  const apis = functionNames.flatMap((name) =>
    (anyTriggerOptions(deployment, name)?.triggers ?? []).flatMap((one) =>
      one.type === "github" && one.link !== undefined ? [one.link.apiName] : [],
    ),
  );
  return [
    ...(apis.length === 0
      ? []
      : [
          `Whether a GitHub trigger's way through API Gateway goes with it is not documented: look for ${[...new Set(apis)].join(", ")} there, and at the repository's webhooks.`,
        ]),
  ];
}
