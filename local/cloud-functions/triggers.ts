import type { OutgoingResponse } from "../http/response.ts";
import { checkCommon, checkName, checkTriggerBody, objectIn } from "./check-fields.ts";
import type { CloudFunctionsEmulator } from "./emulator.ts";
import type { ManagementRequest } from "./management-request.ts";
import type { JsonObject, StoredTrigger } from "./resources.ts";
import { apiError, contentResponse, noContent, undocumentedError } from "./responses.ts";
import { runAction } from "./run-action.ts";

/** Handles `/triggers/{trigger}` and its `link-action`. */
export async function handleTrigger(
  request: ManagementRequest,
  emulator: CloudFunctionsEmulator,
): Promise<OutgoingResponse> {
  const [, name = "", below = ""] = request.segments;
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
      return await fireTrigger(found, request.body, emulator);
    default:
      return undocumentedError(405, "METHOD_NOT_ALLOWED");
  }
}

function putTrigger(
  name: string,
  request: ManagementRequest,
  emulator: CloudFunctionsEmulator,
): OutgoingResponse {
  const existing = emulator.resources.byName.get(name);
  const type = typeOf(request, emulator);
  if (type === undefined) {
    return undocumentedError(400, "INVALID_TRIGGER_TYPE");
  }
  // Version 2.0 has all fields within `trigger`.
  const body = emulator.zone === "gov" ? objectIn(request.body, "trigger") : request.body;
  const refused =
    checkName({ name, existing }, "trigger") ?? checkCommon(body) ?? checkTriggerBody(body, type);
  if (refused !== undefined) {
    return refused;
  }
  const known = existing?.kind === "trigger" ? existing : undefined;
  if (known !== undefined && known.type !== type) {
    return undocumentedError(400, "TRIGGER_TYPE_IMMUTABLE", "can't be changed after creation");
  }
  const { actions = [] } = known ?? {};
  const trigger = toTrigger({ name, platform: request.platform, type, actions }, body);
  emulator.resources.byName.set(name, trigger);
  return contentResponse(showTrigger(trigger, emulator));
}

/** Returns the type of the trigger. The public-sector zone has no triggers of Object Storage. */
function typeOf(
  { search }: ManagementRequest,
  { zone }: CloudFunctionsEmulator,
): StoredTrigger["type"] | undefined {
  const type = search.get("type");
  if (type === "cron") {
    return type;
  }
  return type === "object_storage" && zone !== "gov" ? type : undefined;
}

type TriggerOptions = Pick<StoredTrigger, "name" | "platform" | "type" | "actions">;

function toTrigger(put: TriggerOptions, body: JsonObject): StoredTrigger {
  const { description = "", cronOption = "", objectStorageLink = [] } = body;
  return {
    kind: "trigger",
    ...put,
    description: String(description),
    cronOption: String(cronOption),
    objectStorageLink: objectStorageLink as readonly JsonObject[],
    parameters: objectIn(body, "parameters"),
  };
}

/**
 * Shows a trigger. Both forms of `execOption` are in the examples of the pages: a pair of pairs in 2.0, a list of
 * pairs in 2.1.
 */
function showTrigger(trigger: StoredTrigger, { zone, shown }: CloudFunctionsEmulator): JsonObject {
  const { name, description, type, cronOption, actions } = trigger;
  const pair = [{ key: "cron", value: cronOption }];
  const execOption = zone === "gov" ? { key: "ncf_triggerOptions", value: pair } : pair;
  const options = { execOption: type === "cron" ? execOption : [] };
  const told = shown.description ? { description } : {};
  const content = { name, ...told, type, resourceId: "double" };
  const names = actions.map((action) => action.replace(/^-\//, ""));
  return { ...content, ...(shown.type ? options : {}), actions: names };
}

function handleLink(
  trigger: StoredTrigger,
  request: ManagementRequest,
  { resources }: CloudFunctionsEmulator,
): OutgoingResponse {
  const { action = "", package: packageName = "-" } = request.body;
  const linked = `${packageName}/${action}`;
  const found = resources.byName.get(String(action));
  if (found?.kind !== "action" || found.packageName !== packageName) {
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

/**
 * Fires a trigger. As documented, runtime parameters override those of the trigger, and those override the
 * action's.
 */
export async function fireTrigger(
  trigger: StoredTrigger,
  parameters: JsonObject,
  emulator: CloudFunctionsEmulator,
): Promise<OutgoingResponse> {
  if (trigger.actions.length === 0) {
    return apiError("TRIGGER_INVOKE_FAIL", "no action is linked");
  }
  for (const linked of trigger.actions) {
    const action = emulator.resources.byName.get(linked.slice(linked.indexOf("/") + 1));
    if (action?.kind === "action") {
      const merged = { ...action.parameters, ...trigger.parameters, ...parameters };
      await runAction(action, merged, emulator);
    }
  }
  return contentResponse({ activationId: emulator.newId() });
}
