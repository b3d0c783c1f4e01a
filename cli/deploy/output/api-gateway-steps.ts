import { functionNames } from "../../../lib/registry/names.ts";
import type { Place } from "../api/regions.ts";
import { type Deployment, webOptions } from "../desired/deployment.ts";
import { toNames } from "../desired/names.ts";

/**
 * What a person has to do by hand: the management API knows no trigger of type API Gateway. From the guide's "API
 * Gateway type trigger" page; a web action there gets the HTTP type, a basic one the webhook type.
 */
export function apiGatewaySteps(deployment: Deployment, { region }: Place): readonly string[] {
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
