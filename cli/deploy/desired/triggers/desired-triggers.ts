import { createHmac } from "node:crypto";
import type { Settings } from "../../../../lib/model/settings.ts";
import type { FunctionName } from "../../../../lib/registry/names.ts";
import { functionNames } from "../../../project/functions.ts";
import { mark, runsField } from "../../state/mark.ts";
import { sha256 } from "../artifact.ts";
import {
  anyTriggerOptions,
  bucketOptions,
  type Deployment,
  scheduledOptions,
} from "../deployment.ts";
import type { Parameters } from "../function-settings.ts";
import { anyTriggerMark, type Names, toAnyTriggerName } from "../names.ts";
import { type LinkType, linkForms, type TriggerLinkOption } from "./link-forms.ts";
import { type EventTriggerOptions, ownNameOf } from "./trigger-options.ts";

export type WantedTrigger = {
  readonly name: string;
  readonly description: string;
  /** The action that it runs. */
  readonly action: string;
  /** Parameters of its own, which come before those of the action. */
  readonly parameters: Parameters;
  /** True if a trigger of ours with another type may be deleted and made again: only deploy chooses its name. */
  readonly isReplaceable: boolean;
} & TriggerCause;

/** The cause that a trigger waits for, with the fields of "Put Trigger". */
export type TriggerCause = CronCause | LinkCause | GithubCause;

type CronCause = { readonly type: "cron"; readonly cronOption: string };

export type LinkCause = { readonly type: LinkType; readonly links: readonly TriggerLinkOption[] };

export type GithubCause = {
  readonly type: "github";
  readonly credential: Readonly<Record<"username" | "accessToken" | "repository", string>>;
  readonly events: readonly string[];
  /** Names in API Gateway, valid when the trigger is created. */
  readonly link: Parameters | undefined;
};

/** Returns a secret of the settings file or the environment; empty if there is none. */
export type ReadSecret = (variable: string) => string;

/** Lists the GitHub triggers, each with the variable that holds its access token. */
export function githubTriggers(deployment: Deployment) {
  return functionNames.flatMap((name) =>
    (anyTriggerOptions(deployment, name)?.triggers ?? []).flatMap((options, index) =>
      options.type === "github"
        ? [
            {
              name: toAnyTriggerName(deployment, name, ownNameOf(options)),
              variable: options.credential.accessTokenVariable,
              at: `functions.${name}.triggers.${index}`,
            },
          ]
        : [],
    ),
  );
}

export type TriggerSources = {
  readonly deployment: Deployment;
  readonly settings: Settings;
  readonly secretOf: ReadSecret;
};

export function toTriggers(sources: TriggerSources, names: Names): readonly WantedTrigger[] {
  return functionNames.flatMap((name) => [
    ...toSingleTrigger(sources.deployment, name, names),
    ...(anyTriggerOptions(sources.deployment, name)?.triggers ?? []).map((options) =>
      toAnyTrigger(options, name, { ...sources, names }),
    ),
  ]);
}

function toSingleTrigger(
  deployment: Deployment,
  name: FunctionName,
  names: Names,
): readonly WantedTrigger[] {
  const trigger = names.triggers[name];
  const cause = causeOf(deployment, name);
  return trigger === undefined || cause === undefined
    ? []
    : [
        {
          name: trigger,
          // No document says that a trigger can be read in full, so its mark says what it does.
          description: mark(
            `${name}, trigger sha256:${sha256(JSON.stringify(bodyOf(cause)))}`,
            fieldsOf(name, names),
          ),
          action: names.actions[name],
          parameters: {},
          isReplaceable: false,
          ...cause,
        },
      ];
}

function causeOf(deployment: Deployment, name: FunctionName): CronCause | LinkCause | undefined {
  const events = bucketOptions(deployment, name)?.events;
  if (events !== undefined) {
    return { type: "object_storage", links: events };
  }
  const scheduled = scheduledOptions(deployment, name);
  return scheduled && { type: "cron", cronOption: scheduled.cronOption ?? scheduled.cron };
}

/** Returns the fields by which a trigger is compared, in the form in which they are sent. */
function bodyOf(cause: CronCause | LinkCause) {
  return cause.type === "cron"
    ? cause
    : { type: cause.type, [linkForms[cause.type].field]: cause.links };
}

function toAnyTrigger(
  options: EventTriggerOptions,
  name: FunctionName,
  { deployment, settings, secretOf, names }: TriggerSources & { readonly names: Names },
): WantedTrigger {
  const { type } = options;
  const cause = type === "github" ? toGithub(options, secretOf) : { type, links: options.links };
  const action = names.actions[name];
  const compared = cause.type === "github" ? withoutSecret(cause, settings) : bodyOf(cause);
  const hash = sha256(JSON.stringify([compared, options.settings]));
  return {
    name: toAnyTriggerName(deployment, name, ownNameOf(options)),
    description: [
      `${anyTriggerMark(name, action)}trigger sha256:${hash}`,
      ...fieldsOf(name, names),
    ].join("; "),
    action,
    parameters: definedIn(options.settings),
    isReplaceable: true,
    ...cause,
  };
}

function fieldsOf(name: FunctionName, { owner, packageName, actions }: Names): readonly string[] {
  return [owner, runsField({ packageName, action: actions[name] })];
}

function toGithub(
  { credential, events, link }: Extract<EventTriggerOptions, { readonly type: "github" }>,
  secretOf: ReadSecret,
): GithubCause {
  const { username, repository, accessTokenVariable } = credential;
  const accessToken = secretOf(accessTokenVariable);
  return {
    type: "github",
    credential: { username, accessToken, repository },
    events,
    link: link && definedIn(link),
  };
}

function definedIn(fields: Readonly<Partial<Record<string, string>>>): Parameters {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/**
 * Replaces the access token by its HMAC under the functions' own secret key. A changed token is then seen although
 * nobody may read it, and the mark tells nothing about it. The names in API Gateway are left out: they cannot change.
 */
function withoutSecret({ type, credential, events }: GithubCause, settings: Settings) {
  const { username, repository, accessToken } = credential;
  const key = String(settings["NCLOUD_SECRET_KEY"]);
  const token = createHmac("sha256", key).update(`access token\n${accessToken}`).digest("hex");
  return { type, username, repository, token, events };
}
