import type { Problem } from "../../../../lib/model/settings.ts";
import type { FunctionName } from "../../../../lib/registry/names.ts";
import { allSettingNames, functionNames } from "../../../project/functions.ts";
import { type RegionName, regions } from "../../api/regions.ts";
import { anyTriggerOptions, type Deployment } from "../deployment.ts";
import { nameCharactersMax, toAnyTriggerName } from "../names.ts";
import { identityOf, linkForms } from "./link-forms.ts";
import {
  accessTokenVariableDefault,
  type EventTriggerOptions,
  type EventTriggerType,
  ownNameOf,
} from "./trigger-options.ts";

/** The regions in which the guide documents each type (read 2026-11-30). Nothing was found about `fin`, so it may have all. */
const regionsOf: Readonly<Record<EventTriggerType, readonly RegionName[]>> = {
  insight: ["kr", "sg", "jp", "fin"],
  github: ["kr", "sg", "jp", "fin", "gov"],
  source_commit: ["kr", "fin"],
  secret_manager: ["kr", "jp", "fin"],
};

/** The documented limit of one repository of SourceCommit (read 2026-11-30). */
const webhooksMax = 10;

type Located = { readonly options: EventTriggerOptions; readonly at: string };

/** Checks what no single field shows: names, regions, duplicates and limits over several triggers. */
export function checkTriggers(deployment: Deployment): readonly Problem[] {
  return functionNames.flatMap((name) => {
    const triggers = anyTriggerOptions(deployment, name)?.triggers ?? [];
    const located = triggers.map((options, index) => ({
      options,
      at: `functions.${name}.triggers.${index}`,
    }));
    return [
      ...checkNames(deployment, name, located),
      ...located.flatMap((one) => checkType(deployment, one)),
      ...located.flatMap(checkLinks),
      ...located.flatMap((one) => checkGithub(deployment, one)),
      ...checkWebhooks(located),
    ];
  });
}

function checkNames(
  deployment: Deployment,
  name: FunctionName,
  located: readonly Located[],
): readonly Problem[] {
  const owns = located.map(({ options }) => ownNameOf(options));
  return located.flatMap(({ at }, index) => {
    const own = owns[index] ?? "";
    const { length } = toAnyTriggerName(deployment, name, own);
    const first = owns.indexOf(own);
    return [
      ...(length <= nameCharactersMax
        ? []
        : [
            {
              setting: `${at}.name`,
              text: `makes a name of ${length} characters with the prefix, and at most ${nameCharactersMax} are allowed`,
            },
          ]),
      ...(first === index
        ? []
        : [
            {
              setting: `${at}.name`,
              text: `is that of triggers.${first} too: give each trigger a name of its own`,
            },
          ]),
    ];
  });
}

function checkType(
  { region, platform }: Deployment,
  { options: { type }, at }: Located,
): readonly Problem[] {
  if (!regionsOf[type].includes(region)) {
    const known = regionsOf[type].filter((one) => one !== "fin");
    return [{ setting: `${at}.type`, text: `${type} is documented for ${known.join(", ")} only` }];
  }
  return type === "source_commit" && platform === "classic"
    ? [{ setting: `${at}.type`, text: `${type} is documented for the platform vpc only` }]
    : [];
}

/** Refuses a link that is there twice. */
function checkLinks({ options, at }: Located): readonly Problem[] {
  if (options.type === "github") {
    return [];
  }
  const form = linkForms[options.type];
  const names = options.links.map((link) => identityOf({ ...link }, form));
  return names.flatMap((one, index) =>
    names.indexOf(one) === index
      ? []
      : [{ setting: `${at}.links.${index}`, text: `is that of links.${names.indexOf(one)} too` }],
  );
}

const deployKeys = ["DEPLOY_ACCESS_KEY", "DEPLOY_SECRET_KEY"];

function checkGithub({ region }: Deployment, { options, at }: Located): readonly Problem[] {
  if (options.type !== "github") {
    return [];
  }
  const { link, credential, events } = options;
  const variable = credential.accessTokenVariable;
  const isOurs = [...allSettingNames, ...deployKeys].includes(variable);
  return [
    ...(isOurs
      ? [
          {
            setting: `${at}.credential.accessTokenVariable`,
            text: `must not be a setting of ours; ${accessTokenVariableDefault} is the default`,
          },
        ]
      : []),
    ...(new Set(events).size === events.length
      ? []
      : [{ setting: `${at}.events`, text: "names an event twice" }]),
    ...(link === undefined ? [] : checkGateway(region, link, `${at}.link`)),
  ];
}

type Gateway = NonNullable<Extract<EventTriggerOptions, { readonly type: "github" }>["link"]>;

/**
 * Version 2.0, and the page of the finance zone, take the product's id (https://api-gov.ncloud-docs.com/docs/compute-cloudfunctions-puttrigger,
 * read 2026-11-30).
 */
function checkGateway(region: RegionName, link: Gateway, at: string): readonly Problem[] {
  const takesId = regions[region].version === "2.0" || region === "fin";
  const [wanted, other] = takesId
    ? (["productId", "productName"] as const)
    : (["productName", "productId"] as const);
  const given = (key: keyof Gateway) => link[key] !== undefined;
  return [
    ...(given(wanted)
      ? []
      : [{ setting: `${at}.${wanted}`, text: `is required in region ${region}` }]),
    ...(given(other)
      ? [{ setting: `${at}.${other}`, text: `is not taken in region ${region}: give ${wanted}` }]
      : []),
    ...(!takesId && given("authentication")
      ? [{ setting: `${at}.authentication`, text: `is not taken in region ${region}` }]
      : []),
  ];
}

function checkWebhooks(located: readonly Located[]): readonly Problem[] {
  const links = located.flatMap(({ options, at }) =>
    options.type === "source_commit"
      ? options.links.map(({ repositoryName, webhookName }) => ({
          repositoryName,
          webhook: JSON.stringify([repositoryName, webhookName]),
          at,
        }))
      : [],
  );
  return [...new Set(links.map(({ repositoryName }) => repositoryName))].flatMap((repository) => {
    const own = links.filter(({ repositoryName }) => repositoryName === repository);
    const count = new Set(own.map(({ webhook }) => webhook)).size;
    return count <= webhooksMax
      ? []
      : [
          {
            setting: `${own[0]?.at}.links`,
            text: `name ${count} webhooks of one repository, which can have ${webhooksMax}`,
          },
        ];
  });
}

const tokenNames = ["accessToken", "token", "password"];

/** Finds access tokens that stand in the configuration itself. Their values are never looked at. */
export function findPlainTokens(given: unknown): readonly Problem[] {
  const functions = toObject(toObject(given)["functions"]);
  return Object.entries(functions).flatMap(([name, own]) => {
    const triggers = toObject(own)["triggers"];
    return (Array.isArray(triggers) ? triggers : []).flatMap((trigger: unknown, index) =>
      ["credential", "credentials"].flatMap((field) =>
        Object.keys(toObject(toObject(trigger)[field]))
          .filter((key) => tokenNames.includes(key))
          .map((key) => ({
            setting: `functions.${name}.triggers.${index}.${field}.${key}`,
            text: `must not be in this file, because it is a secret: set ${accessTokenVariableDefault} in the settings file or the environment, or name another variable in accessTokenVariable`,
          })),
      ),
    );
  });
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
