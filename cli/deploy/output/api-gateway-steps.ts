import { functionNames } from "../../project/functions.ts";
import type { DeployLocation } from "../api/regions.ts";
import { type Deployment, webOptions } from "../desired/deployment.ts";
import { toNames } from "../desired/names.ts";

/**
 * Returns the steps that a person does by hand, because the management API has no trigger of type API
 * Gateway. A web action gets the HTTP type there, a basic action the webhook type
 * (https://guide.ncloud-docs.com/docs/en/cloudfunctions-apigateway-vpc, read in November 2026).
 */
export function apiGatewaySteps(
  deployment: Deployment,
  { region }: DeployLocation,
): readonly string[] {
  return functionNames.flatMap((name) => {
    const options = webOptions(deployment, name);
    return options === undefined
      ? []
      : [
          ...stepsFor({ ...options.apiGateway, action: toNames(deployment).actions[name], region }),
          ...(name === "webhook" ? stepsForSenders : []),
          "Not documented: API Gateway's own limits of size and time. Send one delivery of your largest kind.",
        ];
  });
}

type Gateway = Readonly<Record<"product" | "api" | "stage" | "action" | "region", string>>;

function stepsFor({ product, api, stage, action, region }: Gateway): readonly string[] {
  return [
    `In the console, region ${region}: subscribe to API Gateway (it is billed apart).`,
    `Cloud Functions > Action > ${action}: check that its type is a web action and that "raw HTTP" is on.`,
    "There, add a trigger of type API Gateway. The type shown must be HTTP. If it says Webhook, stop: that type passes no headers, so no signature could be checked.",
    `Product: ${product}. API: ${api}. Stage: ${stage}.`,
    "Resource: {type+}, so that the path below it names the source.",
    "Methods: POST and GET.",
    "Authentication: none. Senders prove themselves by their signatures, which webhook checks.",
    "Copy the trigger's URL. An older page shows https://<product id>.apigw.<zone's domain>/<api>/<stage>/<resource>/<type>; how {type+} stands in it is not documented: take the one that the console shows.",
  ];
}

const stepsForSenders = [
  'Try it: GET <URL>/<source> must answer {"status":"ok"}.',
  "At each sender, enter <URL>/<source>: the names in WEBHOOK_SOURCES are the sources.",
];
