import type { FunctionName } from "../../../lib/registry/names.ts";
import { functionNames } from "../../project/functions.ts";
import { anyTriggerOptions, type Deployment, webOptions } from "../desired/deployment.ts";
import { toNames } from "../desired/names.ts";
import type { Prepared } from "../prepare.ts";

/**
 * Returns the triggers that only the console makes: those that the management API does not know, for each function that
 * any trigger may call, and a URL for each function of one's own that takes HTTP (guide, pages of the types "Resource
 * Manager" and "API Gateway", https://guide.ncloud-docs.com/docs/en/cloudfunctions-apigateway-vpc, read in November 2026).
 */
export function consoleTriggers(prepared: ConsoleContext): {
  consoleTriggers?: readonly string[];
} {
  const { deployment } = prepared;
  const names = toNames(deployment);
  const lines = functionNames.flatMap((name) => [
    ...(anyTriggerOptions(deployment, name) === undefined ? [] : linesFor(names.actions[name])),
    ...ownWebFunction(name, deployment).map((options) => urlLine(name, options, prepared)),
  ]);
  return lines.length === 0 ? {} : { consoleTriggers: lines };
}

type ConsoleContext = Pick<Prepared, "deployment" | "gateway" | "local">;
type WebOptions = NonNullable<ReturnType<typeof webOptions>>;

/** Returns the options of a function of one's own that takes HTTP. `webhook` gets its URL from this command. */
function ownWebFunction(name: FunctionName, deployment: Deployment): readonly WebOptions[] {
  const options = name === "webhook" ? undefined : webOptions(deployment, name);
  return options === undefined ? [] : [options];
}

/** The function decides by itself which methods it takes. */
function urlLine(
  name: FunctionName,
  { apiGateway: { product, api, stage } }: WebOptions,
  { deployment, gateway, local }: ConsoleContext,
): string {
  const { actions, packageName } = toNames(deployment);
  const action = actions[name];
  const resource = `/${name}/{type+}`;
  const has = `${name} takes HTTP and has no URL by this command, which makes one for webhook alone.`;
  if (gateway?.isRehearsal === true) {
    const asked = {
      ...{ product, api, stage, action, resource, methods: ["GET", "POST"] },
      ...(packageName === "-" ? {} : { package: packageName }),
    };
    const here = local === undefined ? "" : ` Here ${local.functions}/${name}/<path> calls it.`;
    return `API Gateway: ${has}${here} One call stands for the console: curl -s ${gateway.origin}/_/api-gateway/console-trigger -d '${JSON.stringify(asked)}'`;
  }
  return `API Gateway: ${has} On the page of the action ${action}, add a trigger of this type. It must say HTTP. Product ${product}, API ${api}, stage ${stage}, resource ${resource}, authentication as the function's callers have it. The console then shows the URL.`;
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
  const urls = functionNames.flatMap((name) =>
    ownWebFunction(name, deployment).map(
      ({ apiGateway: { product, api } }) =>
        `If you made an API Gateway trigger for ${name} in the console, delete it there: product ${product}, API ${api}.`,
    ),
  );
  return [
    ...urls,
    ...(apis.length === 0
      ? []
      : [
          `Whether a GitHub trigger's way through API Gateway goes with it is not documented: look for ${[...new Set(apis)].join(", ")} there, and at the repository's webhooks.`,
        ]),
  ];
}
