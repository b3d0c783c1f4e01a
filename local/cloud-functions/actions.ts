import type { OutgoingResponse } from "../http/response.ts";
import { countDeletion, madeUpIdOf } from "./action-parts/action-ids.ts";
import { showParameters } from "./action-parts/encrypted-parameters.ts";
import { handleActivationsOfAction } from "./activations/routes.ts";
import {
  checkActionBody,
  checkCodeRoom,
  checkCommon,
  checkName,
  checkNetwork,
  objectIn,
} from "./check-fields.ts";
import type { CloudFunctionsEmulator } from "./emulator.ts";
import type { ManagementRequest } from "./management-request.ts";
import {
  type ActionType,
  actionKey,
  actionsIn,
  type JsonObject,
  putResource,
  type StoredAction,
  triggersIn,
} from "./resources.ts";
import { apiError, contentResponse, noContent, undocumentedError } from "./responses.ts";
import { runAction } from "./run-action.ts";

/** Handles `/packages/{package}/actions/{action}` and the paths below it. */
export async function handleAction(
  request: ManagementRequest,
  emulator: CloudFunctionsEmulator,
): Promise<OutgoingResponse> {
  const [, packageName = "", , name, below = ""] = request.segments;
  if (name === undefined) {
    return listActions(packageName, request, emulator);
  }
  if (below === "activations" && request.method === "GET") {
    return handleActivationsOfAction({ packageName, name }, request, emulator);
  }
  if (request.method === "PUT") {
    return putAction({ packageName, name }, request, emulator);
  }
  const key = actionKey(packageName, name);
  const found = emulator.resources.byName.get(key);
  if (found?.kind !== "action") {
    return apiError("ACTION_NOT_FOUND");
  }
  if (found.platform !== request.platform) {
    return apiError("ACTION_PLATFORM_MISMATCH");
  }
  switch (request.method) {
    case "GET":
      return contentResponse(showAction(found, emulator));
    case "DELETE":
      emulator.resources.byName.delete(key);
      emulator.versions.delete(key);
      countDeletion(key, emulator.deletions);
      unlinkEverywhere(`${packageName}/${name}`, emulator);
      return noContent;
    case "POST":
      return await postAction(found, request, emulator);
    default:
      return undocumentedError(405, "METHOD_NOT_ALLOWED");
  }
}

/**
 * Lists a package's actions, and those of none below `-`:
 * https://api.ncloud-docs.com/docs/en/compute-cloudfunctions-v2-getactionlist (read 2026-11-30).
 */
function listActions(
  packageName: string,
  { method, platform }: ManagementRequest,
  emulator: CloudFunctionsEmulator,
): OutgoingResponse {
  if (method !== "GET") {
    return undocumentedError(405, "METHOD_NOT_ALLOWED");
  }
  const actions = actionsIn(emulator.resources)
    .filter((one) => one.packageName === packageName && one.platform === platform)
    .map((one) => ({
      name: one.name,
      ...(emulator.shown.description ? { description: one.description } : {}),
      ...typeField(one, emulator.zone === "gov"),
      runtime: one.runtime,
    }));
  return checkPackage(packageName, emulator) ?? contentResponse({ actions });
}

type ActionName = { readonly packageName: string; readonly name: string };

function putAction(
  place: ActionName,
  request: ManagementRequest,
  emulator: CloudFunctionsEmulator,
): OutgoingResponse {
  const { body, platform } = request;
  const key = actionKey(place.packageName, place.name);
  const existing = emulator.resources.byName.get(key);
  const type = typeOf(request, emulator);
  if (type === undefined) {
    return undocumentedError(400, "INVALID_TYPE");
  }
  const refused =
    checkName({ kind: "action", name: place.name, key }, emulator) ??
    checkPackage(place.packageName, emulator) ??
    checkCommon(body) ??
    checkActionBody(body, existing === undefined) ??
    checkCodeRoom(key, body, emulator) ??
    checkNetwork(body, platform) ??
    checkWebOptions(body, type);
  if (refused !== undefined) {
    return refused;
  }
  if (existing?.kind === "action" && existing.platform !== platform) {
    return apiError("ACTION_PLATFORM_MISMATCH");
  }
  if (existing?.kind === "action" && existing.encryption?.isRefused === true) {
    return undocumentedError(400, "ACTION_PARAMETERS_ENCRYPTED", "change it in the console");
  }
  if (existing?.kind === "action" && existing.type !== type) {
    return undocumentedError(400, "ACTION_TYPE_IMMUTABLE", "it can't be changed to another type");
  }
  const action = toAction(place, { type, platform, body });
  putResource(emulator.resources, action);
  return contentResponse(showAction(action, emulator));
}

function typeOf(
  { search, body }: ManagementRequest,
  { zone }: CloudFunctionsEmulator,
): ActionType | undefined {
  if (zone === "gov") {
    return body["web"] === true ? "web" : "basic";
  }
  const type = search.get("type") ?? "basic";
  return type === "basic" || type === "web" ? type : undefined;
}

function checkPackage(
  name: string,
  { resources }: CloudFunctionsEmulator,
): OutgoingResponse | undefined {
  return name === "-" || resources.byName.get(name)?.kind === "package"
    ? undefined
    : undocumentedError(404, "PACKAGE_NOT_FOUND");
}

/**
 * Checks both web options. The page says "Only web actions are supported" for them; options with underscores are
 * ignored: https://api.ncloud-docs.com/docs/compute-cloudfunctions-v2-putaction (read 2026-11-30).
 */
function checkWebOptions(body: JsonObject, type: ActionType): OutgoingResponse | undefined {
  const wantsWeb = body["raw-http"] === true || body["custom-options"] === true;
  return wantsWeb && type !== "web" ? undocumentedError(400, "NOT_A_WEB_ACTION") : undefined;
}

type ActionBody = {
  readonly type: ActionType;
  readonly platform: string;
  readonly body: JsonObject;
};

function toAction(
  { packageName, name }: ActionName,
  { type, platform, body }: ActionBody,
): StoredAction {
  const exec = objectIn(body, "exec");
  const limits = objectIn(body, "limits");
  return {
    kind: "action",
    name,
    packageName,
    platform,
    type,
    description: String(body["description"] ?? ""),
    runtime: String(exec["kind"]),
    code: String(exec["code"]),
    binary: exec["binary"] === true,
    main: String(exec["main"]),
    timeoutMs: Number(limits["timeout"]),
    memoryMb: Number(limits["memory"]),
    vpc: body["vpc"],
    rawHttp: body["raw-http"] === true,
    customOptions: body["custom-options"] === true,
    parameters: objectIn(body, "parameters"),
  };
}

function showAction(
  action: StoredAction,
  { deletions, shown, zone }: CloudFunctionsEmulator,
): JsonObject {
  const { runtime: kind, code, binary, main, vpc } = action;
  return {
    name: action.name,
    ...(shown.resourceId ? { resourceId: madeUpIdOf(action, deletions) } : {}),
    ...(shown.description ? { description: action.description } : {}),
    exec: { kind, binary, main, ...(shown.code ? { code } : {}) },
    limits: { timeout: action.timeoutMs, memory: action.memoryMb },
    ...(shown.parameters ? showParameters(action) : {}),
    ...(vpc === undefined ? {} : { vpc: Array.isArray(vpc) ? vpc[0] : vpc }),
    ...(shown.type ? typeField(action, zone === "gov") : {}),
    "raw-http": action.rawHttp,
    "custom-options": action.customOptions,
  };
}

function typeField({ type }: StoredAction, isOld: boolean): JsonObject {
  return isOld ? { web: type === "web" } : { type };
}

function unlinkEverywhere(action: string, { resources }: CloudFunctionsEmulator): void {
  for (const trigger of triggersIn(resources)) {
    const actions = trigger.actions.filter((linked) => linked !== action);
    resources.byName.set(trigger.name, { ...trigger, actions });
  }
}

/**
 * Runs an action. `timeout` is 0 to 60,000 ms. A run that takes longer gets a response with the activation's id
 * alone.
 */
async function postAction(
  action: StoredAction,
  { search, body }: ManagementRequest,
  emulator: CloudFunctionsEmulator,
): Promise<OutgoingResponse> {
  const timeout = search.get("timeout") ?? "60000";
  if (!/^\d{1,5}$/.test(timeout) || Number(timeout) > 60_000) {
    return undocumentedError(400, "INVALID_TIMEOUT");
  }
  const activation = await runAction({ action, event: body, cause: "by-hand" }, emulator);
  const { id: activationId, durationMs: duration, result, isSuccess } = activation;
  if (timeout === "0" || emulator.runsAnswerById) {
    return contentResponse({ activationId });
  }
  const response = { result, status: isSuccess ? "success" : "application error" };
  return contentResponse({ activationId, duration, response });
}
