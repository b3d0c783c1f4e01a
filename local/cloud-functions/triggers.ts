import type { OutgoingResponse } from "../http/response.ts";
import { checkCommon, checkName, objectIn } from "./check-fields.ts";
import { checkTriggerBody, toTriggerType } from "./check-trigger.ts";
import type { CloudFunctionsEmulator } from "./emulator.ts";
import type { ManagementRequest } from "./management-request.ts";
import {
  type Activation,
  actionKey,
  findLinked,
  type JsonObject,
  putResource,
  type StoredTrigger,
  triggersIn,
} from "./resources.ts";
import { apiError, contentResponse, noContent, undocumentedError } from "./responses.ts";
import { runAction } from "./run-action.ts";

/** Handles `/triggers`, `/triggers/{trigger}` and its `link-action`. */
export async function handleTrigger(
  request: ManagementRequest,
  emulator: CloudFunctionsEmulator,
): Promise<OutgoingResponse> {
  const [, name, below = ""] = request.segments;
  if (name === undefined) {
    return listTriggers(request, emulator);
  }
  if (request.method === "PUT") {
    return putTrigger(name, request, emulator);
  }
  const found = emulator.resources.byName.get(name);
  if (found?.kind !== "trigger") {
    return apiError("TRIGGER_NOT_FOUND");
  }
  if (found.platform !== request.platform) {
    return apiError("TRIGGER_PLATFORM_MISMATCH");
  }
  if (below === "link-action") {
    return handleLink(found, request, emulator);
  }
  switch (request.method) {
    case "GET":
      return contentResponse(showTrigger(found, emulator));
    case "DELETE":
      emulator.resources.byName.delete(name);
      return noContent;
    case "POST":
      return await postTrigger(found, request.body, emulator);
    default:
      return undocumentedError(405, "METHOD_NOT_ALLOWED");
  }
}

/**
 * Lists all triggers by name and type, which the page's example writes as people do ("Cron"):
 * https://api.ncloud-docs.com/docs/en/compute-cloudfunctions-gettriggerlist (read 2026-11-30).
 */
function listTriggers(
  { method, platform }: ManagementRequest,
  { resources }: CloudFunctionsEmulator,
): OutgoingResponse {
  const triggers = triggersIn(resources)
    .filter((one) => one.platform === platform)
    .map(({ name, type }) => ({
      name,
      type: type.replace(/^./, (letter) => letter.toUpperCase()),
    }));
  return method === "GET"
    ? contentResponse({ triggers })
    : undocumentedError(405, "METHOD_NOT_ALLOWED");
}

function putTrigger(
  name: string,
  request: ManagementRequest,
  emulator: CloudFunctionsEmulator,
): OutgoingResponse {
  const existing = emulator.resources.byName.get(name);
  const type = toTriggerType(request.search.get("type"), emulator.zone);
  if (type === undefined) {
    return undocumentedError(400, "INVALID_TRIGGER_TYPE");
  }
  // Version 2.0 has all fields within `trigger`.
  const body = emulator.zone === "gov" ? objectIn(request.body, "trigger") : request.body;
  const { zone } = emulator;
  const { link } = request.body;
  const isNew = existing === undefined;
  const refused =
    checkName({ kind: "trigger", name, key: name }, emulator) ??
    checkCommon(body) ??
    checkTriggerBody({ type, zone, fields: body, link, isNew });
  if (refused !== undefined) {
    return refused;
  }
  const known = existing?.kind === "trigger" ? existing : undefined;
  if (known !== undefined && known.type !== type) {
    return undocumentedError(400, "TRIGGER_TYPE_IMMUTABLE", "can't be changed after creation");
  }
  const { actions = [], options } = known ?? {};
  // The names in API Gateway stay as they were at creation.
  const kept = options?.["link"] === undefined ? body : { link: options["link"], ...body };
  const trigger = toTrigger({ name, platform: request.platform, type, actions }, kept);
  putResource(emulator.resources, trigger);
  return contentResponse(showTrigger(trigger, emulator));
}

type TriggerOptions = Pick<StoredTrigger, "name" | "platform" | "type" | "actions">;

function toTrigger(put: TriggerOptions, body: JsonObject): StoredTrigger {
  const {
    description = "",
    cronOption = "",
    objectStorageLink = [],
    parameters,
    ...options
  } = body;
  return {
    kind: "trigger",
    ...put,
    description: String(description),
    cronOption: String(cronOption),
    objectStorageLink: objectStorageLink as readonly JsonObject[],
    parameters: objectIn({ parameters }, "parameters"),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  };
}

/**
 * Shows a trigger. Both forms of `execOption` are in the examples of the pages: a pair of pairs in 2.0, a list of
 * pairs in 2.1, with a cron trigger's expression or a GitHub trigger's events.
 */
function showTrigger(trigger: StoredTrigger, { zone, shown }: CloudFunctionsEmulator): JsonObject {
  const { name, description, type, actions } = trigger;
  const pairs = pairsOf(trigger);
  const execOption =
    zone === "gov" && pairs.length > 0 ? { key: "ncf_triggerOptions", value: pairs } : pairs;
  const told = shown.description ? { description } : {};
  const content = { name, ...told, type, resourceId: "double", ...linksOf(trigger, shown.links) };
  const hidden = shown.actionNames === "bare" ? /^.*\// : /^-\//;
  const names = actions.map((action) => action.replace(hidden, ""));
  return { ...content, ...(shown.type ? { execOption } : {}), actions: names };
}

function pairsOf({ type, cronOption, options = {} }: StoredTrigger): readonly JsonObject[] {
  if (type === "cron") {
    return [{ key: "cron", value: cronOption }];
  }
  const { events } = options;
  return Array.isArray(events) ? [{ key: "events", value: events.join(",") }] : [];
}

/** No page shows links or credentials, so tests choose whether they are hidden, masked or shown. */
function linksOf(
  { objectStorageLink, options = {} }: StoredTrigger,
  shown: CloudFunctionsEmulator["shown"]["links"],
): JsonObject {
  if (shown === "hidden") {
    return {};
  }
  const storage = objectStorageLink.length > 0 ? { objectStorageLink } : {};
  const all = { ...options, ...storage };
  const mask = (key: string, value: unknown) => (key === "accessToken" ? "********" : value);
  return JSON.parse(JSON.stringify(all, shown === "masked" ? mask : undefined));
}

function handleLink(
  trigger: StoredTrigger,
  request: ManagementRequest,
  { resources }: CloudFunctionsEmulator,
): OutgoingResponse {
  const { action = "", package: packageName = "-" } = request.body;
  const linked = `${packageName}/${action}`;
  const found = resources.byName.get(actionKey(String(packageName), String(action)));
  if (found?.kind !== "action") {
    return apiError("ACTION_NOT_FOUND");
  }
  const others = trigger.actions.filter((one) => one !== linked);
  const isLinked = others.length < trigger.actions.length;
  if (request.method === "DELETE") {
    resources.byName.set(trigger.name, { ...trigger, actions: others });
    return noContent;
  }
  if (isLinked) {
    return apiError("DUPLICATED_RULE");
  }
  resources.byName.set(trigger.name, { ...trigger, actions: [...others, linked] });
  return contentResponse({ status: "active", trigger: { name: trigger.name } });
}

async function postTrigger(
  trigger: StoredTrigger,
  parameters: JsonObject,
  emulator: CloudFunctionsEmulator,
): Promise<OutgoingResponse> {
  if (trigger.actions.length === 0) {
    return apiError("TRIGGER_INVOKE_FAIL", "no action is linked");
  }
  await fireTrigger(trigger, parameters, emulator);
  return contentResponse({ activationId: emulator.newId() });
}

/**
 * Fires a trigger: each linked action runs once. As documented, runtime parameters override those of the trigger, and those override the
 * action's.
 */
export async function fireTrigger(
  trigger: StoredTrigger,
  parameters: JsonObject,
  emulator: CloudFunctionsEmulator,
): Promise<readonly Activation[]> {
  const activations: Activation[] = [];
  for (const linked of trigger.actions) {
    const action = findLinked(emulator.resources, linked);
    if (action !== undefined) {
      const event = { ...trigger.parameters, ...parameters };
      activations.push(await runAction({ action, event, cause: "trigger" }, emulator));
    }
  }
  return activations;
}
