import type { WantedAction } from "../desired/desired-state.ts";
import type { WantedTrigger } from "../desired/triggers/desired-triggers.ts";
import { linkForms } from "../desired/triggers/link-forms.ts";
import type { ManagementRequest } from "./management-api.ts";
import { actionPath, triggerPath } from "./management-api.ts";
import type { DeployLocation } from "./regions.ts";

/** An upload of code may take this long on a slow line. */
const uploadTimeoutMs = 120_000;

export function putPackage(name: string, description: string): ManagementRequest {
  const body = { description };
  return { method: "PUT", path: `/packages/${encodeURIComponent(name)}`, body };
}

/** Version 2.1 takes the type in the query, version 2.0 a flag in the body. */
export function putAction(
  action: WantedAction,
  packageName: string,
  { version }: DeployLocation,
): ManagementRequest {
  const isWeb = action.type === "web";
  const isOld = version === "2.0";
  const { artifact, kind, main, vpc } = action;
  const body = {
    parameters: action.parameters,
    description: action.description,
    limits: { timeout: action.timeoutMs, memory: action.memoryMb },
    exec: { kind, binary: artifact.binary, code: artifact.code, main },
    ...(vpc === undefined ? {} : { vpc: [vpc] }),
    ...(isOld ? { web: isWeb } : {}),
    ...(isWeb ? { "raw-http": action.rawHttp, "custom-options": action.customOptions } : {}),
  };
  const query = isOld ? {} : { type: action.type };
  const path = actionPath(packageName, action.name);
  return { method: "PUT", path, query, body, timeoutMs: uploadTimeoutMs };
}

/**
 * Version 2.1 takes a flat body, version 2.0 a body within `trigger`. The names in API Gateway, by which a GitHub trigger
 * is reached, are valid and required only when it is created.
 */
export function putTrigger(
  trigger: WantedTrigger,
  { version }: Pick<DeployLocation, "version">,
  { isNew }: { readonly isNew: boolean },
): ManagementRequest {
  const { name, description, type, parameters } = trigger;
  const isOld = version === "2.0";
  const flat = {
    description,
    // Parameters that are no longer configured are removed by an empty object.
    ...(trigger.isReplaceable ? { parameters } : {}),
    ...toCauseFields(trigger, isOld),
  };
  const link = isNew && trigger.type === "github" ? { link: trigger.link } : {};
  const body = isOld ? { trigger: flat, ...link } : { ...flat, ...link };
  return { method: "PUT", path: triggerPath(name), query: { type }, body };
}

/** Version 2.0 calls the credential `credentials`. */
function toCauseFields(trigger: WantedTrigger, isOld: boolean) {
  if (trigger.type === "cron") {
    return { cronOption: trigger.cronOption };
  }
  if (trigger.type === "github") {
    const { credential, events } = trigger;
    return isOld ? { credentials: credential, events } : { credential, events };
  }
  return { [linkForms[trigger.type].field]: trigger.links };
}

export type TriggerLink = {
  readonly trigger: string;
  readonly action: string;
  readonly packageName: string;
};

/**
 * The field table of "Link Action" names the action alone; one of its examples shows `package/action`. The
 * table is followed (NAVER Cloud API guide, https://api.ncloud-docs.com, read in November 2026).
 */
export function linkAction(method: "POST" | "DELETE", link: TriggerLink): ManagementRequest {
  const { trigger, action, packageName } = link;
  const path = `${triggerPath(trigger)}/link-action`;
  return { method, path, body: { action, package: packageName } };
}
