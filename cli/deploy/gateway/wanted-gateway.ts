import type { Settings } from "../../../lib/model/settings.ts";
import { challenges } from "../../../lib/webhooks/challenges/challenges.ts";
import { parseSources } from "../../../lib/webhooks/sources/sources.ts";
import type { RegionName } from "../api/regions.ts";
import { sha256 } from "../desired/artifact.ts";
import { type Deployment, webOptions } from "../desired/deployment.ts";
import { toNames } from "../desired/names.ts";
import { mark, parseMark } from "../state/mark.ts";

/** The desired state of API Gateway: with it senders reach the action of `webhook`. */
export type WantedGateway = {
  readonly product: string;
  readonly api: string;
  readonly stage: string;
  readonly region: RegionName;
  readonly action: string;
  readonly packageName: string;
  /** The HTTP methods that the settings of the sources need. */
  readonly methods: readonly string[];
  /** Whose it is, as every description says it. */
  readonly owner: string;
  /** The owners whose resources are ours. */
  readonly owners: readonly string[];
};

/** A resource is made below its parent, as the one public live run does. */
export const parentPath = "/webhook";
export const childPath = "/webhook/{type+}";

/** The action that senders reach, and its settings. */
export type GatewayTarget = {
  readonly action: string;
  readonly packageName: string;
  readonly settings: Settings;
};

/** Returns undefined if no function takes HTTP. */
export function toWantedGateway(
  deployment: Deployment,
  { action, packageName, settings }: GatewayTarget,
): WantedGateway | undefined {
  const options = webOptions(deployment, "webhook");
  if (options === undefined) {
    return undefined;
  }
  const { owner, owners } = toNames(deployment);
  return {
    ...options.apiGateway,
    ...{ region: deployment.region, action, packageName },
    ...{ methods: methodsFor(settings), owner, owners },
  };
}

/** The names of a removal: those of the configuration, or the usual ones if `webhook` is no longer in it. */
export function toRemovedGateway(deployment: Deployment): WantedGateway {
  const functions = {
    ...deployment.functions,
    webhook: deployment.functions.webhook ?? usualWebhook,
  };
  const { packageName, actions } = toNames(deployment);
  const target = { action: actions.webhook, packageName, settings: {} };
  return toWantedGateway({ ...deployment, functions } as Deployment, target) as WantedGateway;
}

const usualWebhook = {
  apiGateway: { product: "datastream-relay", api: "webhooks", stage: "v1" },
};

/**
 * POST carries events, GET the health check and most verifications of an endpoint, and OPTIONS that of CloudEvents. The
 * gateway refuses all others before they start the action.
 */
function methodsFor(settings: Settings): readonly string[] {
  const parsed = parseSources(settings);
  const sources = parsed.ok ? [...parsed.value.byName.values()] : [];
  const takesPost = sources.length === 0 || sources.some(({ methods }) => methods.includes("POST"));
  const takesOptions = sources.some(({ challenge }) => challenge === challenges.cloudevents);
  return [...(takesPost ? ["POST"] : []), "GET", ...(takesOptions ? ["OPTIONS"] : [])];
}

/** Describes what this command makes: which action it leads to, and whose it is. */
export function toDescription({ action, owner }: WantedGateway, text: string): string {
  return mark(`webhook of ${action}, ${text}`, [owner]);
}

export function ownerOf(description: string | undefined): string | undefined {
  return parseMark(description)?.owner;
}

export function otherConfiguration(description: string | undefined): string {
  return `it belongs to another configuration of this command (${ownerOf(description)}): choose another functions.webhook.apiGateway.api`;
}

export function isOurs(description: string | undefined, { owners }: WantedGateway): boolean {
  const owner = ownerOf(description);
  return owner !== undefined && owners.includes(owner);
}

type Facts = {
  readonly api: { readonly description: string | undefined } | undefined;
  readonly methods: readonly { readonly description: string | undefined }[];
};

/** An API keeps its first description, so it may bear an earlier name of ours. Then our methods in it tell. */
export function isOurApi({ api, methods }: Facts, wanted: WantedGateway): boolean {
  const hasOurs = methods.some(({ description }) => isOurs(description, wanted));
  return isOurs(api?.description, wanted) || (isMarked(api?.description) && hasOurs);
}

export function isMarked(description: string | undefined): boolean {
  return parseMark(description) !== undefined;
}

export function shortHash(value: unknown): string {
  return `sha256:${sha256(JSON.stringify(value)).slice(0, 16)}`;
}
