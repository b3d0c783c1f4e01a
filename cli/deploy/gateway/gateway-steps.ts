import type { WantedGateway } from "./wanted-gateway.ts";
import { childPath, parentPath } from "./wanted-gateway.ts";

export type StepsContext = {
  readonly wanted: WantedGateway;
  /** The origin of the emulator of a rehearsal, which imitates the console. */
  readonly emulator: string | undefined;
  readonly templateFile: string;
  /** True if action, product, API and resources are there, so that the console can offer them. */
  readonly isMade: boolean;
};

/** Returns the steps that a person takes once, because what a method must hold for a function is not documented. */
export function gatewaySteps(context: StepsContext): readonly string[] {
  const { wanted, emulator, templateFile, isMade } = context;
  return [
    ...(isMade ? [] : ["Run --apply: it makes the action, product, API and resources."]),
    ...(emulator === undefined
      ? consoleSteps(wanted, resourceStep)
      : [rehearsedStep(emulator, wanted)]),
    "Run the same command with --apply --adopt. It reads the method back, and from then on makes it by itself.",
    emulator === undefined
      ? `Commit ${templateFile}: it holds what was read, and no secret.`
      : `What it read stays in ${templateFile}, for rehearsals only.`,
  ];
}

/** Returns the steps if API Gateway could not be read or written, so that product, API and resource are a person's too. */
export function unmanagedSteps(wanted: WantedGateway): readonly string[] {
  return [...consoleSteps(wanted, ownResourceStep), ...stepsForSenders];
}

const resourceStep = `Resource: ${childPath}. If it is not offered, it has a method already: delete that method first.`;
const ownResourceStep = `Resource: ${parentPath}, and below it {type+}, so that the path names the source.`;

/**
 * A web action gets the HTTP type in the console, a basic action the webhook type
 * (https://guide.ncloud-docs.com/docs/en/cloudfunctions-apigateway-vpc, read 2026-11-30).
 */
function consoleSteps(
  { product, api, stage, action, region, methods }: WantedGateway,
  resource: string,
): readonly string[] {
  return [
    `In the console, region ${region}: subscribe to API Gateway (it is billed apart).`,
    `Cloud Functions > Action > ${action}: check that its type is a web action and that "raw HTTP" is on.`,
    "There, add a trigger of type API Gateway. The type shown must be HTTP. If it says Webhook, stop: that type passes no headers, so no signature could be checked.",
    `Product: ${product}. API: ${api}. Stage: ${stage}; make it there if it is not offered.`,
    resource,
    `Methods: ${methods.join(" and ")}. If only one can be chosen, take POST: the others are made later.`,
    "Authentication: none. Senders prove themselves by their signatures, which webhook checks.",
  ];
}

/** The values that the emulator writes are made up, so they are kept apart from those of NAVER Cloud. */
function rehearsedStep(
  emulator: string,
  { product, api, stage, action, packageName }: WantedGateway,
): string {
  const asked = {
    ...{ product, api, stage, action },
    ...(packageName === "-" ? {} : { package: packageName }),
  };
  return `This is a rehearsal: one call stands for the steps in the console, with values that are made up. curl -s ${emulator}/_/api-gateway/console-trigger -d '${JSON.stringify(asked)}'`;
}

const stepsForSenders = [
  "Copy the trigger's URL as the console shows it.",
  'Try it: GET <URL>/<source> must answer {"status":"ok"}.',
  "At each sender, enter <URL>/<source>: the names in WEBHOOK_SOURCES are the sources.",
];

/** Returns what a removal leaves in the console. */
export function stepsAfterRemoval(kept: readonly string[]): readonly string[] {
  return kept.length === 0
    ? []
    : [
        `Look in API Gateway at what was kept: ${kept.join(", ")}. A stage serves a method until it is deployed again.`,
      ];
}
